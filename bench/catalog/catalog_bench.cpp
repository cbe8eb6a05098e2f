// SPDX-License-Identifier: AGPL-3.0-or-later
// What a large catalog costs: one Full with many Incrementals of one client, then what a Director does with it.
//
//   catalog_bench sqlite|postgresql [--files=N] [--in=FOLDER] [--keep=FOLDER] [STEP...]
//
// Default: 10,000,000 files, in a folder below /dev/shm (--in) that goes with the program, all steps. With --keep the catalog
// stays in that folder and is used as it is the next time, but for what insert, cache and prune do to it. Steps: insert walk
// count select mark cache walk prune.
//
// Each line: what was done, how long it took, how much processor time that was (of the server too), how fast, and the
// memory this process held at most until then.
#include <fmt/core.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>
#include <thread>
#include <unordered_set>

#include "catalog/bvfs_catalog.h"
#include "catalog/retention_catalog.h"
#include "catalog/sql_catalog.h"
#include "director/console/tree.h"
#include "jobs/restore_selection.h"
#include "testing/catalog/postgres_server.h"

namespace {

using namespace holdfast;
using namespace holdfast::catalog;
using director::console::RestoreTree;
using Seconds = std::chrono::duration<double>;

constexpr std::size_t rows_of_a_batch = 5'000;
constexpr std::uint32_t files_of_a_directory = 20;
constexpr std::uint32_t directories_of_a_directory = 40;
constexpr std::uint32_t jobs_of_the_chain = 50;
constexpr std::uint32_t files_of_an_incremental = 20'000;
constexpr std::string_view stat = "P0A FARs IGk B Po Po A +g BAA I BfXhAA BfXhAA BrA2PE A A C";
constexpr std::string_view digest = "AUUwOVBBDgebeW0bo6MKQA";

double seconds_since(std::chrono::steady_clock::time_point start) {
  return Seconds(std::chrono::steady_clock::now() - start).count();
}

/// In MiB: the most this process held.
long peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

pid_t server_process = 0;

/// Processor time of a process and of its children that ended, in seconds, if it is `parent` or a child of it.
double seconds_of(const std::filesystem::path& process, pid_t parent) {
  std::ifstream in(process / "stat");
  std::string line;
  std::getline(in, line);
  std::istringstream fields(line.substr(std::min(line.size(), line.rfind(')') + 2)));
  std::vector<std::string> words(std::istream_iterator<std::string>(fields), {});
  if (words.size() < 15) return 0;
  if (std::stoi(words[1]) != parent && process.filename() != std::to_string(parent)) return 0;
  double ticks = 0;
  for (std::size_t i = 11; i < 15; ++i) ticks += std::stod(words[i]);
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// Of this process and of the server so far.
double processor_seconds() {
  double sum = static_cast<double>(clock()) / CLOCKS_PER_SEC;
  if (server_process == 0) return sum;
  for (const auto& entry : std::filesystem::directory_iterator("/proc"))
    if (std::isdigit(entry.path().filename().string()[0]) != 0)
      sum += seconds_of(entry.path(), server_process);
  return sum;
}

void report(std::string_view what, double seconds, double cpu = 0, double rows = 0) {
  fmt::print("{:<58} {:>8.3f} s", what, seconds);
  if (cpu > 0) fmt::print(" {:>8.3f} cpu", cpu);
  if (rows > 0) fmt::print(" {:>9.0f} rows/s", rows / seconds);
  fmt::print(" {:>5} MiB\n", peak_memory());
  std::fflush(stdout);
}

template <typename Action>
double timed(std::string_view what, double rows, Action&& action) {
  const double cpu = processor_seconds();
  const auto start = std::chrono::steady_clock::now();
  action();
  const double seconds = seconds_since(start);
  report(what, seconds, processor_seconds() - cpu, rows);
  return seconds;
}

/// The directory of a file: /ROOT/12/345/.
std::string directory_of(std::string_view root, std::uint32_t file) {
  const std::uint32_t directory = file / files_of_a_directory;
  return fmt::format("/{}/{}/{}/{}/", root,
                     directory / directories_of_a_directory / directories_of_a_directory,
                     directory / directories_of_a_directory % directories_of_a_directory,
                     directory % directories_of_a_directory);
}

class Bench {
 public:
  Bench(CatalogOpener open, std::uint32_t files) : open_(std::move(open)), catalog_(open_()), files_(files) {}

  /// Fills the catalog unless it is filled.
  void prepare() {
    JobFilter of_chain;
    of_chain.name = "large";
    of_chain.statuses = {JobStatus::terminated};
    for (const JobRow& row : catalog_->jobs().list(of_chain)) jobs_.push_back(row.id);
    jobs_made_ = static_cast<int>(jobs_.size());
    if (jobs_.empty()) fill();
  }

  void run(std::string_view step) {
    using Action = void (Bench::*)();
    static constexpr std::pair<std::string_view, Action> steps[] = {
        {"insert", &Bench::insert}, {"walk", &Bench::walk},   {"count", &Bench::count},
        {"select", &Bench::select}, {"mark", &Bench::mark},   {"list", &Bench::list},
        {"cache", &Bench::cache},   {"prune", &Bench::prune},
    };
    for (const auto& [name, action] : steps)
      if (name == step) return (this->*action)();
    throw Error(ErrorKind::invalid, "no step is named {}", step);
  }

 private:
  JobId begin_job(Catalog& catalog, JobLevel level, std::string_view name = "other") {
    JobRow row;
    row.name = name;
    row.job = fmt::format("{}.{}", name, ++jobs_made_);
    row.level = level;
    row.client = ClientId(1);
    row.fileset = FileSetId(1);
    row.id = catalog.jobs().create(row);
    row.status = JobStatus::running;
    catalog.jobs().start(row);
    return row.id;
  }

  static void end_job(Catalog& catalog, JobId job, std::uint32_t files) {
    JobMediaRow piece;
    piece.job = job;
    piece.volume = catalog.volumes().highest_id();
    piece.first_index = 1;
    piece.last_index = files;
    catalog.volumes().add_piece(piece);
    JobRow row = *catalog.jobs().find(job);
    row.status = JobStatus::terminated;
    row.job_tdate = job.value;
    row.files = files;
    catalog.jobs().finish(row);
  }

  /// As the Director does; `step` of files that are not next to each other. The longest batch in seconds.
  double add_files(Catalog& catalog, JobId job, std::string_view root, std::uint32_t from,
                   std::uint32_t count, std::uint32_t step = 1) {
    std::vector<std::string> paths(rows_of_a_batch), names(rows_of_a_batch);
    std::vector<NewFile> batch;
    double longest = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::size_t at = batch.size();
      const std::uint32_t file = from + i * step;
      paths[at] = directory_of(root, file);
      names[at] = fmt::format("document-{}.txt", file);
      batch.push_back(
          {.file_index = i + 1, .path = paths[at], .name = names[at], .stat = stat, .digest = digest});
      if (batch.size() < rows_of_a_batch && i + 1 < count) continue;
      const auto start = std::chrono::steady_clock::now();
      catalog.files().add(job, batch);
      longest = std::max(longest, seconds_since(start));
      batch.clear();
    }
    return longest;
  }

  void fill() {
    const std::uint32_t incremental = std::min(files_of_an_incremental, files_ / 100);
    const std::uint32_t full = files_ - incremental * (jobs_of_the_chain - 1);
    VolumeRow volume;
    volume.name = "Large-0001";
    volume.media_type = "File";
    catalog_->volumes().create(volume);
    const auto add_job = [&](JobLevel level, std::uint32_t from, std::uint32_t count, std::uint32_t step) {
      jobs_.push_back(begin_job(*catalog_, level, "large"));
      add_files(*catalog_, jobs_.back(), "srv", from, count, step);
      end_job(*catalog_, jobs_.back(), count);
    };
    timed(fmt::format("fill: a Full of {} files, 49 Incrementals of {}", full, incremental), files_, [&] {
      add_job(JobLevel::full, 0, full, 1);
      for (std::uint32_t i = 1; i < jobs_of_the_chain; ++i)
        add_job(JobLevel::incremental, i * 97, incremental, full / incremental);
    });
  }

  void insert_one(std::string_view root, std::string_view kind) {
    const std::uint32_t count = std::max(files_ / 10, 100'000U);
    const JobId job = begin_job(*catalog_, JobLevel::full);
    timed(fmt::format("insert: a job of {} files, {} directories", count, kind), count,
          [&] { add_files(*catalog_, job, root, 0, count); });
    end_job(*catalog_, job, count);
    to_prune_ = job;
  }

  void insert() {
    const std::string root = fmt::format("home-{}", ++jobs_made_);
    insert_one(root, "new");
    insert_one(root, "known");
  }

  // What the console does before it shows a user the first page, and for `ls`.
  void walk() {
    timed("tree: from the command to its first page", 0, [&] {
      RestoreTree tree(catalog_->files(), jobs_);
      tree.count(1);
      tree.entries("");
    });
    RestoreTree tree(catalog_->files(), jobs_);
    std::mt19937 random(7);
    double longest = 0, sum = 0;
    constexpr int looks = 200;
    for (int i = 0; i < looks; ++i) {
      std::string directory = directory_of("srv", static_cast<std::uint32_t>(random() % files_));
      for (int up = i % 4; up > 0; --up) directory.resize(directory.rfind('/', directory.size() - 2) + 1);
      const auto start = std::chrono::steady_clock::now();
      tree.entries(directory);
      longest = std::max(longest, seconds_since(start));
      sum += seconds_since(start);
    }
    report(fmt::format("tree: any directory, mean of {}", looks), sum / looks);
    report("tree: any directory, slowest", longest);
  }

  void count() {
    std::uint64_t found = 0;
    timed("count the current files", 0, [&] { found = catalog_->files().count_current(jobs_); });
    fmt::print("  {} files\n", found);
  }

  void select() {
    RestoreTree tree(catalog_->files(), jobs_);
    tree.mark_all();
    plan(tree, "select all: the bootstrap of `restore all done`");
  }

  void mark() {
    RestoreTree tree(catalog_->files(), jobs_);
    timed("mark *", 0, [&] { tree.mark(tree.matching("", "*"), true); });
    timed("unmark a directory", 0, [&] { tree.mark(tree.matching("", "srv/3/7"), false); });
    plan(tree, "done");
  }

  void plan(const RestoreTree& tree, std::string_view what) {
    jobs::RestorePlan plan;
    std::size_t bytes = 0;
    timed(what, 0, [&] {
      plan = jobs::plan_restore(catalog_->volumes(), tree.selection(), [](const PieceRow&) {
        return jobs::RestoreStorage{"File", "FileStorage"};
      });
      bytes = format::to_text(plan.bootstrap).size();
    });
    fmt::print("  {} files, a bootstrap of {} kB\n", plan.files, bytes / 1000);
  }

  void list() {
    std::uint64_t found = 0, bytes = 0;
    timed("list the current files with all they have", 0, [&] {
      catalog_->files().list_current(jobs_, [&](const FileRow& row) {
        ++found;
        bytes += row.path.size() + row.name.size();
        return true;
      });
    });
    fmt::print("  {} files, {} MB of names\n", found, bytes / 1'000'000);
  }

  void cache() {
    timed("build the cache of directories (.bvfs_update)", 0, [&] {
      for (const JobId job : jobs_) catalog_->bvfs().build(job);
    });
  }

  void prune() {
    if (!to_prune_) insert();
    const auto count = static_cast<double>(catalog_->files().count(to_prune_));
    std::atomic<bool> is_over = false;
    double longest = 0;
    std::uint64_t added = 0;
    const auto start = std::chrono::steady_clock::now();
    const double cpu = processor_seconds();
    std::jthread job([&] {
      const auto catalog = open_();
      const JobId id = begin_job(*catalog, JobLevel::full);
      for (std::uint32_t from = 0; !is_over; from += rows_of_a_batch, added += rows_of_a_batch)
        longest = std::max(longest, add_files(*catalog, id, "var", from, rows_of_a_batch));
    });
    catalog_->retention().purge_files(std::array{to_prune_});
    const double seconds = seconds_since(start);
    is_over = true;
    job.join();
    report(fmt::format("prune {:.0f} files while a job adds {}", count, added), seconds,
           processor_seconds() - cpu, count);
    report("  longest batch of that job", longest);
    to_prune_ = {};
  }

  CatalogOpener open_;
  std::unique_ptr<Catalog> catalog_;
  std::uint32_t files_;
  std::atomic<int> jobs_made_ = 0;
  std::vector<JobId> jobs_;
  JobId to_prune_;
};

/// A folder that goes with this object.
struct Folder {
  std::filesystem::path path;
  explicit Folder(const std::filesystem::path& parent) {
    std::string pattern = (parent / "holdfast-bench-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw Error(ErrorKind::io, "no folder {}", pattern);
    path = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

}  // namespace

int main(int argc, char** argv) {
  std::string_view database;
  std::uint32_t files = 10'000'000;
  std::filesystem::path parent = "/dev/shm", kept;
  std::vector<std::string_view> steps;
  for (const std::string_view word : std::span(argv, static_cast<std::size_t>(argc)).subspan(1)) {
    const std::string_view value = word.substr(std::min(word.size(), word.find('=') + 1));
    if (word.starts_with("--files="))
      files = static_cast<std::uint32_t>(std::stoul(std::string(value)));
    else if (word.starts_with("--in="))
      parent = value;
    else if (word.starts_with("--keep="))
      kept = value;
    else if (database.empty())
      database = word;
    else
      steps.push_back(word);
  }
  if (steps.empty()) steps = {"insert", "walk", "count", "select", "mark", "cache", "walk", "prune"};
  const auto run = [&](const CatalogOpener& open) {
    Bench bench(open, files);
    bench.prepare();
    for (const std::string_view step : steps) bench.run(step);
  };
  if (database == "sqlite") {
    std::optional<Folder> temporary;
    if (kept.empty()) kept = temporary.emplace(parent).path;
    std::filesystem::create_directories(kept);
    run([&] { return open_sqlite_catalog(kept / "catalog.db"); });
  } else if (database == "postgresql") {
    // As Debian installs it, but for what tests switch off.
    const std::vector<std::string> settings{"fsync=on", "full_page_writes=on", "shared_buffers=128MB",
                                            "autovacuum=on", "max_wal_size=1GB"};
    PostgresServer server = kept.empty() ? PostgresServer(settings, parent)
                                         : PostgresServer(settings, PostgresServer::KeptIn{kept});
    server_process = server.process();
    const auto address = server.address(kept.empty() ? server.new_catalog() : server.kept_catalog("bench"));
    run([&] { return open_postgres_catalog(address); });
  } else {
    fmt::print(
        stderr,
        "usage: catalog_bench sqlite|postgresql [--files=N] [--in=FOLDER] [--keep=FOLDER] [STEP...]\n");
    return 2;
  }
  return 0;
}
