// SPDX-License-Identifier: AGPL-3.0-or-later
// How fast one job is appended and read, through the session code, from a client that is simulated, over TLS on the
// loopback interface, to a file device.
//
//   storage_bench [append|small|read|all] [FOLDER [GIGABYTES]]     FOLDER: a directory, /dev/shm unless named
//
// Writing into tmpfs on a virtual machine measures how fast the host hands out memory, unless the guest has it already: so a file
// as large as what is appended is filled before, and shrinks as the volume grows.
#include <fmt/core.h>
#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "device/file_device.h"
#include "testing/storage/fake_peers.h"
#include "testing/transport/tcp_pair.h"
#include "wire/client_to_storage.h"

namespace {

using namespace holdfast;
using namespace holdfast::testing_support;
using Seconds = std::chrono::duration<double>;

constexpr std::size_t record_size = 64 * 1024;  ///< as clients of the peer send them
constexpr std::uint64_t file_size = 256ULL * 1024 * 1024;

double processor_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

class Stopwatch {
 public:
  double wall() const { return Seconds(std::chrono::steady_clock::now() - begin_).count(); }
  double processors() const { return processor_seconds() - used_; }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  double used_ = processor_seconds();
};

/// A Storage Daemon with one more device, whose volumes lie in a folder of their own.
class Disk {
 public:
  explicit Disk(const std::filesystem::path& under) : folder_(under / "holdfast-storage-bench") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    world_.devices.add(std::make_unique<volumes::StorageDevice>(
        volumes::DeviceSettings{
            .name = "Disk", .archive = folder_, .media_type = "Disk", .labels_media = true},
        std::make_unique<device::DirectoryDrive>(folder_)));
    director_.device = {"Disk", "Disk"};
    director_.data_link = [] { return transport::tls_pair(transport::tcp_pair()); };
  }
  ~Disk() { std::filesystem::remove_all(folder_); }
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  FakeDirector& director() { return director_; }

 private:
  std::filesystem::path folder_;
  StorageWorld world_;
  MemoryCatalog catalog_;
  FakeDirector director_{world_, catalog_};
};

/// Memory of the folder's file system that is there already when the volume needs it.
class Reserve {
 public:
  Reserve(const std::filesystem::path& folder, std::uint64_t size)
      : file_(folder / "holdfast-storage-bench-reserve"), left_(size) {
    const std::string zeros(1024UL * 1024, '\0');
    std::ofstream out(file_, std::ios::binary | std::ios::trunc);
    for (std::uint64_t written = 0; written < size; written += zeros.size()) out << zeros;
  }
  ~Reserve() { std::filesystem::remove(file_); }
  Reserve(const Reserve&) = delete;
  Reserve& operator=(const Reserve&) = delete;

  void give_back(std::uint64_t size) {
    left_ -= std::min(left_, size);
    std::filesystem::resize_file(file_, left_);
  }

 private:
  std::filesystem::path file_;
  std::uint64_t left_;
};

class Sender {
 public:
  explicit Sender(FakeClient& client) : channel_(client.channel()) {}
  void begin(std::int32_t file, std::int32_t stream) {
    channel_.send(wire::encode(wire::StreamHeader{file, stream, 0}));
  }
  void data(Bytes bytes) { channel_.send(bytes); }
  void end() { channel_.send(wire::Signal::end_of_data); }
  void attributes(std::int32_t file) {
    begin(file, 1);
    std::string text = fmt::format("{} 3 /srv/data/folder-{}/file-{}", file, file / 100, file);
    text.push_back('\0');
    text += "gB gAC IGk B A A A O BAA I BlU/EA BlUp+A BlU+Lw A A C";
    text.append(4, '\0');
    text.append("0");
    text.push_back('\0');
    channel_.send(text);
    end();
  }
  void digest(std::int32_t file) {
    begin(file, 3);
    channel_.send(std::string(16, static_cast<char>(file)));
    end();
  }

 private:
  transport::Channel& channel_;
};

