// SPDX-License-Identifier: AGPL-3.0-or-later
// How the blocks of a file volume get onto a disk: through the page cache as FileDevice does it, with room
// preallocated, or past the cache. Writes 1 GiB into HOLDFAST_BENCH_FOLDER (default /var/tmp), flush included.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "device/dedup_device.h"
#include "device/emulated_tape.h"
#include "device/file_device.h"
#include "device/tape_unit.h"
#include "format/record.h"

namespace holdfast::device {
namespace {

constexpr std::uint64_t total = 1ULL << 30;
constexpr std::uint64_t preallocation = 256ULL << 20;

enum class Way { buffered, preallocated, direct, direct_preallocated };

std::string path_of(int number) {
  const char* folder = std::getenv("HOLDFAST_BENCH_FOLDER");
  return std::string(folder != nullptr ? folder : "/var/tmp") + "/holdfast-bench-" + std::to_string(number);
}

/// Extents the file system keeps the file in.
unsigned extents_of(const std::string& path) {
  const os::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  fiemap map{};
  map.fm_length = FIEMAP_MAX_OFFSET;
  map.fm_flags = FIEMAP_FLAG_SYNC;
  return ::ioctl(fd.get(), FS_IOC_FIEMAP, &map) == 0 ? map.fm_mapped_extents : 0;
}

/// One volume that is written in one of the ways.
class Volume {
 public:
  Volume(int number, Way way) : path_(path_of(number)), way_(way) {
    std::filesystem::remove(path_);
    if (is_direct()) {
      fd_.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_DIRECT | O_CLOEXEC, 0640));
      return;
    }
    if (way_ == Way::preallocated) fd_.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
    device_ = std::make_unique<FileDevice>(os::File(path_, os::File::Mode::create_or_write));
  }
  ~Volume() { std::filesystem::remove(path_); }

  bool write(Bytes block) {
    const bool allocates = way_ == Way::preallocated || way_ == Way::direct_preallocated;
    if (allocates && written_ + block.size() > allocated_) {
      if (::fallocate(fd_.get(), FALLOC_FL_KEEP_SIZE, static_cast<off_t>(allocated_), preallocation) != 0)
        return false;
      allocated_ += preallocation;
    }
    const auto at = static_cast<off_t>(written_);
    written_ += block.size();
    if (!is_direct()) return device_->write_block(block) == Device::Written::ok;
    return ::pwrite(fd_.get(), block.data(), block.size(), at) == static_cast<ssize_t>(block.size());
  }
  void flush() { is_direct() ? static_cast<void>(::fdatasync(fd_.get())) : device_->flush(); }
  unsigned extents() const { return extents_of(path_); }

 private:
  bool is_direct() const { return way_ == Way::direct || way_ == Way::direct_preallocated; }

  std::string path_;
  Way way_;
  os::UniqueFd fd_;
  std::unique_ptr<FileDevice> device_;
  std::uint64_t written_ = 0;
  std::uint64_t allocated_ = 0;
};

/// A block at an address that a disk can be given directly.
struct Block {
  explicit Block(std::size_t size)
      : bytes(static_cast<std::byte*>(std::aligned_alloc(4096, size)), &std::free), size(size) {
    for (std::size_t i = 0; i < size; ++i) bytes.get()[i] = static_cast<std::byte>(i * 2654435761U >> 13);
  }
  Bytes get() const { return {bytes.get(), size}; }

  std::unique_ptr<std::byte, void (*)(void*)> bytes;
  std::size_t size;
};

void write_volumes(benchmark::State& state) {
  const auto way = static_cast<Way>(state.range(0));
  const auto block_size = static_cast<std::size_t>(state.range(1)) * 1024;
  const auto volumes = static_cast<int>(state.range(2));
  const Block block(block_size);
  for (auto iteration : state) {
    std::vector<std::unique_ptr<Volume>> open;
    for (int i = 0; i < volumes; ++i) open.push_back(std::make_unique<Volume>(i, way));
    for (std::uint64_t done = 0; done < total; done += block_size) {
      if (!open[done / block_size % open.size()]->write(block.get()))
        return state.SkipWithError("cannot write here");
    }
    for (auto& volume : open) volume->flush();
    state.PauseTiming();
    unsigned extents = 0;
    for (auto& volume : open) extents = std::max(extents, volume->extents());
    state.counters["extents"] = extents;
    open.clear();
    state.ResumeTiming();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(total));
}

BENCHMARK(write_volumes)
    ->ArgNames({"way", "KiB", "volumes"})
    ->ArgsProduct({{0, 1, 2, 3}, {64, 1024}, {1, 4}})
    ->Iterations(1)
    ->Repetitions(3)
    ->ReportAggregatesOnly()
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

/// A block of 1 MiB with records of 64 KiB, as a backup of a big file has them.
Buffer block_with_records() {
  Buffer bytes(format::BlockHeader::size);
  for (int record = 0; record < 15; ++record) {
    const auto at = bytes.size();
    bytes.resize(at + format::RecordHeader::size + 65536, std::byte{0x5a});
    format::store(&bytes[at], format::RecordHeader{.file_index = 1, .stream = 2, .length = 65536});
  }
  format::store(bytes.data(),
                format::BlockHeader{.length = static_cast<std::uint32_t>(bytes.size()), .session = {}});
  return bytes;
}

enum class Kind { file, dedupable, emulated_tape };

std::unique_ptr<Drive> drive_of(Kind kind, const std::string& path) {
  std::filesystem::remove_all(path);
  if (kind == Kind::emulated_tape) {
    os::File(path, os::File::Mode::create_or_write);
    return std::make_unique<TapeUnit>("tape", TapeTraits{}, [path](os::Tape::Access access) {
      return EmulatedTape::open(path, "", access);
    });
  }
  std::filesystem::create_directory(path);
  if (kind == Kind::file) return std::make_unique<DirectoryDrive>(path);
  return std::make_unique<DedupDrive>(path, dedup_default_block);
}

void write_and_read_device(benchmark::State& state) {
  const auto path = path_of(9);
  const auto drive = drive_of(static_cast<Kind>(state.range(0)), path);
  const bool is_reading = state.range(1) == 1;
  const auto block = block_with_records();
  for (auto iteration : state) {
    if (is_reading) state.PauseTiming();
    const auto volume = drive->create("V");
    volume->truncate(0);
    for (std::uint64_t done = 0; done < total; done += block.size()) volume->write_block(block);
    volume->write_filemark();
    volume->flush();
    if (!is_reading) continue;
    volume->seek(0);
    state.ResumeTiming();
    Buffer into;
    while (std::holds_alternative<BlockRead>(volume->read_block(into))) benchmark::DoNotOptimize(into.data());
  }
  std::filesystem::remove_all(path);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(total));
}

BENCHMARK(write_and_read_device)
    ->ArgNames({"device", "reading"})
    ->ArgsProduct({{0, 1, 2}, {0, 1}})
    ->Iterations(1)
    ->Repetitions(5)
    ->ReportAggregatesOnly()
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::device
