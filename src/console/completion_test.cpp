// SPDX-License-Identifier: AGPL-3.0-or-later
#include "console/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::console {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

/// Answers as a Director would, and keeps what was asked.
struct Director {
  std::vector<std::string> asked;
  Ask ask() {
    return [this](const std::string& command) -> std::vector<std::string> {
      asked.push_back(command);
      if (command == ".help all") return {"run\n", "restore\n", "list\n"};
      if (command == ".help item=run")
        return {"job=<job-name> client=<client-name> accurate=<yes|no> [ yes ]\n"};
      if (command == ".jobs") return {"nightly\n", "news\n"};
      if (command == ".ls") return {"etc/\n", "srv/\n"};
      return {};
    };
  }
};

TEST(Completion, OffersCommandsAtTheBeginning) {
  Director director;
  EXPECT_THAT(completions("r", 1, Mode::commands, director.ask()), ElementsAre("run", "restore"));
}

TEST(Completion, OffersTheKeywordsOfACommand) {
  Director director;
  EXPECT_THAT(completions("run ", 0, Mode::commands, director.ask()), Contains("job="));
  EXPECT_THAT(completions("run j", 1, Mode::commands, director.ask()), ElementsAre("job="));
}

TEST(Completion, OffersNamesBehindAKeyword) {
  Director director;
  EXPECT_THAT(completions("run job=n", 1, Mode::commands, director.ask()), ElementsAre("nightly", "news"));
  EXPECT_THAT(completions("run job=ni", 2, Mode::commands, director.ask()), ElementsAre("nightly"));
}

TEST(Completion, OffersFilesInTheTree) {
  Director director;
  EXPECT_THAT(completions("cd e", 1, Mode::restore_tree, director.ask()), IsEmpty());
  EXPECT_THAT(completions("ls e", 1, Mode::restore_tree, director.ask()), ElementsAre("etc/"));
}

TEST(Completion, TakesWordsOfAUsageButNoPlaceholders) {
  EXPECT_THAT(usage_words("job=<job-name> [ yes ] | all days=<number>"),
              ElementsAre("all", "days=", "job=", "yes"));
  EXPECT_THAT(usage_words("<unclosed"), IsEmpty());
  EXPECT_THAT(usage_words(""), IsEmpty());
}

}  // namespace
}  // namespace holdfast::console
