// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/job_codes.h"

#include "base/text.h"
#include "jobs/texts.h"
#include "os/process.h"

namespace holdfast::director {
namespace {

std::string or_none(std::string_view text) { return std::string(text.empty() ? "*None*" : text); }

/// The unique name without its last three dot-separated parts.
std::string resource_part(std::string name) {
  for (int part = 0; part < 3; ++part)
    if (const auto dot = name.rfind('.'); dot != std::string::npos) name.resize(dot);
  return name;
}

std::optional<std::string> value_of(char code, const ActiveJob& job) {
  const JobPlan& plan = job.plan;
  switch (code) {
    case '%': return "%";
    case 'b': return std::to_string(job.row.bytes);
    case 'B': return with_unit(job.row.bytes) + "B";
    case 'c': return or_none(plan.client != nullptr ? plan.client->name : "");
    case 'd':
    case 'D': return plan.configuration->director().name;
    case 'e': return std::string(jobs::status_text(job.row.status));
    case 'F': return std::to_string(job.row.files);
    case 'f': return or_none(plan.fileset != nullptr ? plan.fileset->name : "");
    case 'h': return or_none(plan.client != nullptr ? plan.client->address : "");
    case 'i': return std::to_string(job.id.value);
    case 'j': return job.name;
    case 'l': return std::string(jobs::level_text(job.level));
    case 'n': return resource_part(job.name);
    case 'P': return std::to_string(os::process_id());
    case 'p': return or_none(plan.pool.resource != nullptr ? plan.pool.resource->name : "");
    case 'r': return "";
    case 's': return plan.since == Moment{} ? "" : catalog::to_text(plan.since);
    case 't': return std::string(jobs::type_text(job.type));
    case 'w': return or_none(plan.storage.resource != nullptr ? plan.storage.resource->name : "");
    case 'x': return plan.spool_data ? "yes" : "no";
    case 'C': return plan.request.is_clone ? "yes" : "no";
    default: return std::nullopt;
  }
}

}  // namespace

std::string expand_job_codes(std::string_view text, const ActiveJob& job) {
  std::string expanded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto value = text[i] == '%' && i + 1 < text.size() ? value_of(text[i + 1], job) : std::nullopt;
    if (value) {
      expanded += *value;
      ++i;
    } else {
      expanded += text[i];
    }
  }
  return expanded;
}

}  // namespace holdfast::director
