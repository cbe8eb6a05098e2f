// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>

#include <filesystem>
#include <random>

#include "director/console/session.h"
#include "testing/director/lab.h"

namespace holdfast::director {
namespace {

using ::testing::HasSubstr;
using namespace testing_support;
using console::Heard;

/// Makes commands from bad to worse. What a seed makes is always the same.
class CommandMaker {
 public:
  explicit CommandMaker(unsigned seed) : random_(seed) {}

  std::string next() {
    switch (random_() % 6) {
      case 0: return command() + arguments();
      case 1: return half_valid();
      case 2: return garbage(random_() % 200);
      case 3: return command() + " " + std::string(1000 + random_() % 200'000, pick("xA =\"\\\x01"));
      case 4:
        return command() + " " + pick_word({"job", "client", "jobid", "volume", "path"}) + "=" +
               garbage(random_() % 40);
      default:
        return command() + arguments() + std::string(random_() % 3, '"') + std::string(random_() % 3, '\\');
    }
  }

 private:
  char pick(std::string_view from) { return from[random_() % from.size()]; }
  std::string pick_word(std::initializer_list<const char*> from) {
    return *(from.begin() + random_() % from.size());
  }

  std::string command() {
    for (;;) {
      const auto& entry = console::command_table()[random_() % console::command_table().size()];
      const std::string name(entry.name);
      // These end the session, wait for jobs, or start what talks to daemons that are not there.
      if (name == "exit" || name == "quit" || name == ".quit" || name == "wait") continue;
      return name;
    }
  }
  std::string arguments() {
    std::string text;
    for (auto i = random_() % 5; i > 0; --i)
      text += " " + pick_word({"job=mini",     "client=lab-fd",
                               "jobid=1",      "jobid=999999999999999999999",
                               "yes",          "no",
                               "all",          "volume=Full-0001",
                               "pool=Full",    "level=Full",
                               "storage=File", "days=-1",
                               "limit=0",      "before=never",
                               "where=",       "=",
                               "==",           "job=",
                               "select",       "done",
                               "current",      "fileset=Mini"});
    return text;
  }
  std::string half_valid() {
    const std::string whole = command() + arguments();
    std::string half = whole.substr(0, random_() % (whole.size() + 1));
    if (!half.empty() && random_() % 2 == 0) half[random_() % half.size()] = static_cast<char>(random_());
    return half;
  }
  std::string garbage(std::size_t length) {
    std::string text(length, '\0');
    for (char& c : text) c = static_cast<char>(random_());
    return text;
  }

  std::mt19937 random_;
};

bool ends_an_answer(wire::Signal signal) {
  using wire::Signal;
  return signal == Signal::end_of_data || signal == Signal::main_prompt || signal == Signal::sub_prompt ||
         signal == Signal::select_input || signal == Signal::text_input || signal == Signal::yes_no;
}

/// Says bad commands, and looks whether each is answered to its end before the next is asked for. Whatever a command asks
/// for is answered badly, and then with the way out.
class BadConsole final : public console::ConsoleLink {
 public:
  BadConsole(unsigned seed, std::size_t count) : maker_(seed), left_(count) {}

  void send(std::string_view text) override { heard_ += text.size(); }
  void send(wire::Signal signal) override {
    if (signal == wire::Signal::main_prompt || signal == wire::Signal::end_of_data) at_prompt_ = true;
    if (signal == wire::Signal::sub_prompt) at_prompt_ = false;
    is_answered_ = is_answered_ || ends_an_answer(signal);
  }
  void flush() override {}
  Heard receive() override {
    if (!is_answered_ && said_ > 0) unanswered.push_back(last_.substr(0, 100));
    is_answered_ = false;
    if (!at_prompt_ && ++questions_ > 3) return last_ = ".";
    if (at_prompt_) questions_ = 0;
    if (left_ == 0) {
      if (asked_last_) return console::Gone{};
      asked_last_ = true;
      return last_ = ".api 0";
    }
    --left_;
    ++said_;
    return last_ = maker_.next();
  }

  std::vector<std::string> unanswered;
  std::size_t said() const { return said_; }
  std::size_t heard() const { return heard_; }

 private:
  CommandMaker maker_;
  std::size_t left_;
  std::size_t said_ = 0;
  std::size_t heard_ = 0;
  std::size_t questions_ = 0;
  bool is_answered_ = true;
  bool at_prompt_ = true;
  bool asked_last_ = false;
  std::string last_;
};

std::size_t open_files() {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

void end_all_jobs(Lab& lab) {
  for (const auto& job : lab.director().running_jobs())
    lab.director().cancel(job.id, [](std::string_view) {});
  lab.director().wait_for_end(JobId(), {});
}

TEST(BadCommands, AThousandOfThemAreAnsweredAndLeaveNothingBehind) {
  constexpr unsigned seed = 20261123;
  Lab lab;
  const auto configuration = lab.director().configuration();
  const std::size_t files_before = open_files();
  BadConsole bad(seed, 1000);
  {
    console::ConnectedConsoles consoles;
    console::Session session(bad, lab.director(), consoles, console::Login{"*UserAgent*", "127.0.0.1", ""},
                             {});
    session.run();
    EXPECT_EQ(consoles.since().size(), 0U);
  }
  EXPECT_EQ(bad.said(), 1000U) << "seed " << seed;
  EXPECT_THAT(bad.unanswered, ::testing::IsEmpty()) << "seed " << seed;
  end_all_jobs(lab);
  EXPECT_LE(open_files(), files_before) << "seed " << seed;
  // The catalog still knows the volumes and jobs that it knew, and the Director works.
  EXPECT_TRUE(lab.open_catalog()->pools().find("Full")) << "seed " << seed;
  auto request = lab.request("mini");
  request.when = unix_seconds(lab.clock.now()) + 3600;
  const JobId job = lab.director().run(request);
  EXPECT_TRUE(lab.director().cancel(job, [](std::string_view) {}));
  EXPECT_EQ(lab.wait(job).status, JobStatus::cancelled);
}

}  // namespace
}  // namespace holdfast::director
