// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/inheritance.h"

#include "config/directive.h"

namespace holdfast::config {

namespace {

bool is_run_script(const Directive& directive) {
  const auto type = directive.type->schema_name();
  return type == "RUNSCRIPT" || type == "RUNSCRIPT_SHORT";
}

void take_over(Job& job, const Job& defaults) {
  const ResourceType& type = *job.resource_type;
  for (std::size_t i = 0; i < type.directives.size(); ++i) {
    const Directive& directive = type.directives[i];
    const bool is_there = defaults.given.test(i) || defaults.inherited.test(i);
    if (!is_there || directive.name == "Name") continue;
    if (is_run_script(directive)) {
      job.inherited.set(i);
    } else if (!job.given.test(i) && !job.inherited.test(i)) {
      directive.type->copy(directive.member(job), directive.value(defaults));
      job.inherited.set(i);
    }
  }
  // Scripts add up: the job's own run first.
  for (const RunScript& script : defaults.run_scripts)
    job.run_scripts.emplace_back(script).is_inherited = true;
}

void inherit(std::deque<Job>& jobs) {
  for (Job& job : jobs) {
    if (job.job_defs != nullptr && job.job_defs != &job) take_over(job, *job.job_defs);
  }
}

}  // namespace

void inherit_job_defs(DirectorConfiguration& configuration) {
  inherit(configuration.job_defs);
  inherit(configuration.jobs);
}

}  // namespace holdfast::config
