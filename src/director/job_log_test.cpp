// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/job_log.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <ctime>
#include <fstream>

#include "base/error.h"
#include "testing/base/golden.h"
#include "testing/base/manual_clock.h"
#include "testing/catalog/temporary_catalog.h"
#include "testing/messages/outlets_world.h"

namespace holdfast::director {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = config::MessageDestination::Kind;

class JobMessages : public ::testing::Test {
 protected:
  JobMessages() {
    setenv("TZ", "UTC", 1);
    tzset();
  }

  config::MessageDestination& to(Kind kind, std::initializer_list<MessageType> types) {
    auto& destination = messages_.destinations.emplace_back();
    destination.kind = kind;
    for (const MessageType type : types) destination.classes.set(static_cast<std::size_t>(type));
    return destination;
  }
  std::unique_ptr<JobLog> log() {
    auto log = std::make_unique<JobLog>(clock_, "dir", &messages_, console_, outlets_, "%d-%b %H:%M",
                                        [this](const catalog::LogRow& row) {
                                          if (is_full_) throw Error(ErrorKind::no_space, "full");
                                          files_.open()->log().add(row);
                                        });
    log->set_job(JobId(7), "j.2026-11-22_21.51.04_03");
    return log;
  }
  std::vector<std::string> stored() {
    std::vector<std::string> texts;
    files_.open()->log().list(JobId(7), [&](const catalog::LogRow& row) {
      texts.push_back(row.text);
      return true;
    });
    return texts;
  }
  std::string path(const char* name) const { return (files_.folder() / name).string(); }

  bool is_full_ = false;  ///< the catalog
  testing_support::ManualClock clock_;
  catalog::TemporaryCatalog files_;
  config::Messages messages_;
  ConsoleMessages console_{files_.folder() / "console"};
  testing_support::ScratchFolder folder_;
  messages::Outlets outlets_{testing_support::quick_outlets(folder_)};
};

TEST_F(JobMessages, GoWhereTheirClassIsWanted) {
  to(Kind::console, {MessageType::error});
  to(Kind::catalog, {MessageType::info});
  const auto log = this->log();
  log->add(MessageType::error, "broken\n");
  log->add(MessageType::info, "fine\n");
  log->add(MessageType::debug, "nobody hears\n");
  EXPECT_THAT(console_.take(), ElementsAre("22-Nov 21:51 dir JobId 7: Error: broken\n"));
  EXPECT_THAT(stored(), ElementsAre("dir JobId 7: fine\n"));
}

TEST_F(JobMessages, ReachACatalogThatFailedForAWhileInTheirOrder) {
  to(Kind::catalog, {MessageType::info});
  to(Kind::console, {MessageType::info});
  const auto log = this->log();
  log->add(MessageType::info, "one\n");
  is_full_ = true;
  log->add(MessageType::info, "two\n");
  log->add(MessageType::info, "three\n");
  EXPECT_THAT(console_.take(), SizeIs(3)) << "the others get them at once";
  EXPECT_THAT(stored(), SizeIs(1));
  is_full_ = false;
  log->close(true);
  EXPECT_THAT(stored(), ElementsAre("dir JobId 7: one\n", "dir JobId 7: two\n", "dir JobId 7: three\n"));
  EXPECT_THAT(log->take_unstored(), IsEmpty());
}

TEST_F(JobMessages, WaitForACatalogThatStillFailsAtTheEnd) {
  to(Kind::catalog, {MessageType::info});
  const auto log = this->log();
  is_full_ = true;
  log->add(MessageType::info, "one\n");
  log->add(MessageType::info, "two\n");
  log->close(false);
  const auto rows = log->take_unstored();
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].job, JobId(7));
  EXPECT_EQ(rows[0].text, "dir JobId 7: one\n");
  EXPECT_EQ(rows[1].text, "dir JobId 7: two\n");
}

TEST_F(JobMessages, AreCountedWhereTooManyWaitForTheCatalog) {
  to(Kind::catalog, {MessageType::info});
  const auto log = this->log();
  is_full_ = true;
  for (int i = 0; i < 10'003; ++i) log->add(MessageType::info, "one\n");
  log->close(true);
  const auto rows = log->take_unstored();
  ASSERT_THAT(rows, SizeIs(10'001));
  EXPECT_THAT(rows.back().text, HasSubstr("JobId 7: 3 more messages were left out"));
}

TEST_F(JobMessages, AFileBeginsAnewWithEachJobAndAnAppendedOneGoesOn) {
  to(Kind::file, {MessageType::info}).where = path("file");
  to(Kind::append, {MessageType::info}).where = path("append");
  for (const char* text : {"one\n", "two\n"}) {
    const auto log = this->log();
    log->add(MessageType::info, text);
    log->add(MessageType::info, "more\n");
  }
  const std::string file = testing_support::read_file(path("file"));
  const std::string append = testing_support::read_file(path("append"));
  EXPECT_EQ(file, "22-Nov 21:51 dir JobId 7: two\n22-Nov 21:51 dir JobId 7: more\n");
  EXPECT_THAT(append, HasSubstr("one\n"));
  EXPECT_THAT(append, HasSubstr("two\n"));
}

TEST_F(JobMessages, OfDaemonsAreRelayedAsTheyAre) {
  to(Kind::console, {MessageType::info});
  const auto log = this->log();
  log->relay({.job = "j", .type = MessageType::info, .time = 1'795'384'000, .text = "fd JobId 7: hello\n"});
  log->relay({.job = "j", .type = MessageType::info, .time = 1, .text = "without time\n"});
  EXPECT_THAT(console_.take(), ElementsAre("22-Nov 21:46 fd JobId 7: hello\n", "without time\n"));
}

TEST_F(JobMessages, AreCountedByWhatTheyMeanForTheJob) {
  const auto log = this->log();
  log->add(MessageType::warning, "w\n");
  log->add(MessageType::error, "e\n");
  EXPECT_EQ(log->counts().warnings, 1U);
  EXPECT_EQ(log->counts().errors, 1U);
  EXPECT_FALSE(log->counts().is_fatal);
  log->add(MessageType::fatal, "f\n");
  EXPECT_TRUE(log->counts().is_fatal);
}

TEST_F(JobMessages, ForTheConsoleAreGoneWhenTheyWereTaken) {
  EXPECT_TRUE(console_.is_empty());
  console_.add("a\nb\n");
  EXPECT_FALSE(console_.is_empty());
  EXPECT_THAT(console_.take(), ElementsAre("a\n", "b\n"));
  EXPECT_THAT(console_.take(), IsEmpty());
}

}  // namespace
}  // namespace holdfast::director
