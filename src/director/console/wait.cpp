// SPDX-License-Identifier: AGPL-3.0-or-later
#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "base/job_words.h"
#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/codes.h"
#include "director/console/handlers.h"
#include "director/console/session.h"

namespace holdfast::director::console::handle {
namespace {

constexpr std::chrono::seconds poll_interval{1};

/// Sends a sign of life to the console now and then, on a thread of its own, while the command waits and does not use the
/// connection. Where the console has gone, the wait is stopped.
class SignsOfLife {
 public:
  explicit SignsOfLife(Command& command)
      : link_(command.session.link()),
        stop_with_daemon_(command.stop, [this] { enough_.request_stop(); }),
        thread_([this](const std::stop_token& stop) { send(stop); }) {}

  /// Requested when the console has gone or the daemon ends.
  std::stop_token stop() const { return enough_.get_token(); }
  /// Before the connection is used again. Throws what showed that the console has gone.
  void finish() {
    thread_.request_stop();
    thread_.join();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void send(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    while (!never.wait_for(lock, stop, link_.heartbeat_interval(), [] { return false; }) &&
           !stop.stop_requested()) {
      try {
        link_.send(wire::Signal::heartbeat);
        link_.flush();
      } catch (...) {
        failure_ = std::current_exception();
        enough_.request_stop();
        return;
      }
    }
  }

  ConsoleLink& link_;
  std::stop_source enough_;
  std::stop_callback<std::function<void()>> stop_with_daemon_;
  std::exception_ptr failure_;
  std::jthread thread_;
};

/// False where something else ended the wait.
bool wait_for_end(Command& command, JobId job) {
  SignsOfLife signs(command);
  const bool has_ended = command.services.wait_for_end(job, signs.stop());
  signs.finish();
  return has_ended;
}

bool waits_for_media(const Command& command) {
  for (const RunningJob& job : command.services.running_jobs())
    if (job.status == JobStatus::waiting_for_media || job.status == JobStatus::waiting_for_mount) return true;
  return false;
}

/// Until a job waits for a volume, or `timeout=` seconds have passed.
Outcome wait_for_mount(Command& command) {
  const auto text = command.line.value("timeout");
  const auto timeout = text ? parse_number<std::int64_t>(*text) : std::nullopt;
  SignsOfLife signs(command);
  std::mutex mutex;
  std::condition_variable_any stopped;
  for (std::int64_t waited = 0; !waits_for_media(command); ++waited) {
    if (timeout && waited >= *timeout) {
      signs.finish();
      command.out.warning("Wait on mount timed out\n");
      return Outcome::ok;
    }
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, signs.stop(), poll_interval, [] { return false; });
    if (!signs.stop().stop_requested()) continue;
    signs.finish();
    return Outcome::failed;
  }
  signs.finish();
  return Outcome::ok;
}

/// The id of the job that is waited for; 0 where the catalog knows none of that name.
std::optional<JobId> named_job(Command& command, catalog::Catalog& catalog) {
  if (const auto id = command.line.value("jobid")) return JobId(parse_number<std::uint32_t>(*id).value_or(0));
  const auto name = command.line.value_of_any({"job", "jobname", "ujobid"});
  if (!name) return std::nullopt;
  for (const RunningJob& job : command.services.running_jobs())
    if (job.unique_name == *name || job.name == *name) return job.id;
  if (const auto row = catalog.jobs().find(std::string_view(*name))) return row->id;
  catalog::JobFilter filter;
  filter.name = *name;
  const auto rows = catalog.jobs().list(filter);
  return rows.empty() ? JobId() : rows.back().id;
}

}  // namespace

Outcome wait(Command& command) {
  command.out.flush_pending();
  command.session.link().flush();
  if (command.line.has("mount")) return wait_for_mount(command);
  const bool one = command.line.value_of_any({"jobid", "job", "jobname", "ujobid"}).has_value();
  if (!one) return wait_for_end(command, JobId()) ? Outcome::ok : Outcome::failed;

  catalog::Catalog* catalog = open_catalog(command, CatalogUse::shared);
  if (!catalog) {
    command.out.error("ERR: Can't open db\n");
    return Outcome::failed;
  }
  const auto id = named_job(command, *catalog);
  if (!id || (!*id && !command.line.value("jobid"))) {
    command.out.error("ERR: Job was not found\n");
    return Outcome::failed;
  }
  if (!wait_for_end(command, *id)) return Outcome::failed;
  const auto row = catalog->jobs().find(*id);
  const JobStatus status = row ? row->status : static_cast<JobStatus>('?');
  const char letter = static_cast<char>(status);
  command.out.text(fmt::format("JobId={}\n", id->value));
  command.out.text(fmt::format("JobStatus={} ({})\n", status_text(status), letter));
  const auto object = command.out.object("job");
  command.out.value("jobid", Json::number(id->value));
  command.out.value("jobstatuslong", status_text(status));
  command.out.value("jobstatus", std::string(1, letter));
  command.out.value("exitstatus", Json::number(exit_status(status)));
  return Outcome::ok;
}

}  // namespace holdfast::director::console::handle
