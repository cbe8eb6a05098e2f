// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/checks.h"

#include <fmt/core.h>

#include <algorithm>

#include "config/check_counts.h"
#include "config/directive.h"

namespace holdfast::config {

namespace {

std::string required(std::string_view directive, const Job& job) {
  return fmt::format("\"{}\" directive in Job \"{}\" resource is required, but not found.", directive,
                     job.name);
}

JobLevel usual_level(JobType type) {
  switch (type) {
    case JobType::backup: return JobLevel::incremental;
    case JobType::verify: return JobLevel::verify_catalog;
    case JobType::restore:
    case JobType::admin:
    case JobType::archive: return JobLevel::none;
    default: return JobLevel::full;
  }
}

/// A directive that only jobs of one type may have.
void allow_only(const Job& job, std::string_view directive, JobType type, Findings& findings) {
  if (job.type == type || !job.has(directive)) return;
  add_error(findings,
            fmt::format("\"{}\" in Job \"{}\" is allowed in jobs of type {} only.", directive, job.name,
                        to_string(type)),
            &job);
}

void check_job(Job& job, Findings& findings) {
  for (const Directive* missing : job.resource_type->missing(job))
    add_error(findings, missing_text(job, *missing), &job);
  const bool selects_jobs = job.type == JobType::copy || job.type == JobType::migrate;
  if (!selects_jobs) {
    if (job.client == nullptr) add_error(findings, required("client", job), &job);
    if (job.file_set == nullptr) add_error(findings, required("fileset", job), &job);
    if (job.storages.empty() && (job.pool == nullptr || job.pool->storages.empty())) {
      add_error(findings, fmt::format("No storage specified in Job \"{}\" nor in Pool.", job.name), &job);
    }
  }
  allow_only(job, "MaxFullConsolidations", JobType::consolidate, findings);
  for (const auto directive : {"AlwaysIncremental", "AlwaysIncrementalJobRetention",
                               "AlwaysIncrementalKeepNumber", "AlwaysIncrementalMaxFullAge"}) {
    allow_only(job, directive, JobType::backup, findings);
  }
  if (!job.has("Level")) job.level = usual_level(job.type);
  if (job.level == JobLevel::base) {
    add_warning(findings, fmt::format("Job \"{}\" has level 'Base' which is deprecated!", job.name), job);
  }
}

bool has_any(const AccessLists& acl) {
  const auto lists = {&acl.job,     &acl.client,   &acl.storage, &acl.schedule, &acl.pool,
                      &acl.command, &acl.file_set, &acl.catalog, &acl.where,    &acl.plugin_options};
  return std::any_of(lists.begin(), lists.end(), [](const auto* list) { return !list->empty(); });
}

void check_console(const Console& console, Findings& findings) {
  if (!console.use_pam_authentication || (!has_any(console.acl) && console.profiles.empty())) return;
  add_error(findings,
            fmt::format(
                "Combining `Use Pam Authentication` with ACL commands or `Profile` in Console(s) `{}` is not "
                "allowed",
                console.name),
            &console);
}

/// The password of an NDMP peer is kept as it is, which must be known when it is read.
template <typename Peer>
void check_peer(const Peer& peer, Findings& findings) {
  if (peer.protocol == PeerProtocol::native || peer.password.kind != Password::Kind::md5) return;
  add_error(findings,
            fmt::format(
                "Trying to store password to resource \"{}\", but protocol is not known. Put Protocol before "
                "Password.",
                peer.name),
            &peer);
}

}  // namespace

void check(DirectorConfiguration& configuration, const std::string& file, Findings& findings) {
  expect_some(configuration.directors,
              fmt::format("No Director resource defined in {}\nWithout that I don't know who I am :-(", file),
              findings);
  expect_one(configuration.directors, "Only one Director resource permitted in " + file, findings);
  expect_some(configuration.messages, "No Messages resource defined in " + file, findings);
  expect_some(configuration.jobs, "No Job records defined in " + file, findings);
  use_first_messages(configuration.directors, configuration);
  for (Client& client : configuration.clients) {
    check_peer(client, findings);
    if (client.catalog == nullptr && !configuration.catalogs.empty()) {
      client.catalog = &configuration.catalogs.front();
    }
  }
  for (const Storage& storage : configuration.storages) check_peer(storage, findings);
  for (Job& job : configuration.jobs) check_job(job, findings);
  for (const Console& console : configuration.consoles) check_console(console, findings);
}

}  // namespace holdfast::config
