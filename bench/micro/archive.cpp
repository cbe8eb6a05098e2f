// SPDX-License-Identifier: AGPL-3.0-or-later
// What a client does without network: saving files to nowhere, and restoring from memory, on /dev/shm.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "archive/backup.h"
#include "archive/restore.h"
#include "selection/fileset_reader.h"
#include "tree/posix_source.h"
#include "tree/posix_target.h"

namespace holdfast::archive {
namespace {

namespace fs = std::filesystem;

class Quiet final : public Report {
 public:
  void message(MessageType, const std::string&) override {}
  bool wants(MessageType) const override { return false; }
};

class Nowhere final : public RecordSink {
 public:
  void begin(std::int32_t, format::StreamId) override {}
  void data(Bytes record) override { benchmark::DoNotOptimize(record.data()); }
  void end() override {}
};

class InMemory final : public RecordSink {
 public:
  void begin(std::int32_t file_index, format::StreamId stream) override {
    head_ = {{1, 1}, file_index, number(stream)};
  }
  void data(Bytes record) override {
    records_.push_back({head_, bytes_.size(), record.size()});
    append(bytes_, record);
  }
  void end() override {}
  void replay(Restore& to) const {
    for (const auto& record : records_)
      to.record(record.head, Bytes(bytes_).subspan(record.offset, record.size));
  }

 private:
  struct Record {
    RecordHead head;
    std::size_t offset, size;
  };
  RecordHead head_;
  std::vector<Record> records_;
  Buffer bytes_;
};

/// A folder in memory with 20,000 files of 0 to 40 KB, and a large one.
class Data {
 public:
  Data() : root_("/dev/shm/holdfast-micro-archive") {
    fs::remove_all(root_);
    std::mt19937 random(1);
    std::string content(64 * 1024, '\0');
    for (auto& letter : content) letter = static_cast<char>(random());
    for (unsigned i = 0; i < 20'000; ++i) {
      const auto directory = root_ / "small" / std::to_string(i / 200) / std::to_string(i / 20 % 10);
      if (i % 20 == 0) fs::create_directories(directory);
      std::ofstream(directory / ("file-with-a-name-" + std::to_string(i)))
          .write(content.data(), static_cast<std::streamsize>(random() % 4096 * (random() % 10)));
    }
    fs::create_directories(root_ / "large");
    std::ofstream large(root_ / "large/file");
    for (int i = 0; i < 8 * 1024; ++i) large.write(content.data(), 64 * 1024);
  }
  ~Data() { fs::remove_all(root_); }
  std::string path(const char* part) const { return (root_ / part).string(); }

 private:
  fs::path root_;
};

const Data& data() {
  static const Data made;
  return made;
}

constexpr std::array letters{"HAX", "S4HAX", "S2HAX", "S4Zf4HAX", "MZ6HAX"};

BackupTotals save(const std::string& path, const char* option_letters, RecordSink& sink) {
  selection::FileSetReader reader;
  reader.line("I");
  reader.line(std::string("O ") + option_letters);
  reader.line("N");
  reader.line("F " + path);
  BackupOptions options;
  options.files = reader.finish();
  Quiet report;
  tree::PosixSource source;
  return Backup(source, options, sink, report).run({});
}

void count(benchmark::State& state, std::uint64_t files, std::uint64_t bytes) {
  state.counters["files"] = benchmark::Counter(static_cast<double>(files), benchmark::Counter::kIsRate);
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

void save_part(benchmark::State& state, const char* part) {
  const auto* option_letters = letters[static_cast<std::size_t>(state.range(0))];
  state.SetLabel(option_letters);
  Nowhere sink;
  std::uint64_t files = 0, bytes = 0;
  const auto path = std::getenv("HOLDFAST_BENCH_TREE") != nullptr
                        ? std::string(std::getenv("HOLDFAST_BENCH_TREE"))
                        : data().path(part);
  for (auto _ : state) {
    const auto totals = save(path, option_letters, sink);
    files += totals.files;
    bytes += totals.read_bytes;
  }
  count(state, files, bytes);
}

void restore_part(benchmark::State& state, const char* part) {
  InMemory records;
  const auto saved = save(data().path(part), letters[static_cast<std::size_t>(state.range(0))], records);
  const auto where = data().path("restored");
  for (auto _ : state) {
    Quiet report;
    tree::PosixTarget target(where);
    RestoreOptions options;
    options.where = where;
    Restore restore(target, options, report);
    records.replay(restore);
    restore.finish();
    state.PauseTiming();
    fs::remove_all(where);
    state.ResumeTiming();
  }
  const auto rounds = static_cast<std::uint64_t>(state.iterations());
  count(state, saved.files * rounds, saved.read_bytes * rounds);
}

void SaveSmallFiles(benchmark::State& state) { save_part(state, "small"); }
void SaveLargeFile(benchmark::State& state) { save_part(state, "large"); }
void RestoreSmallFiles(benchmark::State& state) { restore_part(state, "small"); }
void RestoreLargeFile(benchmark::State& state) { restore_part(state, "large"); }

BENCHMARK(SaveSmallFiles)
    ->DenseRange(0, 4)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(SaveLargeFile)
    ->DenseRange(0, 4)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(RestoreSmallFiles)
    ->Arg(1)
    ->Arg(3)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(RestoreLargeFile)
    ->Arg(1)
    ->Arg(3)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::archive
