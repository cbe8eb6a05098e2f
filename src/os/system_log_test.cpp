// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/system_log.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <filesystem>

#include "os/process.h"
#include "os/unique_fd.h"

namespace holdfast::os {
namespace {

using testing::EndsWith;
using testing::StartsWith;

/// What a system logger hears.
class Logger {
 public:
  Logger() : path_(testing::TempDir() + "log" + std::to_string(process_id())) {
    std::filesystem::remove(path_);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~Logger() { std::filesystem::remove(path_); }

  const std::string& path() const { return path_; }
  std::string hear() {
    std::array<char, 16384> line;
    const ssize_t size = ::recv(socket_.get(), line.data(), line.size(), MSG_DONTWAIT);
    return size < 0 ? "nothing" : std::string(line.data(), static_cast<std::size_t>(size));
  }

 private:
  std::string path_;
  UniqueFd socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

TEST(SystemLog, TakesALineWithFacilityPriorityAndProgram) {
  Logger logger;
  EXPECT_TRUE(write_system_log("local3", LogPriority::error, "holdfast-dir", "disk broken\n", logger.path()));
  const std::string line = logger.hear();
  EXPECT_THAT(line, StartsWith("<155>"));  // local3 = 19, error = 3
  EXPECT_THAT(line, EndsWith(" holdfast-dir[" + std::to_string(process_id()) + "]: disk broken"));
}

TEST(SystemLog, CountsAnUnknownFacilityAsDaemon) {
  Logger logger;
  write_system_log("nonsense", LogPriority::info, "p", "x", logger.path());
  EXPECT_THAT(logger.hear(), StartsWith("<30>"));
}

TEST(SystemLog, CutsLinesNoLoggerWouldTake) {
  Logger logger;
  EXPECT_TRUE(write_system_log("daemon", LogPriority::info, "p", std::string(100'000, 'x'), logger.path()));
  EXPECT_LT(logger.hear().size(), 8200U);
}

TEST(SystemLog, SaysWhereThereIsNone) {
  EXPECT_FALSE(write_system_log("daemon", LogPriority::info, "p", "x", "/nowhere/log"));
  EXPECT_FALSE(write_system_log("daemon", LogPriority::info, "p", "x", std::string(300, 'x')));
}

}  // namespace
}  // namespace holdfast::os
