// SPDX-License-Identifier: AGPL-3.0-or-later
// What a large catalog costs: one Full with many Incrementals of one client, then what a Director does with it.
//
//   catalog_bench sqlite|postgresql [FILES [FOLDER]]       default: 10,000,000 files, in memory (/dev/shm)
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
#include "testing/catalog/postgres_server.h"

namespace {

using namespace holdfast;
using namespace holdfast::catalog;
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

  void run() {
    fill();
    insert();
    walk("without cache");
    select_all();
    build_cache();
    walk("with cache");
    prune_while_a_job_runs();
  }

 private:
  JobId begin_job(Catalog& catalog, JobLevel level) {
    JobRow row;
    row.name = "large";
    row.job = fmt::format("large.{}", ++jobs_made_);
    row.level = level;
    row.client = ClientId(1);
    row.fileset = FileSetId(1);
    row.id = catalog.jobs().create(row);
    row.status = JobStatus::running;
    catalog.jobs().start(row);
    return row.id;
  }

  static void end_job(Catalog& catalog, JobId job) {
    JobRow row = *catalog.jobs().find(job);
    row.status = JobStatus::terminated;
    row.job_tdate = job.value;
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
    timed(fmt::format("fill: a Full of {} files, 49 Incrementals of {}", full, incremental), files_, [&] {
      jobs_.push_back(begin_job(*catalog_, JobLevel::full));
      add_files(*catalog_, jobs_.back(), "srv", 0, full);
      end_job(*catalog_, jobs_.back());
      for (std::uint32_t i = 1; i < jobs_of_the_chain; ++i) {
        jobs_.push_back(begin_job(*catalog_, JobLevel::incremental));
        add_files(*catalog_, jobs_.back(), "srv", i * 97, incremental, full / incremental);
        end_job(*catalog_, jobs_.back());
      }
    });
  }

  void insert() {
    const std::uint32_t count = std::max(files_ / 10, 100'000U);
    extra_ = begin_job(*catalog_, JobLevel::full);
    timed(fmt::format("insert: a job of {} files, new directories", count), count,
          [&] { add_files(*catalog_, extra_, "home", 0, count); });
    end_job(*catalog_, extra_);
    const JobId again = begin_job(*catalog_, JobLevel::full);
    timed(fmt::format("insert: a job of {} files, known directories", count), count,
          [&] { add_files(*catalog_, again, "home", 0, count); });
    end_job(*catalog_, again);
  }

  void look(std::string_view directory) {
    std::size_t entries = catalog_->files().directories(jobs_, directory).size();
    catalog_->files().list_directory(jobs_, directory, [&](const FileRow&) { return ++entries > 0; });
  }

  void walk(std::string_view how) {
    timed(fmt::format("tree {}: first page", how), 0, [&] {
      look("");
      look("/");
      look("/srv/");
    });
    std::mt19937 random(7);
    double longest = 0, sum = 0;
    constexpr int looks = 200;
    for (int i = 0; i < looks; ++i) {
      std::string directory = directory_of("srv", static_cast<std::uint32_t>(random() % files_));
      for (int up = i % 3; up > 0; --up) directory.resize(directory.rfind('/', directory.size() - 2) + 1);
      const auto start = std::chrono::steady_clock::now();
      look(directory);
      longest = std::max(longest, seconds_since(start));
      sum += seconds_since(start);
    }
    report(fmt::format("tree {}: any directory, mean of {}", how, looks), sum / looks);
    report(fmt::format("tree {}: any directory, slowest", how), longest);
  }

  void select_all() {
    std::uint64_t found = 0;
    timed("count the current files", 0, [&] { found = catalog_->files().count_current(jobs_); });
    std::uint64_t bytes = 0;
    timed("select all: list the current files", static_cast<double>(found), [&] {
      catalog_->files().list_current(jobs_, [&](const FileRow& row) {
        bytes += row.path.size() + row.name.size();
        return true;
      });
    });
    fmt::print("  {} files, {} MB of names\n", found, bytes / 1'000'000);
  }

  void build_cache() {
    timed("build the cache of directories (.bvfs_update)", 0, [&] {
      for (const JobId job : jobs_) catalog_->bvfs().build(job);
    });
  }

  void prune_while_a_job_runs() {
    const auto count = static_cast<double>(catalog_->files().count(extra_));
    std::atomic<bool> is_over = false;
    double longest = 0;
    std::uint64_t added = 0;
    const auto start = std::chrono::steady_clock::now();
    std::jthread job([&] {
      const auto catalog = open_();
      const JobId id = begin_job(*catalog, JobLevel::full);
      for (std::uint32_t from = 0; !is_over; from += rows_of_a_batch, added += rows_of_a_batch)
        longest = std::max(longest, add_files(*catalog, id, "var", from, rows_of_a_batch));
    });
    catalog_->retention().purge_files(std::array{extra_});
    is_over = true;
    job.join();
    report(fmt::format("prune {:.0f} files while a job adds {}", count, added), seconds_since(start), 0,
           count);
    report("  longest batch of that job", longest);
  }

  CatalogOpener open_;
  std::unique_ptr<Catalog> catalog_;
  std::uint32_t files_;
  std::atomic<int> jobs_made_ = 0;
  std::vector<JobId> jobs_;
  JobId extra_;
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
  const std::string_view database = argc > 1 ? argv[1] : "";
  const auto files = static_cast<std::uint32_t>(argc > 2 ? std::stoul(argv[2]) : 10'000'000);
  const std::filesystem::path folder = argc > 3 ? argv[3] : "/dev/shm";
  if (database == "sqlite") {
    const Folder home(folder);
    Bench([&] { return open_sqlite_catalog(home.path / "catalog.db"); }, files).run();
  } else if (database == "postgresql") {
    // As Debian installs it, but for what tests switch off.
    PostgresServer server(
        {"fsync=on", "full_page_writes=on", "shared_buffers=128MB", "autovacuum=on", "max_wal_size=1GB"},
        folder);
    server_process = server.process();
    const auto address = server.address(server.new_catalog());
    Bench([&] { return open_postgres_catalog(address); }, files).run();
  } else {
    fmt::print(stderr, "usage: catalog_bench sqlite|postgresql [FILES [FOLDER]]\n");
    return 2;
  }
  return 0;
}
