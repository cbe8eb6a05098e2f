// SPDX-License-Identifier: AGPL-3.0-or-later
// Many clients at once, each of which must get its share of the devices.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <numeric>
#include <thread>

#include "device/file_device.h"
#include "testing/device/temporary_directory.h"
#include "testing/storage/fake_peers.h"
#include "testing/transport/memory_stream.h"

namespace holdfast::storage {
namespace {

using namespace testing_support;

constexpr unsigned clients = 50;
constexpr unsigned drives = 4;
constexpr std::size_t file_size = 100'000;

/// A disk that is slower than all clients together, whatever else the machine does: then who gets how much of it is up to
/// the daemon.
class SlowDrive final : public device::Drive {
 public:
  SlowDrive(std::string directory, std::chrono::microseconds each_block)
      : inner_(std::move(directory)), each_block_(each_block) {}
  std::unique_ptr<device::Device> open(std::string_view volume, Access access) override {
    return std::make_unique<Slow>(inner_.open(volume, access), each_block_);
  }
  std::unique_ptr<device::Device> create(std::string_view volume) override {
    return std::make_unique<Slow>(inner_.create(volume), each_block_);
  }
  bool has(std::string_view volume) override { return inner_.has(volume); }
  void rename(std::string_view from, std::string_view to) override { inner_.rename(from, to); }

 private:
  class Slow final : public device::Device {
   public:
    Slow(std::unique_ptr<device::Device> inner, std::chrono::microseconds each_block)
        : inner_(std::move(inner)), each_block_(each_block) {}
    device::Addressing addressing() const override { return inner_->addressing(); }
    Written write_block(Bytes block) override {
      std::this_thread::sleep_for(each_block_);
      return inner_->write_block(block);
    }
    ReadOutcome read_block(Buffer& into) override { return inner_->read_block(into); }
    void seek(std::uint64_t address) override { inner_->seek(address); }
    std::uint64_t seek_to_end() override { return inner_->seek_to_end(); }
    std::uint64_t position() const override { return inner_->position(); }
    std::optional<std::uint64_t> size() override { return inner_->size(); }
    void flush() override { inner_->flush(); }
    void truncate(std::uint64_t address) override { inner_->truncate(address); }

   private:
    std::unique_ptr<device::Device> inner_;
    std::chrono::microseconds each_block_;
  };

  device::DirectoryDrive inner_;
  std::chrono::microseconds each_block_;
};

/// A Storage Daemon with several devices for files, which jobs ask for by one name.
struct World {
  TemporaryDirectory directory;
  StorageWorld storage{1};
  MemoryCatalog catalog;
  std::vector<std::unique_ptr<FakeDirector>> directors;  ///< of all devices, and of each

  explicit World(std::chrono::microseconds each_block = {}) {
    std::vector<volumes::StorageDevice*> members;
    for (unsigned number = 0; number < drives; ++number) {
      const volumes::DeviceSettings settings{.name = fmt::format("Drive-{}", number),
                                             .archive = directory.path(),
                                             .media_type = "Disk",
                                             .labels_media = true,
                                             .max_concurrent_jobs = clients / drives + 1,
                                             .max_block_size = 64 * 1024};
      storage.devices.add(std::make_unique<volumes::StorageDevice>(
          settings, std::make_unique<SlowDrive>(directory.path(), each_block)));
      members.push_back(storage.devices.find(settings.name));
    }
    storage.devices.add_group("Drives", std::move(members));
    add_director("Drives");
    for (unsigned number = 0; number < drives; ++number) add_director(fmt::format("Drive-{}", number));
  }
  FakeDirector& of_any() { return *directors[0]; }
  FakeDirector& of_drive(unsigned number) { return *directors[1 + number]; }

 private:
  void add_director(const std::string& device) {
    auto& director = *directors.emplace_back(std::make_unique<FakeDirector>(storage, catalog));
    director.device = {device, "Disk"};
    // Whoever sends shall wait for the device, and not fill buffers.
    director.data_link = [] { return transport::memory_pair(64 * 1024); };
  }
};

/// One file after the other, the n-th as "/n".
void send_file(FakeClient& client, unsigned number) {
  const auto index = static_cast<std::int32_t>(number + 1);
  client.send({{index, 1, attributes_of(index, fmt::format("/{}", number), file_size)},
               {index, 2, std::string(file_size, 'x')}});
}

/// Runs a job for each client, all at once: `director` says by whom, `part` is what its client does.
template <typename Director, typename Part>
void run_all(Director director, Part part) {
  std::vector<JobOutcome> outcomes(clients);
  {
    std::vector<std::jthread> running;
    for (unsigned number = 0; number < clients; ++number)
      running.emplace_back([&, number] {
        outcomes[number] =
            director(number).back_up(number + 1, [&](FakeClient& client) { part(number, client); });
      });
  }
  for (const auto& outcome : outcomes) ASSERT_TRUE(outcome.is_good()) << outcome.messages;
}

TEST(ManyJobsAtOnce, AllEndWell) {
  for (int round = 0; round < 20; ++round) {
    World world;
    run_all([&](unsigned) -> FakeDirector& { return world.of_any(); },
            [](unsigned, FakeClient& client) {
              client.begin_append();
              for (unsigned file = 0; file < 10; ++file) send_file(client, file);
              client.end_append();
            });
    for (const auto& device : world.storage.devices.devices()) EXPECT_FALSE(device->state().is_busy());
  }
}

/// How many files of each client came through until the first client was ready, compared with the others on its device.
TEST(ManyJobsAtOnce, GetTheirFairShare) {
  // Many, against what clients have on its way: some ten files of each.
  constexpr unsigned files_each = 120;
  World world(std::chrono::milliseconds(3));
  std::array<std::atomic<unsigned>, clients> sent{};
  std::array<unsigned, clients> sent_in_time{};
  std::atomic<bool> is_first = true;
  std::barrier all_connected(clients);
  run_all([&](unsigned number) -> FakeDirector& { return world.of_drive(number % drives); },
          [&](unsigned number, FakeClient& client) {
            client.begin_append();
            all_connected.arrive_and_wait();
            for (unsigned file = 0; file < files_each; ++file, ++sent[number]) send_file(client, file);
            if (is_first.exchange(false)) std::copy(sent.begin(), sent.end(), sent_in_time.begin());
            client.end_append();
          });
  for (unsigned drive = 0; drive < drives; ++drive) {
    std::vector<double> shares;
    for (unsigned number = drive; number < clients; number += drives) shares.push_back(sent_in_time[number]);
    const double mean =
        std::accumulate(shares.begin(), shares.end(), 0.0) / static_cast<double>(shares.size());
    const double least = *std::min_element(shares.begin(), shares.end());
    EXPECT_GE(least, 0.8 * mean) << "drive " << drive;
  }
}

}  // namespace
}  // namespace holdfast::storage
