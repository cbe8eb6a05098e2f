// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/file_scan.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

#include "base/guarded.h"

namespace holdfast::catalog {
namespace {

// More would be taken from the jobs that run; a database server works on each beside this process.
constexpr unsigned most_threads = 4;
// Small enough that all threads end at about the same time.
constexpr std::int64_t slices_of_a_thread = 8;

}  // namespace

/// Which slice is next, shared by the threads.
struct FileScan::Progress {
  std::vector<CurrentFiles::Slice> slices;
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> is_over = false;
  Guarded<std::exception_ptr> failed;
};

void FileScan::run(FileCatalog::Paths paths, const std::function<FileCatalog::Visitor()>& new_visitor) {
  std::vector<Worker> workers = hire(paths, new_visitor);
  Progress progress;
  progress.slices = files_.slices(slices_of_a_thread * static_cast<std::int64_t>(workers.size()));
  const auto start = [&](Worker& worker) {
    try {
      work(worker, paths, progress);
    } catch (...) {
      progress.is_over = true;
      progress.failed.with([](std::exception_ptr& failed) {
        if (!failed) failed = std::current_exception();
      });
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < workers.size(); ++i) threads.emplace_back([&, i] { start(workers[i]); });
    start(workers[0]);
  }
  progress.failed.with([](const std::exception_ptr& failed) {
    if (failed) std::rethrow_exception(failed);
  });
}

std::vector<FileScan::Worker> FileScan::hire(FileCatalog::Paths paths,
                                             const std::function<FileCatalog::Visitor()>& new_visitor) {
  const auto another = [&]() -> std::unique_ptr<SqlSession> {
    auto connection = session_.connection().another();
    return connection ? std::make_unique<SqlSession>(std::move(connection)) : nullptr;
  };
  const bool needs_lookups =
      paths == FileCatalog::Paths::given && !session_.connection().reads_side_by_side();
  std::vector<Worker> workers;
  const unsigned wanted = std::clamp(std::thread::hardware_concurrency(), 1U, most_threads);
  while (workers.size() < wanted) {
    Worker worker;
    try {
      worker.reader = another();
      if (worker.reader && needs_lookups) worker.lookups = another();
    } catch (const Error&) {
      if (workers.empty()) throw;
      break;  // A server without room for more: fewer do.
    }
    worker.visit = new_visitor();
    workers.push_back(std::move(worker));
    if (!workers.back().reader) break;
  }
  return workers;
}

void FileScan::work(Worker& worker, FileCatalog::Paths paths, Progress& progress) {
  SqlSession& reader = worker.reader ? *worker.reader : session_;
  PathsOfRows with_paths(worker.lookups ? *worker.lookups : reader, worker.visit);
  const auto read = [&](const CurrentFiles::Slice& slice) {
    if (paths == FileCatalog::Paths::left_out)
      return files_.each(reader.connection(), CurrentFiles::Columns::with_stat, slice, worker.visit);
    return files_.each(reader.connection(), CurrentFiles::Columns::with_stat, slice,
                       [&](const FileRow& row) { return with_paths.add(row); });
  };
  for (std::size_t i = progress.next++; i < progress.slices.size() && !progress.is_over; i = progress.next++)
    if (!read(progress.slices[i])) progress.is_over = true;
  if (!progress.is_over) with_paths.finish();
}

}  // namespace holdfast::catalog
