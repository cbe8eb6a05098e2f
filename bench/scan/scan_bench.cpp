// SPDX-License-Identifier: AGPL-3.0-or-later
// How fast bscan rebuilds the catalog: writes a volume of many small files, then scans it into a new SQLite catalog.
//
//   scan_bench [--files=1000000] [--size=1024] [--volumes=1] [--in=/dev/shm] [--keep]
//
// With --keep the volumes stay, for other tools to be measured with.
//
// Each line: what was done, how long it took, how fast, and the memory this process held at most until then.
#include <fmt/core.h>
#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "apps/holdfast-volume/scan_run.h"
#include "base/text.h"
#include "catalog/sql_catalog.h"
#include "crypto/crc32.h"
#include "crypto/digest.h"
#include "device/file_device.h"
#include "format/attributes.h"
#include "format/block_builder.h"
#include "format/label.h"
#include "os/system_clock.h"
#include "volumes/volume_label.h"

namespace {

using namespace holdfast;

struct Settings {
  std::uint32_t files = 1'000'000;
  std::size_t size = 1024;
  std::uint32_t volumes = 1;
  std::string folder = "/dev/shm";
  bool keeps = false;
};

class Stopwatch {
 public:
  void tell(const std::string& what, double count, const char* unit) const {
    const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    fmt::print("{:<50} {:8.2f} s {:12.0f} {}/s {:6} MiB\n", what, seconds, count / seconds, unit,
               usage.ru_maxrss / 1024);
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// One job of one session, put on a volume record by record.
class Writer {
 public:
  Writer(device::Device& medium, std::uint32_t session)
      : medium_(medium), session_{session, 1'700'000'000}, builder_(session_, format::default_block_size) {}

  void put(std::int32_t index, std::int32_t stream, Bytes payload) {
    if (index > 0) bytes_ += payload.size();
    format::BlockBuilder::Outgoing record{.file_index = index, .stream = stream, .left = payload};
    while (!builder_.add(record)) write();
  }
  void label(format::LabelType type, const format::SessionLabel& label) {
    const auto payload = format::encode(label);
    if (!builder_.has_room_for(payload.size())) write();
    put(static_cast<std::int32_t>(type), static_cast<std::int32_t>(label.job_id.value), payload);
  }
  std::uint64_t bytes() const { return bytes_; }
  void write() {
    auto block = builder_.take_block(crypto::crc32, std::move(spare_));
    medium_.write_block(block.bytes);
    spare_ = std::move(block.bytes);
  }

 private:
  device::Device& medium_;
  VolumeSession session_;
  format::BlockBuilder builder_;
  Buffer spare_;
  std::uint64_t bytes_ = 0;
};

void write_volume(device::Drive& drive, const std::string& name, std::uint32_t number,
                  const Settings& settings) {
  constexpr std::uint32_t files_of_a_directory = 20;
  const os::SystemClock clock;
  const auto medium = drive.create(name);
  volumes::write_label(
      *medium, volumes::new_label({.program = "bench", .host = "bench"}, clock, name, "Full", "File"), {});
  Writer to(*medium, number);
  format::SessionLabel label;
  label.job_id = JobId(number);
  label.written = clock.now();
  label.pool = "Full";
  label.client = "bench-fd";
  label.job = fmt::format("bench.{}", number);
  to.label(format::LabelType::session_start, label);
  const Buffer data(settings.size, std::byte{7});
  const auto digest = to_buffer(crypto::digest_of(crypto::DigestKind::md5, data).bytes());
  const auto stat = format::pack({.mode = 0100644,
                                  .links = 1,
                                  .size = static_cast<std::int64_t>(settings.size),
                                  .modification_time = 1'700'000'000,
                                  .data_stream = format::StreamId::file_data});
  Buffer payload;
  for (std::uint32_t index = 1; index <= settings.files; ++index) {
    const auto path = fmt::format("/home/bench/v{}/d{}/file-{}", number, index / files_of_a_directory, index);
    format::Attributes attributes;
    attributes.file_index = index;
    attributes.name = path;
    attributes.packed_stat = stat;
    payload.clear();
    format::append_attributes(payload, attributes);
    const auto file_index = static_cast<std::int32_t>(index);
    to.put(file_index, 1, payload);
    if (!data.empty()) to.put(file_index, 2, data);
    to.put(file_index, 3, digest);
  }
  label.end = format::SessionEnd{.files = settings.files, .bytes = to.bytes()};
  to.label(format::LabelType::session_end, label);
  to.write();
}

void scan(const std::filesystem::path& folder, const std::vector<std::string>& names) {
  const auto database = folder / "catalog.db";
  apps::ScanCatalog catalog(catalog::open_sqlite_catalog(database), apps::ScanMode::writes,
                            [](int, const std::string&) {});
  apps::ScanRun run(catalog,
                    {.make_drive = [&] { return std::make_unique<device::DirectoryDrive>(folder.string()); },
                     .open_catalog = [&] { return catalog::open_sqlite_catalog(database); },
                     .threads = 2,
                     .updates_volumes = true,
                     .damage = [](const std::string&, const std::string& what) { fmt::print("{}\n", what); },
                     .tell = [](int, const std::string&) {},
                     .progress = [](std::uint64_t) {}});
  run.run(names);
  fmt::print("{} files in the catalog\n", with_thousands(catalog.counts().files));
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const auto value = word.substr(std::min(word.find('=') + 1, word.size()));
    if (word.starts_with("--files="))
      settings.files = parse_number<std::uint32_t>(value).value_or(settings.files);
    if (word.starts_with("--size=")) settings.size = parse_number<std::size_t>(value).value_or(settings.size);
    if (word.starts_with("--volumes=")) settings.volumes = parse_number<std::uint32_t>(value).value_or(1);
    if (word == "--keep") settings.keeps = true;
    if (word.starts_with("--in=")) settings.folder = value;
  }
  const auto folder = std::filesystem::path(settings.folder) / "holdfast-scan-bench";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  device::DirectoryDrive drive(folder.string());
  std::vector<std::string> names;
  const double files = double(settings.files) * settings.volumes;
  {
    const Stopwatch watch;
    for (std::uint32_t number = 1; number <= settings.volumes; ++number) {
      names.push_back(fmt::format("Bench-{:04}", number));
      write_volume(drive, names.back(), number, settings);
    }
    watch.tell(fmt::format("write {} volumes", settings.volumes), files, "files");
  }
  const Stopwatch watch;
  scan(folder, names);
  watch.tell("scan into SQLite", files, "files");
  if (!settings.keeps) std::filesystem::remove_all(folder);
}
