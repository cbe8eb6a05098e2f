// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/accurate.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "jobs/job_chain.h"

namespace holdfast::director {
namespace {

/// Whether files are compared by their contents: then clients need the digests.
bool compares_contents(const config::FileSet& fileset) {
  for (const auto& block : fileset.blocks)
    for (const auto& options : block.options)
      for (const auto& option : options.options) {
        const bool chooses = option.keyword == "Accurate" || option.keyword == "BaseJob";
        if (chooses && option.value.find_first_of("15") != std::string::npos) return true;
      }
  return false;
}

std::vector<catalog::JobRow> previous_jobs(const JobPlan& plan, const catalog::JobRow& row,
                                           catalog::Catalog& catalog, const Clock& clock) {
  jobs::ChainQuestion question;
  question.client = row.client;
  question.fileset = row.fileset;
  question.fileset_name = plan.fileset->name;
  question.level = row.level;
  question.before = std::chrono::floor<std::chrono::seconds>(clock.now()) + std::chrono::seconds(1);
  auto chain = jobs::job_chain(catalog.jobs(), question);
  if (chain.empty()) throw Error(ErrorKind::not_found, "Cannot find previous jobids.");
  return chain;
}

/// A Full has none, and it is the largest.
std::uint64_t deleted_files(const std::vector<catalog::JobRow>& chain, catalog::Catalog& catalog) {
  std::vector<JobId> behind_full;
  for (const auto& job : chain)
    if (job.level != JobLevel::full) behind_full.push_back(job.id);
  return behind_full.empty() ? 0 : catalog.verify().count_deleted(behind_full);
}

std::string clock_text(std::chrono::seconds elapsed) {
  const std::chrono::hh_mm_ss parts(std::max(elapsed, std::chrono::seconds(0)));
  return fmt::format("{:02}:{:02}:{:02}", parts.hours().count(), parts.minutes().count(),
                     parts.seconds().count());
}

}  // namespace

bool wants_accurate_list(const JobPlan& plan, JobLevel level) {
  return plan.accurate && (level == JobLevel::incremental || level == JobLevel::differential);
}

void send_accurate_list(ClientSide& client, const JobPlan& plan, const catalog::JobRow& row,
                        catalog::Catalog& catalog, const Clock& clock,
                        const std::function<void(std::string_view)>& tell) {
  const Instant began = clock.instant();
  const auto chain = previous_jobs(plan, row, catalog, clock);
  std::uint64_t estimated = 0;
  for (const auto& job : chain) estimated += job.files;
  tell(fmt::format("Sending Accurate information (estimated {} files).\n", estimated));
  client.begin_accurate_list(estimated);
  const bool with_digests = compares_contents(*plan.fileset);
  wire::AccurateFile packet;  // one for all, so that its texts keep their memory
  std::uint64_t sent = 0;
  catalog.files().list_current(jobs::ids_of(chain), [&](const catalog::FileRow& file) {
    packet.name.assign(file.path).append(file.name);
    packet.packed_stat.assign(file.stat);
    packet.digest.assign(with_digests && file.digest.size() > 1 ? file.digest : std::string_view());
    packet.delta_sequence = static_cast<std::uint32_t>(std::max<std::int16_t>(file.delta, 0));
    client.send_accurate_file(packet);
    ++sent;
    return true;
  });
  client.end_accurate_list();
  const auto elapsed = std::chrono::floor<std::chrono::seconds>(clock.instant() - began);
  tell(fmt::format("Sent Accurate information for {} files (skipping {} deleted files) in {}.\n", sent,
                   deleted_files(chain, catalog), clock_text(elapsed)));
}

}  // namespace holdfast::director
