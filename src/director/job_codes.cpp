// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/job_codes.h"

#include "base/job_words.h"
#include "base/text.h"
#include "os/process.h"

namespace holdfast::director {
namespace {

using Value = std::optional<std::string>;

constexpr std::size_t longest_of_director = 49;

std::string or_none(std::string_view text) { return std::string(text.empty() ? "*None*" : text); }

/// What changes while the job runs, and what only messages have.
struct Present {
  JobStatus status;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::string volumes = {};
  std::string_view recipients = {};
};

Present present_state(const ActiveJob& job) {
  return job.state.read([](const ActiveJob::State& state) {
    return Present{state.status, state.files, state.bytes, state.volumes, {}};
  });
}

/// The state in the end record.
Present final_state(const ActiveJob& job) {
  Present present = present_state(job);
  present.status = job.row.status;
  present.files = job.row.files;
  present.bytes = job.row.bytes;
  return present;
}

template <typename Resource>
std::string name_or_none(const Resource* resource) {
  return or_none(resource != nullptr ? resource->name : "");
}

std::string id_or_none(JobId id) { return id ? std::to_string(id.value) : "*None*"; }

/// Of a copy or migration, the job that it reads.
JobId previous_job(const ActiveJob& job) {
  const bool copies = job.type == JobType::copy || job.type == JobType::migrate;
  return copies && !job.plan.request.job_ids.empty() ? job.plan.request.job_ids.front() : JobId();
}

/// What the other daemons know too.
Value common_value(char code, const ActiveJob& job, const Present& present) {
  const JobPlan& plan = job.plan;
  switch (code) {
    case '%': return "%";
    case 'b': return std::to_string(present.bytes);
    case 'B': return with_unit(present.bytes) + "B";
    case 'c': return name_or_none(plan.client);
    case 'd': return plan.configuration->director().name;
    case 'e': return std::string(status_text(present.status));
    case 'F': return std::to_string(present.files);
    case 'i': return std::to_string(job.id.value);
    case 'j': return job.name;
    case 'l': return std::string(level_text(job.level, " "));
    case 'n': return std::string(job_name_of(job.name));
    case 'P': return std::to_string(os::process_id());
    case 'r': return std::string(present.recipients);
    case 's': return plan.since == Moment{} ? "" : catalog::to_text(plan.since);
    case 't': return std::string(type_text(job.type));
    case 'v': return present.volumes;
    default: return std::nullopt;
  }
}

Value director_value(char code, const ActiveJob& job, const Present& present) {
  const JobPlan& plan = job.plan;
  switch (code) {
    case 'C': return plan.request.is_clone ? "yes" : "no";
    case 'D': return plan.configuration->director().name;
    case 'f': return name_or_none(plan.fileset);
    case 'h': return or_none(plan.client != nullptr ? plan.client->address : "");
    case 'N': return id_or_none(previous_job(job) ? job.row.prior : JobId());
    case 'O': return id_or_none(previous_job(job));
    case 'p': return name_or_none(plan.pool.resource);
    case 'V': return or_none(present.volumes);
    case 'w': return name_or_none(plan.storage.resource);
    case 'x': return plan.spool_data ? "yes" : "no";
    default: return std::nullopt;
  }
}

Value value_of(char code, const ActiveJob& job, const Present& present) {
  if (auto value = common_value(code, job, present)) return value;
  auto value = director_value(code, job, present);
  if (value && value->size() > longest_of_director) value->resize(longest_of_director);
  return value;
}

}  // namespace

std::string expand_job_codes(std::string_view text, const ActiveJob& job, CodesIn place) {
  if (place == CodesIn::commands) return codes_at_end(job)(text, "");
  return expand_codes(text, [&](char code) { return common_value(code, job, final_state(job)); });
}

messages::Codes codes_while_running(const ActiveJob& job) {
  return [&job](std::string_view text, std::string_view recipients) {
    Present present = present_state(job);
    present.recipients = recipients;
    return expand_codes(text, [&](char code) { return value_of(code, job, present); });
  };
}

messages::Codes codes_at_end(const ActiveJob& job) {
  return [&job](std::string_view text, std::string_view recipients) {
    Present present = final_state(job);
    present.recipients = recipients;
    return expand_codes(text, [&](char code) { return value_of(code, job, present); });
  };
}

}  // namespace holdfast::director
