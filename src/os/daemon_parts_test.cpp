// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "os/glob.h"
#include "os/pid_file.h"
#include "os/privileges.h"
#include "os/service_name.h"
#include "os/signal_queue.h"

namespace holdfast::os {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class DaemonParts : public testing::Test {
 protected:
  DaemonParts() {
    std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-XXXXXX").string();
    directory = ::mkdtemp(pattern.data());
  }
  ~DaemonParts() override { std::filesystem::remove_all(directory); }
  std::string path(const std::string& name) const { return directory + "/" + name; }
  void touch(const std::string& name) const { std::ofstream(path(name)) << "x"; }

  std::string directory;
};

TEST_F(DaemonParts, PatternsMatchSortedAndSkipHiddenNames) {
  for (const auto* name : {"b.conf", "a.conf", ".hidden.conf", "c.txt"}) touch(name);
  EXPECT_THAT(expand_pattern(path("*.conf")), ElementsAre(path("a.conf"), path("b.conf")));
  EXPECT_THAT(expand_pattern(path("*.none")), IsEmpty());
  EXPECT_THAT(expand_pattern(path("plain")), ElementsAre(path("plain")));
}

TEST_F(DaemonParts, ASecondPidFileOfTheSameNameIsRefused) {
  PidFile first(path("x.pid"));
  first.write_own_id();
  std::ifstream file(path("x.pid"));
  int id = 0;
  file >> id;
  EXPECT_EQ(id, ::getpid());
  EXPECT_THROW(PidFile second(path("x.pid")), Error);
  first.remove();
  EXPECT_FALSE(std::filesystem::exists(path("x.pid")));
  PidFile third(path("x.pid"));
}

TEST_F(DaemonParts, UnknownUsersAndGroupsAreRefused) {
  EXPECT_THROW(become_user("no-such-user", "", KeptRights::none), Error);
  EXPECT_THROW(become_user("", "no-such-group", KeptRights::none), Error);
}

TEST(ServiceName, FindsWhatIsListed) { EXPECT_EQ(service_port("no-such-service"), std::nullopt); }

TEST(SignalQueue, DeliversSignalsAndHonoursStop) {
  SignalQueue queue;
  std::stop_source stop;
  ::raise(SIGHUP);
  EXPECT_EQ(queue.wait(stop.get_token()), DaemonSignal::hangup);
  ::raise(SIGTERM);
  EXPECT_EQ(queue.wait(stop.get_token()), DaemonSignal::terminate);
  stop.request_stop();
  EXPECT_EQ(queue.wait(stop.get_token()), std::nullopt);
}

}  // namespace
}  // namespace holdfast::os
