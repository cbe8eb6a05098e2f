// SPDX-License-Identifier: AGPL-3.0-or-later
// Jobs whose volume is a FIFO: nobody reads it back.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <thread>

#include "device/fifo_device.h"
#include "testing/device/temporary_directory.h"
#include "testing/volumes/volume_world.h"
#include "volumes/tool_reading.h"

namespace holdfast::volumes {
namespace {

using namespace testing_support;

class Fifo final : public MediaKind {
 public:
  explicit Fifo(std::string path) : path_(std::move(path)) {}
  std::unique_ptr<device::Drive> drive() override {
    return std::make_unique<device::FifoDrive>(path_, std::chrono::seconds(300));
  }
  /// What a program behind the FIFO kept of the last job.
  std::unique_ptr<device::Device> look_at(MediaId) override {
    kept.medium("V-0001").contents = to_buffer(std::string_view(taken));
    return kept.open("V-0001", device::Drive::Access::read);
  }
  void lose_power(std::size_t) override {}
  void set_capacity(std::size_t) override {}

  std::string taken;
  MemoryDrive kept;

 private:
  std::string path_;
};

struct Records final : RecordVisitor {
  void record(const format::Record& record, const Block&) override {
    all.push_back({record.file_index, record.stream, std::string(as_text(record.payload))});
  }
  std::vector<TestRecord> all;
};

TEST(AppendToAFifo, GivesWhoeverReadsItAWholeVolumeForEachJob) {
  const TemporaryDirectory folder;
  const std::string path = folder.path() + "/fifo";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  auto owned = std::make_unique<Fifo>(path);
  Fifo& fifo = *owned;
  fifo.kept.create("V-0001");
  VolumeWorld world(std::move(owned));
  for (const unsigned seed : {1U, 2U}) {
    const auto files = some_files(5, seed);
    {
      std::jthread reader([&] {
        std::ifstream in(path, std::ios::binary);
        fifo.taken.assign(std::istreambuf_iterator<char>(in), {});
      });
      const auto what = world.job(++world.sessions);
      MemoryAttributes attributes;
      BlockWriter writer(*world.device, what.mounting, world.catalog, world.log, world.stamp, world.clock,
                         {});
      writer.open({});
      AppendSession session(writer, what, attributes, world.clock, {});
      for (const auto& record : files)
        session.record(record.file_index, record.stream, as_bytes(record.payload));
      session.close(JobStatus::terminated, 0);
      writer.release();
    }
    fifo.look_at({});
    Records found;
    ToolReading(fifo.kept, "kept", ToolReading::OnDamage::stop, [](const std::string&) {
    }).read({"V-0001"}, nullptr, found);
    EXPECT_EQ(found.all, files);
  }
}

}  // namespace
}  // namespace holdfast::volumes