Buffer noise(std::size_t size) {
  Buffer bytes(size);
  std::uint64_t state = 88172645463325252ULL;
  for (auto& byte : bytes) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    byte = static_cast<std::byte>(state);
  }
  return bytes;
}

void report(const std::string& what, const Stopwatch& watch, const JobOutcome& outcome) {
  const auto wall = watch.wall();
  if (!outcome.is_good()) fmt::print("{}: the job failed: {}\n", what, outcome.messages);
  const auto bytes = static_cast<double>(outcome.end ? outcome.end->bytes : 0);
  fmt::print("{}: {:.2f} s, {:.2f} s of processors, {:.0f} MB/s", what, wall, watch.processors(),
             bytes / wall / 1e6);
  if (outcome.proof) fmt::print(", {:.0f} records/s", static_cast<double>(outcome.proof->records) / wall);
  fmt::print("\n");
}

JobOutcome append_large(Disk& disk, const std::filesystem::path& folder, std::uint64_t bytes) {
  const auto data = noise(record_size);
  Reserve reserve(folder, bytes + 2 * file_size);
  const Stopwatch watch;
  auto outcome = disk.director().back_up(1, [&](FakeClient& client) {
    client.begin_append();
    Sender sender(client);
    std::int32_t file = 0;
    for (std::uint64_t sent = 0; sent < bytes; sent += file_size) {
      reserve.give_back(file_size);
      sender.attributes(++file);
      sender.begin(file, 2);
      for (std::uint64_t of_file = 0; of_file < file_size; of_file += data.size()) sender.data(data);
      sender.end();
      sender.digest(file);
    }
    client.end_append();
  });
  report(fmt::format("append {} GB in files of 256 MiB", bytes / 1'000'000'000), watch, outcome);
  return outcome;
}

void append_small(Disk& disk) {
  constexpr std::int32_t files = 1'000'000;
  const auto data = noise(1024);
  const Stopwatch watch;
  disk.director().speaks_extensions = true;
  const auto outcome = disk.director().back_up(2, [&](FakeClient& client) {
    client.begin_append();
    Sender sender(client);
    for (std::int32_t file = 1; file <= files; ++file) {
      sender.attributes(file);
      sender.begin(file, 2);
      sender.data(data);
      sender.end();
      sender.digest(file);
    }
    client.end_append();
  });
  report("append 1,000,000 files of 1 KiB", watch, outcome);
}

void read(Disk& disk, const JobOutcome& written) {
  const Stopwatch watch;
  std::uint64_t bytes = 0;
  const auto bootstrap = replace_all(bootstrap_of(written), "MediaType=\"File\"", "MediaType=\"Disk\"");
  disk.director().restore(3, bootstrap, [&](FakeClient& client) {
    auto& channel = client.channel();
    channel.send(wire::encode(wire::ReadOpen{}));
    client.receive();
    channel.send(wire::encode(wire::ReadData{1}));
    client.receive();
    while (true) {
      const auto received = channel.receive();
      const auto* packet = std::get_if<transport::Packet>(&received);
      if (packet == nullptr) break;
      bytes += packet->bytes.size();
    }
    channel.send(wire::encode(wire::ReadClose{1}));
    client.receive();
    channel.receive();
    channel.send(wire::Signal::terminate);
    channel.flush();
  });
  fmt::print("read it: {:.2f} s, {:.2f} s of processors, {:.0f} MB/s\n", watch.wall(), watch.processors(),
             static_cast<double>(bytes) / watch.wall() / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "all";
  const std::filesystem::path folder = argc > 2 ? argv[2] : "/dev/shm";
  const std::uint64_t gigabytes = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 8;
  if (what != "small") {
    Disk disk(folder);
    const auto written = append_large(disk, folder, gigabytes * 1'000'000'000);
    if (what != "append") read(disk, written);
  }
  if (what == "small" || what == "all") {
    Disk disk(folder);
    append_small(disk);
  }
}
