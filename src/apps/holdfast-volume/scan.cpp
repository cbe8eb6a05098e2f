// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <atomic>
#include <cstdio>
#include <mutex>
#include <thread>

#include "apps/common/configuration.h"
#include "apps/holdfast-volume/catalog_choice.h"
#include "apps/holdfast-volume/scan_run.h"
#include "apps/holdfast-volume/source.h"
#include "base/error.h"
#include "base/text.h"
#include "config/storage_resources.h"
#include "os/file.h"

namespace holdfast::apps {
namespace {

struct ScanOptions {
  ToolOptions source;
  CatalogChoice catalog;
  bool updates_volumes = false;
  bool lists_records = false;
  bool shows_progress = false;
  bool writes = false;
  std::string working_directory;
  int threads = static_cast<int>(std::thread::hardware_concurrency());

  void add_to(CommandLine& line) {
    source.add_reading_to(line);
    catalog.add_path_to(line);
    catalog.add_postgres_to(line);
    line.flag("-m,--update-volume-info", "Update sizes and counts in the rows of the volumes.",
              updates_volumes);
    line.flag("-r,--list-records", "List the files.", lists_records);
    line.flag("-S,--show-progress", "Say how much is done.", shows_progress);
    line.flag("-s,--update-db", "Write what is found; without it nothing is written.", writes);
    line.option("-w,--working-directory", "Accepted for scripts; must exist where it is given.",
                working_directory);
    line.option("--threads", "How many volumes are read at a time (one for each processor).", threads);
  }
};

/// Says each whole percent of all volumes once.
class Progress {
 public:
  Progress(std::uint64_t total, std::function<void(int)> say) : total_(total), say_(std::move(say)) {}
  void operator()(std::uint64_t bytes) {
    const auto percent = total_ == 0 ? 0 : static_cast<int>(bytes * 100 / total_);
    if (percent <= shown_.load(std::memory_order_relaxed)) return;
    if (shown_.exchange(percent) < percent) say_(percent);
  }

 private:
  std::uint64_t total_;
  std::function<void(int)> say_;
  std::atomic<int> shown_ = 0;
};

void check_directory(const std::string& directory) {
  if (directory.empty()) return;
  if (!os::file_exists(directory))
    throw Error(ErrorKind::not_found, "Working Directory: {} not found. Cannot continue.", directory);
  if (!os::is_directory(directory))
    throw Error(ErrorKind::invalid, "Working Directory: {} is not a directory. Cannot continue.", directory);
}

void print_summary(const ScanCounts& counts, ScanMode mode) {
  fmt::print("{} the catalog:\n{:7} Media\n{:7} Pool\n{:7} Job\n{:7} File\n{:7} RestoreObject\n",
             mode == ScanMode::writes ? "Records added or updated in"
                                      : "Records would have been added or updated in",
             counts.media, counts.pools, counts.jobs, counts.files, counts.restore_objects);
}

std::unique_ptr<catalog::Catalog> open_first(const catalog::CatalogOpener& opener) {
  try {
    return opener();
  } catch (const Error&) {
    rethrow_with("Could not init Bareos database");
  }
}

ScanSettings settings_of(ToolSource& source, const ScanOptions& options, const catalog::CatalogOpener& opener,
                         const ScanCatalog::Tell& tell, std::atomic<std::uint64_t>& passed_damage) {
  ScanSettings settings;
  settings.make_drive = [&source] { return source.make_drive(); };
  settings.open_catalog = opener;
  settings.threads = source.can_read_several() ? static_cast<unsigned>(std::max(options.threads, 1)) : 1;
  settings.updates_volumes = options.updates_volumes;
  settings.lists_records = options.lists_records;
  settings.damage = [&options, &passed_damage, tell](const std::string& volume, const std::string& what) {
    if (!options.source.goes_on_after_errors)
      throw Error(ErrorKind::corrupt, "Volume \"{}\": {} (-p reads on)", volume, what);
    ++passed_damage;
    tell(0, fmt::format("Error: Volume \"{}\": {}\n", volume, what));
  };
  settings.tell = tell;
  settings.progress = [](std::uint64_t) {};
  return settings;
}

void tell_end(const ScanRun& run, const ScanCatalog::Tell& tell) {
  const auto sums = run.sums();
  tell(0, fmt::format("End of all Volumes. VolFiles={} VolBlocks={} VolBytes={}\n", sums.files, sums.blocks,
                      with_thousands(sums.bytes)));
  if (run.ignored() > 0)
    tell(0, fmt::format("{} \"errors\" ignored before first Start of Session record.\n", run.ignored()));
}

int scan(ToolSource& source, const ScanOptions& options) {
  std::mutex printing;
  const ScanCatalog::Tell tell = [&](int verbosity, const std::string& text) {
    if (verbosity > options.source.verbosity) return;
    const std::lock_guard lock(printing);
    source.tell(text);
  };
  const auto opener = options.catalog.opener("bscan");
  auto first = open_first(opener);
  if (options.catalog.path.empty())
    tell(1, fmt::format("Using Database: {}, User: {}\n", options.catalog.database, options.catalog.user));
  const auto mode = options.writes ? ScanMode::writes : ScanMode::only_compares;
  ScanCatalog catalog(std::move(first), mode, tell);
  const auto total = source.total_size();
  tell(1, fmt::format("First Volume Size = {}\n", with_thousands(total)));
  Progress progress(total, [&](int percent) { tell(0, fmt::format("done: {}%\n", percent)); });
  std::atomic<std::uint64_t> passed_damage = 0;
  auto settings = settings_of(source, options, opener, tell, passed_damage);
  if (options.shows_progress) settings.progress = [&](std::uint64_t bytes) { progress(bytes); };
  ScanRun run(catalog, std::move(settings));
  run.run(source.volumes());
  tell_end(run, tell);
  print_summary(catalog.counts(), mode);
  return source.end(passed_damage);
}

}  // namespace

int run_scan(int argc, const char* const* argv) {
  CommandLine line(
      "bscan",
      "Rebuilds the rows of the catalog from volumes\n\nWithout -s it only tells what is missing. "
      "What the catalog has already stays. The Director must not run meanwhile.");
  ScanOptions options;
  std::vector<std::string> devices;
  options.add_to(line);
  add_device_argument(line, devices);
  if (const auto code = line.parse(argc, argv)) return *code;
  check_directory(options.working_directory);
  ToolSource source("bscan", options.source, devices[0]);
  return scan(source, options);
}

}  // namespace holdfast::apps
