// SPDX-License-Identifier: AGPL-3.0-or-later
#include "console/job_control.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/job_words.h"
#include "base/text.h"

namespace holdfast::console {
namespace {

using nlohmann::json;

json parse(const std::string& text) { return json::parse(text, nullptr, false); }

/// A member as text, whatever it is: catalog values are texts, others numbers.
std::string text_of(const json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end() || at->is_null()) return "";
  return at->is_string() ? at->get<std::string>() : at->dump();
}

std::uint64_t number_of(const json& object, const char* key) {
  return parse_number<std::uint64_t>(text_of(object, key)).value_or(0);
}

char letter_of(const json& object, const char* key) {
  const std::string text = text_of(object, key);
  return text.empty() ? ' ' : text[0];
}

JobId id_of(const json& object) { return JobId(static_cast<std::uint32_t>(number_of(object, "jobid"))); }

JobRecord record_of(const json& row) {
  JobRecord record;
  record.id = id_of(row);
  record.unique_name = text_of(row, "job");
  record.name = text_of(row, "name");
  record.client = text_of(row, "client");
  record.file_set = text_of(row, "fileset");
  record.type = letter_of(row, "type");
  record.level = letter_of(row, "level");
  record.status = letter_of(row, "jobstatus");
  record.files = number_of(row, "jobfiles");
  record.bytes = number_of(row, "jobbytes");
  record.errors = number_of(row, "joberrors");
  record.started = text_of(row, "starttime");
  record.ended = text_of(row, "endtime");
  record.duration = text_of(row, "duration");
  return record;
}

RunningJob running_of(const json& row) {
  RunningJob job;
  job.id = id_of(row);
  job.unique_name = text_of(row, "name");
  job.type = text_of(row, "type");
  job.level = std::string(trim(text_of(row, "level")));
  job.status = text_of(row, "status");
  job.files = number_of(row, "files");
  job.bytes = number_of(row, "bytes");
  job.files_expected = number_of(row, "files_expected");
  job.bytes_expected = number_of(row, "bytes_expected");
  return job;
}

/// The objects of an array in the result of a command.
std::vector<json> rows_of(ApiSession& session, const std::string& command, const char* key) {
  const json result = parse(session.call(command));
  std::vector<json> rows;
  if (!result.is_object() || !result.contains(key) || !result[key].is_array()) return rows;
  for (const auto& row : result[key])
    if (row.is_object()) rows.push_back(row);
  return rows;
}

void pause(std::chrono::milliseconds interval, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, interval, [] { return false; });
}

}  // namespace

bool JobRecord::has_ended() const {
  return std::string_view("TWEefADI").find(status) != std::string_view::npos;
}

std::string status_words(char status) {
  const std::string_view words = report_text(static_cast<JobStatus>(status));
  return std::string(words.empty() ? "Waiting" : words);
}

JobId start_job(ApiSession& session, const std::string& command) {
  const json result = parse(session.call(command));
  if (result.is_object() && result.contains("run") && result["run"].is_object()) {
    const JobId id = id_of(result["run"]);
    if (id) return id;
  }
  throw Error(ErrorKind::refused, "the Director queued no job for \"{}\"", command);
}

std::optional<JobRecord> find_job(ApiSession& session, JobId id) {
  const auto rows = rows_of(session, fmt::format("llist jobid={}", id.value), "jobs");
  return rows.empty() ? std::nullopt : std::optional(record_of(rows.front()));
}

std::vector<JobRecord> list_jobs(ApiSession& session, const std::string& restrictions) {
  std::vector<JobRecord> records;
  for (const json& row : rows_of(session, "llist jobs " + restrictions, "jobs"))
    records.push_back(record_of(row));
  return records;
}

std::vector<RunningJob> running_jobs(ApiSession& session) {
  std::vector<RunningJob> jobs;
  for (const json& row : rows_of(session, ".status dir running", "running")) jobs.push_back(running_of(row));
  return jobs;
}

std::vector<std::string> job_log(ApiSession& session, JobId id) {
  std::vector<std::string> lines;
  for (const json& row : rows_of(session, fmt::format("list joblog jobid={}", id.value), "joblog"))
    lines.push_back(text_of(row, "logtext"));
  return lines;
}

JobRecord follow_job(ApiSession& session, JobId id, std::chrono::milliseconds interval,
                     const std::function<void(const RunningJob&)>& progress, std::stop_token stop) {
  for (;;) {
    if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "interrupted");
    bool runs = false;
    for (const RunningJob& job : running_jobs(session)) {
      if (job.id != id) continue;
      runs = true;
      progress(job);
    }
    if (!runs) {
      const auto record = find_job(session, id);
      if (!record) throw Error(ErrorKind::not_found, "the Director does not know JobId {}", id.value);
      // Between the queue and the catalog a job may be in neither state for a moment.
      if (record->has_ended()) return *record;
    }
    pause(interval, stop);
  }
}

void cancel_job(ApiSession& session, JobId id) { session.call(fmt::format("cancel jobid={} yes", id.value)); }

}  // namespace holdfast::console
