// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/consolidation.h"

#include <fmt/core.h>

#include <algorithm>

#include "jobs/file_set_key.h"
#include "jobs/job_chain.h"
#include "jobs/texts.h"

namespace holdfast::jobs {
namespace {

using catalog::JobRow;
using catalog::Moment;

class Deciding {
 public:
  explicit Deciding(const ConsolidationQuestion& question) : question_(question) {}

  Consolidation decide() {
    const Moment oldest = question_.now - question_.job_retention;
    tell("{}: considering jobs older than {} for consolidation.\n", report_time(oldest));
    const auto all = question_.chain(std::nullopt);
    auto candidates = question_.chain(oldest);
    drop_empty(candidates);
    const auto increments = std::ssize(all) - std::ssize(result_.empty) - 1;
    if (increments < 1) return stop("{}: less than two jobs to consolidate found, doing nothing.\n");
    if (increments <= question_.keep_number)
      return stop("{}: less incrementals than required, not consolidating\n");
    // The oldest of those that are left, so many that KeepNumber incrementals stay separate.
    std::erase_if(candidates, [&](const JobRow& row) { return is_empty(row.id); });
    const auto wanted = static_cast<std::size_t>(increments - question_.keep_number + 1);
    if (candidates.size() > wanted) candidates.resize(wanted);
    if (candidates.size() < 2)
      return stop("{}: After limited query: less incrementals than required, not consolidating\n");
    if (!keep_or_drop_full(candidates)) return std::move(result_);
    for (const JobRow& row : candidates) result_.jobs.push_back(row.id);
    tell("{}: Start new consolidation\n");
    return std::move(result_);
  }

 private:
  void drop_empty(const std::vector<JobRow>& candidates) {
    for (const JobRow& row : candidates)
      // Without its Full the whole chain would hang in the air, however little that holds.
      if (row.files == 0 && row.level != JobLevel::full) result_.empty.push_back(row.id);
    if (!result_.empty.empty()) tell("{}: purging empty jobids {}\n", id_text(result_.empty));
  }
  bool is_empty(JobId job) const {
    return std::find(result_.empty.begin(), result_.empty.end(), job) != result_.empty.end();
  }

  /// A Full that is young enough stays as it is, and only what follows it is consolidated. False: that is too little.
  bool keep_or_drop_full(std::vector<JobRow>& candidates) {
    if (question_.max_full_age.count() == 0) {
      result_.has_full = true;
      return true;
    }
    if (candidates.size() < 3) {
      tell("{}: less incrementals than required to consolidate without full, not consolidating\n");
      return false;
    }
    const Moment allowed = question_.now - question_.max_full_age;
    const Moment full(std::chrono::seconds(candidates.front().job_tdate));
    result_.log.push_back(
        fmt::format("check full age: full is {}, allowed is {}\n", report_time(full), report_time(allowed)));
    const bool is_over_quota = question_.max_full_consolidations > 0 &&
                               question_.fulls_consolidated >= question_.max_full_consolidations;
    result_.log.push_back(fmt::format("before ConsolidateFull: jobids: {}\n", ids(candidates)));
    result_.has_full = full <= allowed && !is_over_quota;
    if (!result_.has_full) candidates.erase(candidates.begin());
    result_.log.push_back(fmt::format("after ConsolidateFull: jobids: {}\n", ids(candidates)));
    return true;
  }

  static std::string ids(const std::vector<JobRow>& rows) {
    std::vector<JobId> jobs;
    for (const JobRow& row : rows) jobs.push_back(row.id);
    return id_text(jobs);
  }

  template <typename... Values>
  void tell(fmt::format_string<const std::string&, const Values&...> text, const Values&... values) {
    result_.log.push_back(fmt::format(text, question_.job, values...));
  }
  Consolidation stop(fmt::format_string<const std::string&> text) {
    tell(text);
    return std::move(result_);
  }

  const ConsolidationQuestion& question_;
  Consolidation result_;
};

}  // namespace

Consolidation decide_consolidation(const ConsolidationQuestion& question) {
  return Deciding(question).decide();
}

ConsolidationQuestion consolidation_question(catalog::Catalog& catalog, const config::Job& target,
                                             const config::Job& asking, std::uint32_t fulls_consolidated,
                                             catalog::Moment now) {
  ConsolidationQuestion question;
  question.job = target.name;
  question.now = now;
  question.job_retention = target.always_incremental_job_retention;
  question.keep_number = target.always_incremental_keep_number;
  question.max_full_age = target.always_incremental_max_full_age;
  question.max_full_consolidations = asking.max_full_consolidations;
  question.fulls_consolidated = fulls_consolidated;
  ChainQuestion chain;
  chain.client = catalog.clients().get_or_create(target.client->name).id;
  chain.fileset = file_set_row(catalog.filesets(), *target.file_set, now).id;
  chain.fileset_name = target.file_set->name;
  question.chain = [&catalog, chain](std::optional<catalog::Moment> before) {
    ChainQuestion asked = chain;
    asked.before = before;
    return job_chain(catalog.jobs(), asked);
  };
  return question;
}

std::string id_text(const std::vector<JobId>& jobs) {
  std::string text;
  for (const JobId job : jobs) text += (text.empty() ? "" : ",") + std::to_string(job.value);
  return text;
}

}  // namespace holdfast::jobs
