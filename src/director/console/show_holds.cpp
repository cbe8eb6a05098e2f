// SPDX-License-Identifier: AGPL-3.0-or-later
// `show holds`: what automatic pruning and recycling leave alone, and why.
#include <algorithm>
#include <map>

#include "base/job_words.h"
#include "director/console/choose.h"
#include "director/console/retention.h"
#include "director/console/times.h"
#include "director/volume_desk.h"

namespace holdfast::director::console {
namespace {

constexpr std::string_view reason_keywords[] = {"newest-full", "needed-by-chain", "base-of-chain",
                                                "newer-unreadable"};

struct HeldJob {
  const jobs::Hold* hold;
  std::string pool;
  std::vector<std::string> volumes;
};

bool is_visible(const Command& command, const HeldJob& job) {
  return command.access.allows(Acl::job, job.hold->name) &&
         command.access.allows(Acl::client, job.hold->client) && command.access.allows(Acl::pool, job.pool);
}

/// What the console may see, the jobs of a client and FileSet together, oldest first.
std::vector<HeldJob> held_jobs(Command& command, catalog::Catalog& catalog, const jobs::Holds& holds) {
  std::vector<HeldJob> jobs;
  for (const auto& [id, hold] : holds.all()) {
    const auto pool = catalog.pools().find(hold.pool);
    HeldJob job{&hold, pool ? pool->name : "", catalog.volumes().names_of_job(id)};
    if (is_visible(command, job)) jobs.push_back(std::move(job));
  }
  std::stable_sort(jobs.begin(), jobs.end(), [](const HeldJob& a, const HeldJob& b) {
    return std::tie(a.hold->client, a.hold->fileset, a.hold->job_tdate) <
           std::tie(b.hold->client, b.hold->fileset, b.hold->job_tdate);
  });
  return jobs;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "no volume" : text;
}

void tell_text(Command& command, const std::vector<HeldJob>& jobs) {
  if (jobs.empty()) return command.out.text("Nothing is held.\n");
  std::string group;
  std::string text;
  for (const HeldJob& job : jobs) {
    const jobs::Hold& hold = *job.hold;
    const std::string heading = fmt::format("Client \"{}\", FileSet \"{}\":\n", hold.client, hold.fileset);
    if (heading != group) text += group = heading;
    text += fmt::format("   JobId {} {} of {}, Job \"{}\", Pool \"{}\", on {}: {}\n", hold.job.value,
                        level_keyword(hold.level, "None"), standard_time(hold.job_tdate), hold.name, job.pool,
                        joined(job.volumes), jobs::reason_text(hold));
  }
  command.out.text(
      text +
      "No automatic pruning, purging or recycling touches these jobs and their volumes. A newer Full "
      "backup replaces them;\n\"prune volume\", \"purge\" and \"delete\" remove them all the same.\n");
}

void tell_fields(Command& command, const std::vector<HeldJob>& jobs) {
  const auto array = command.out.array("holds");
  for (const HeldJob& job : jobs) {
    const auto row = command.out.row();
    const jobs::Hold& hold = *job.hold;
    command.out.value("jobid", Json::number(hold.job.value));
    command.out.value("job", hold.name);
    command.out.value("client", hold.client);
    command.out.value("fileset", hold.fileset);
    command.out.value("pool", job.pool);
    command.out.value("level", std::string(1, static_cast<char>(hold.level)));
    command.out.value("ended", standard_time(hold.job_tdate));
    command.out.value("reason", reason_keywords[static_cast<std::size_t>(hold.reason)]);
    command.out.value("text", jobs::reason_text(hold));
    command.out.value("fullid", Json::number(hold.full.value));
    Json volumes = Json::array();
    for (const auto& name : job.volumes) volumes.push(name);
    command.out.value("volumes", std::move(volumes));
  }
}

}  // namespace

Outcome show_holds(Command& command) {
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::shared);
  if (catalog == nullptr) return Outcome::failed;
  const jobs::Holds holds(catalog->retention(), hold_rules(command.config(), *catalog));
  const auto jobs = held_jobs(command, *catalog, holds);
  if (command.out.is_json())
    tell_fields(command, jobs);
  else
    tell_text(command, jobs);
  return Outcome::ok;
}

}  // namespace holdfast::director::console
