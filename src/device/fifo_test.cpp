// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "base/error.h"
#include "base/guarded.h"
#include "device/fifo_device.h"
#include "testing/device/cancelled.h"
#include "testing/device/memory_device.h"
#include "testing/device/temporary_directory.h"

namespace holdfast::device {
namespace {

using testing_support::block_of;

class FifoTest : public testing::Test {
 protected:
  FifoTest() { ::mkfifo(path_.c_str(), 0600); }

  testing_support::TemporaryDirectory directory_;
  std::string path_ = directory_.path() + "/fifo";
};

TEST_F(FifoTest, GivesItsReaderAllBlocks) {
  // A reader that does not wait for writers is there before the drive looks for one.
  const os::UniqueFd reader(::open(path_.c_str(), O_RDONLY | O_NONBLOCK));
  FifoDrive drive(path_, std::chrono::seconds(0));
  const auto volume = drive.create("V");
  std::size_t got = 0;
  std::jthread taking([&](std::stop_token) {
    Buffer buffer(100'000);
    while (got < 300'100) {
      const auto count = ::read(reader.get(), buffer.data(), buffer.size());
      if (count > 0) got += static_cast<std::size_t>(count);
    }
  });
  EXPECT_EQ(volume->write_block(block_of(300'000, 1)), Device::Written::ok);
  volume->write_block(block_of(100, 2));
  taking.join();
  EXPECT_EQ(volume->seek_to_end(), 300'100U);
  EXPECT_THROW(volume->seek(0), Error);
}

TEST_F(FifoTest, SaysWhenItsReaderWentAway) {
  std::signal(SIGPIPE, SIG_IGN);
  auto reader = std::make_unique<os::UniqueFd>(::open(path_.c_str(), O_RDONLY | O_NONBLOCK));
  const auto volume = FifoDrive(path_, std::chrono::seconds(0)).create("V");
  reader.reset();
  EXPECT_THROW(volume->write_block(block_of(100, 1)), Error);
}

TEST_F(FifoTest, WaitsForAReaderAndGivesUp) {
  std::chrono::seconds waited{0};
  FifoDrive drive(path_, std::chrono::seconds(7),
                  [&](std::chrono::seconds time, const std::stop_token&) { waited += time; });
  EXPECT_THROW(drive.create("V"), Error);
  EXPECT_EQ(waited, std::chrono::seconds(7));
}

TEST_F(FifoTest, WaitsForNoReaderLongerThanItsJobLasts) {
  std::stop_source job;
  FifoDrive drive(path_, std::chrono::hours(1),
                  [&](std::chrono::seconds, const std::stop_token&) { job.request_stop(); });
  drive.heed(job.get_token());
  EXPECT_EQ(testing_support::failure_of([&] { drive.create("V"); }), ErrorKind::cancelled);
  drive.heed({});
  const os::UniqueFd reader(::open(path_.c_str(), O_RDONLY | O_NONBLOCK));
  EXPECT_EQ(drive.create("V")->write_block(block_of(100, 1)), Device::Written::ok);
}

TEST_F(FifoTest, WaitsForAReaderThatDoesNotReadNoLongerThanItsJobLasts) {
  const os::UniqueFd reader(::open(path_.c_str(), O_RDONLY | O_NONBLOCK));
  FifoDrive drive(path_, std::chrono::seconds(0));
  const auto volume = drive.create("V");
  std::stop_source job;
  volume->heed(job.get_token());
  Guarded<bool> begins{false};
  std::jthread cancelling([&](const std::stop_token& stop) {
    begins.wait(
        stop, [](bool so) { return so; }, [](bool) {});
    job.request_stop();
  });
  begins.with([](bool& so) { so = true; });
  const auto more_than_a_pipe_holds = block_of(3'000'000, 1);
  EXPECT_EQ(testing_support::failure_of([&] { volume->write_block(more_than_a_pipe_holds); }),
            ErrorKind::cancelled);
}

TEST_F(FifoTest, CannotBeReadAndMustBeOne) {
  FifoDrive drive(path_, std::chrono::seconds(0));
  EXPECT_THROW(drive.open("V", Drive::Access::read), Error);
  EXPECT_TRUE(drive.has("V"));
  EXPECT_THROW(FifoDrive(path_ + "2", std::chrono::seconds(0)).create("V"), Error);
  std::ofstream(directory_.path() + "/file").close();
  EXPECT_THROW(FifoDrive(directory_.path() + "/file", std::chrono::seconds(0)).create("V"), Error);
}

}  // namespace
}  // namespace holdfast::device
