// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/job_codes.h"

#include "base/job_words.h"
#include "base/text.h"
#include "os/process.h"

namespace holdfast::director {
namespace {

std::string or_none(std::string_view text) { return std::string(text.empty() ? "*None*" : text); }

/// What changes while the job runs, and what only messages have.
struct Present {
  JobStatus status;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::string_view recipients = {};
};

std::optional<std::string> value_of(char code, const ActiveJob& job, const Present& present) {
  const JobPlan& plan = job.plan;
  switch (code) {
    case '%': return "%";
    case 'b': return std::to_string(present.bytes);
    case 'B': return with_unit(present.bytes) + "B";
    case 'c': return or_none(plan.client != nullptr ? plan.client->name : "");
    case 'd':
    case 'D': return plan.configuration->director().name;
    case 'e': return std::string(status_text(present.status));
    case 'F': return std::to_string(present.files);
    case 'f': return or_none(plan.fileset != nullptr ? plan.fileset->name : "");
    case 'h': return or_none(plan.client != nullptr ? plan.client->address : "");
    case 'i': return std::to_string(job.id.value);
    case 'j': return job.name;
    case 'l': return std::string(level_text(job.level, " "));
    case 'n': return std::string(job_name_of(job.name));
    case 'P': return std::to_string(os::process_id());
    case 'p': return or_none(plan.pool.resource != nullptr ? plan.pool.resource->name : "");
    case 'r': return std::string(present.recipients);
    case 's': return plan.since == Moment{} ? "" : catalog::to_text(plan.since);
    case 't': return std::string(type_text(job.type));
    case 'w': return or_none(plan.storage.resource != nullptr ? plan.storage.resource->name : "");
    case 'x': return plan.spool_data ? "yes" : "no";
    case 'C': return plan.request.is_clone ? "yes" : "no";
    default: return std::nullopt;
  }
}

}  // namespace

std::string expand_job_codes(std::string_view text, const ActiveJob& job) {
  return codes_at_end(job)(text, "");
}

messages::Codes codes_while_running(const ActiveJob& job) {
  return [&job](std::string_view text, std::string_view recipients) {
    const Present present = job.state.read([&](const ActiveJob::State& state) {
      return Present{state.status, state.files, state.bytes, recipients};
    });
    return expand_codes(text, [&](char code) { return value_of(code, job, present); });
  };
}

messages::Codes codes_at_end(const ActiveJob& job) {
  return [&job](std::string_view text, std::string_view recipients) {
    const Present present{job.row.status, job.row.files, job.row.bytes, recipients};
    return expand_codes(text, [&](char code) { return value_of(code, job, present); });
  };
}

}  // namespace holdfast::director
