// SPDX-License-Identifier: AGPL-3.0-or-later
// What the list of an accurate backup costs: processor time per file, and memory.
//   known_files_bench FILES memory|bounded|disk sorted|shuffled [FOLDER]
//       fills a list with that many names of a made-up tree, looks all up in the order of a walk, and lists what is left
//   known_files_bench walk PATH
//       a backup of PATH to nowhere in which nothing changed: by time, and by a list
#include <fmt/core.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <numeric>
#include <random>

#include "archive/backup.h"
#include "format/attributes.h"
#include "selection/bounded_known_files.h"
#include "selection/fileset_reader.h"
#include "tree/posix_source.h"

namespace holdfast::archive {
namespace {

/// Processor time of all threads: unlike the clock on the wall it says the same on a busy machine.
class Stopwatch {
 public:
  double seconds() const { return double(std::clock() - start_) / CLOCKS_PER_SEC; }

 private:
  std::clock_t start_ = std::clock();
};

/// "RssAnon 61000 kB, RssFile 240000 kB, VmHWM ..." of this process.
std::string memory() {
  std::ifstream status("/proc/self/status");
  std::string text;
  for (std::string line; std::getline(status, line);)
    for (const std::string_view field : {"RssAnon:", "RssFile:", "VmHWM:"})
      if (line.starts_with(field)) {
        line.erase(std::remove(line.begin(), line.end(), '\t'), line.end());
        text += (text.empty() ? "" : ", ") + line;
      }
  return text;
}

/// 40 files in a directory, directories three deep: names of some 60 bytes.
std::string name_of(std::uint64_t number) {
  const auto directory = number / 40;
  return fmt::format("/srv/data/projects/area-{}/topic-{:03}/part-{:02}/document-{:07}.odt", directory / 2000,
                     directory / 20 % 100, directory % 20, number);
}

selection::KnownFile file_of(std::uint64_t number) {
  selection::KnownFile file;
  file.stat.device = 64768;
  file.stat.inode = 1'000'000 + number;
  file.stat.mode = 0100644;
  file.stat.links = 1;
  file.stat.uid = file.stat.gid = 1000;
  file.stat.size = static_cast<std::int64_t>(number * 7919 % 1'000'000);
  file.stat.access_time = file.stat.modification_time = file.stat.change_time = 1'700'000'000;
  file.stat.data_stream = format::StreamId::file_data;
  file.digest = "0123456789abcdef";
  return file;
}

void fill(selection::KnownFiles& files, std::uint64_t count, bool is_shuffled) {
  std::vector<std::uint32_t> order;
  if (is_shuffled) {
    order.resize(count);
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), std::mt19937(1));
  }
  fmt::print("before                  {}\n", memory());
  const Stopwatch watch;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto number = is_shuffled ? order[i] : i;
    files.add(name_of(number), file_of(number));
  }
  files.complete();
  fmt::print("filled  {:6.2f} s, {:5.0f} ns each  {}\n", watch.seconds(),
             watch.seconds() * 1e9 / double(count), memory());
}

int list(std::uint64_t count, std::string_view kind, bool is_shuffled, const std::string& folder) {
  selection::KnownFilesPlace place{folder};
  if (kind == "memory") place.memory = SIZE_MAX;
  if (kind == "disk") place.most_in_memory = 0;
  selection::BoundedKnownFiles files(place);
  fill(files, count, is_shuffled);
  const Stopwatch finding;
  std::uint64_t found = 0;
  for (std::uint64_t i = 0; i < count; ++i)
    if (i % 1000 != 0) found += files.find(name_of(i), selection::KnownFiles::Mark::seen).has_value();
  fmt::print("found   {:6.2f} s, {:5.0f} ns each  {}\n", finding.seconds(),
             finding.seconds() * 1e9 / double(count), memory());
  const Stopwatch listing;
  std::uint64_t unseen = 0;
  files.list_unseen([&](std::string_view, const selection::KnownFile&) { ++unseen; });
  fmt::print("listed  {:6.2f} s                 {}\n", listing.seconds(), memory());
  return found + unseen == count ? 0 : 1;
}

class Quiet final : public Report {
 public:
  void message(MessageType, const std::string&) override {}
  bool wants(MessageType) const override { return false; }
};

/// Keeps what a Director would send back in the list.
class ToList final : public RecordSink {
 public:
  explicit ToList(selection::KnownFiles& list) : list_(list) {}
  void begin(std::int32_t, format::StreamId stream) override { stream_ = stream; }
  void data(Bytes record) override {
    if (!format::is_attributes(stream_)) return;
    const auto file = format::parse_attributes(record);
    selection::KnownFile known;
    known.stat = format::unpack_stat(file->packed_stat).value();
    list_.add(file->name, known);
  }
  void end() override {}

 private:
  selection::KnownFiles& list_;
  format::StreamId stream_ = format::StreamId::none;
};

void unchanged(const char* what, BackupOptions options, RecordSink& sink) {
  for (int round = 0; round < 3; ++round) {
    tree::PosixSource source;
    Quiet report;
    const Stopwatch watch;
    const auto totals = Backup(source, options, sink, report).run({});
    fmt::print("{:<24}{:7.3f} s, {} examined, {} saved  {}\n", what, watch.seconds(), totals.examined,
               totals.files, memory());
  }
}

int walk(const std::string& path) {
  selection::FileSetReader reader;
  for (const auto& line : {std::string("I"), std::string("O HAX"), std::string("N"), "F " + path})
    reader.line(line);
  BackupOptions options;
  options.files = reader.finish();
  selection::KnownFilesInMemory in_memory;
  selection::KnownFilesOnDisk on_disk("/tmp");
  for (selection::KnownFiles* list :
       {static_cast<selection::KnownFiles*>(&in_memory), static_cast<selection::KnownFiles*>(&on_disk)}) {
    ToList sink(*list);
    Quiet report;
    tree::PosixSource source;
    Backup(source, options, sink, report).run({});
    list->complete();
  }
  ToList nowhere(in_memory);
  options.since = from_unix_seconds(4'000'000'000);
  unchanged("by time", options, nowhere);
  options.known = &in_memory;
  unchanged("by a list in memory", options, nowhere);
  options.known = &on_disk;
  unchanged("by a list on disk", options, nowhere);
  return 0;
}

}  // namespace
}  // namespace holdfast::archive

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words.size() == 2 && words[0] == "walk") return holdfast::archive::walk(words[1]);
  if (words.size() < 3) {
    fmt::print(stderr,
               "usage: known_files_bench FILES memory|bounded|disk sorted|shuffled [FOLDER]\n"
               "       known_files_bench walk PATH\n");
    return 2;
  }
  return holdfast::archive::list(std::stoull(words[0]), words[1], words[2] == "shuffled",
                                 words.size() > 3 ? words[3] : "/tmp");
}
