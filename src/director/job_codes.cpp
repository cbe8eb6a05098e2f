// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/job_codes.h"

#include "base/job_words.h"
#include "base/text.h"
#include "os/process.h"

namespace holdfast::director {
namespace {

std::string or_none(std::string_view text) { return std::string(text.empty() ? "*None*" : text); }

std::optional<std::string> value_of(char code, const ActiveJob& job) {
  const JobPlan& plan = job.plan;
  switch (code) {
    case '%': return "%";
    case 'b': return std::to_string(job.row.bytes);
    case 'B': return with_unit(job.row.bytes) + "B";
    case 'c': return or_none(plan.client != nullptr ? plan.client->name : "");
    case 'd':
    case 'D': return plan.configuration->director().name;
    case 'e': return std::string(status_text(job.row.status));
    case 'F': return std::to_string(job.row.files);
    case 'f': return or_none(plan.fileset != nullptr ? plan.fileset->name : "");
    case 'h': return or_none(plan.client != nullptr ? plan.client->address : "");
    case 'i': return std::to_string(job.id.value);
    case 'j': return job.name;
    case 'l': return std::string(level_text(job.level, " "));
    case 'n': return std::string(job_name_of(job.name));
    case 'P': return std::to_string(os::process_id());
    case 'p': return or_none(plan.pool.resource != nullptr ? plan.pool.resource->name : "");
    case 'r': return "";
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
  return expand_codes(text, [&](char code) { return value_of(code, job); });
}

}  // namespace holdfast::director
