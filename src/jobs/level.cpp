// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/level.h"

#include "base/job_words.h"
#include "jobs/texts.h"

namespace holdfast::jobs {
namespace {

using catalog::JobFilter;
using catalog::JobRow;

class Decision {
 public:
  Decision(catalog::JobCatalog& jobs, const LevelQuestion& question) : jobs_(jobs), question_(question) {
    decision_.level = question.requested;
  }

  LevelDecision make() {
    if (question_.requested != JobLevel::incremental && question_.requested != JobLevel::differential)
      return std::move(decision_);
    if (question_.since) return since_command_line();
    tell_of_the_future();
    const auto full = last({JobLevel::full});
    if (!full) return without_full();
    const JobRow reference = is_incremental() ? newest_reference(*full) : *full;
    if (const auto too_old = level_by_age(*full)) return upgraded(*too_old);
    if (const auto rerun = failed_level_since(reference.started)) return rerun_failed(*rerun);
    since(reference.started);
    decision_.previous_job = reference.job;
    return std::move(decision_);
  }

 private:
  bool is_incremental() const { return question_.requested == JobLevel::incremental; }

  JobFilter same_backup() const {
    JobFilter filter;
    filter.name = question_.job_name;
    filter.client = question_.client;
    filter.fileset = question_.fileset;
    filter.types = {JobType::backup};
    filter.order = JobFilter::Order::newest_start_first;
    return filter;
  }

  /// Of those that ended well, the one that began last.
  std::optional<JobRow> newest(JobFilter filter, std::vector<JobLevel> levels) {
    filter.levels = std::move(levels);
    filter.statuses = {JobStatus::terminated, JobStatus::warnings};
    filter.limit = 1;
    auto rows = jobs_.list(filter);
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
  }

  /// Not one that began in the future, before the clock was set back: until then nothing would be found to have changed.
  std::optional<JobRow> last(std::vector<JobLevel> levels) {
    JobFilter filter = same_backup();
    filter.started_before = question_.now + std::chrono::seconds(1);
    return newest(std::move(filter), std::move(levels));
  }

  void tell_of_the_future() {
    JobFilter filter = same_backup();
    filter.started_after = question_.now;
    const auto row =
        newest(std::move(filter), {JobLevel::full, JobLevel::differential, JobLevel::incremental});
    if (!row) return;
    decision_.log.push_back(fmt::format(
        "JobId {} began at {}, which is yet to come: the clock was set back. Until then it does not "
        "count as a backup before this one.\n",
        row->id.value, catalog::to_text(row->started)));
  }

  JobRow newest_reference(const JobRow& full) {
    return last({JobLevel::full, JobLevel::differential, JobLevel::incremental}).value_or(full);
  }

  LevelDecision since_command_line() {
    since(*question_.since);
    decision_.log.push_back(fmt::format("Using since time from command line {} ({})\n",
                                        catalog::to_text(*question_.since),
                                        level_keyword(question_.requested)));
    return std::move(decision_);
  }

  LevelDecision without_full() {
    decision_.log.emplace_back(is_incremental()
                                   ? "No prior Full backup Job record found.\n"
                                   : "No Job record found: no Full backup of this Job, Client and "
                                     "FileSet has ended well.\n");
    return upgraded(JobLevel::full);
  }

  bool is_over(std::chrono::seconds limit, catalog::Moment started) const {
    return limit.count() > 0 && question_.now - started >= limit;
  }

  std::optional<JobLevel> level_by_age(const JobRow& full) {
    if (is_over(question_.max_full_interval, full.started)) return JobLevel::full;
    if (question_.max_full_interval.count() == 0 &&
        is_over(question_.max_virtual_full_interval, full.started))
      return JobLevel::virtual_full;
    if (!is_incremental() || question_.max_diff_interval.count() == 0) return std::nullopt;
    const auto differential = last({JobLevel::differential});
    const auto latest = differential ? std::max(differential->started, full.started) : full.started;
    if (is_over(question_.max_diff_interval, latest)) return JobLevel::differential;
    return std::nullopt;
  }

  std::optional<JobLevel> failed_level_since(catalog::Moment reference) {
    if (!question_.rerun_failed_levels) return std::nullopt;
    JobFilter filter = same_backup();
    filter.levels = {JobLevel::full, JobLevel::differential};
    filter.started_after = reference;
    for (const JobRow& row : jobs_.list(filter))
      if (is_final(row.status) && !is_good(row.status)) return row.level;
    return std::nullopt;
  }

  LevelDecision rerun_failed(JobLevel level) {
    decision_.log.push_back(
        fmt::format("Prior failed job found in catalog. Upgrading to {}.\n", level_keyword(level)));
    return change_to(level);
  }

  LevelDecision upgraded(JobLevel level) {
    constexpr std::string_view text = "No prior or suitable {} backup found in catalog. Doing {} backup.\n";
    if (level == JobLevel::full)
      decision_.log.push_back(fmt::format(text, "Full", "FULL"));
    else if (level == JobLevel::virtual_full)
      decision_.log.push_back(fmt::format(text, "Full", "Virtual FULL"));
    else
      decision_.log.push_back(fmt::format(text, "Differential", "Differential"));
    return change_to(level);
  }

  LevelDecision change_to(JobLevel level) {
    decision_.is_upgraded = true;
    decision_.since_text = fmt::format(" (upgraded from {})", level_keyword(question_.requested));
    decision_.level = level;
    // An upgrade to Differential still needs the Full it refers to.
    if (level == JobLevel::differential)
      if (const auto full = last({JobLevel::full})) {
        decision_.since = full->started;
        decision_.previous_job = full->job;
      }
    return std::move(decision_);
  }

  void since(catalog::Moment moment) {
    decision_.since = moment;
    decision_.since_text = ", since=" + catalog::to_text(moment);
  }

  catalog::JobCatalog& jobs_;
  const LevelQuestion& question_;
  LevelDecision decision_;
};

}  // namespace

LevelQuestion level_question(const config::Job& job, const catalog::JobRow& row, catalog::Moment now) {
  LevelQuestion question;
  question.job_name = job.name;
  question.client = row.client;
  question.fileset = row.fileset;
  question.requested = row.level;
  question.now = now;
  question.max_full_interval = job.max_full_interval;
  question.max_virtual_full_interval = job.max_virtual_full_interval;
  question.max_diff_interval = job.max_diff_interval;
  question.rerun_failed_levels = job.rerun_failed_levels;
  return question;
}

LevelDecision decide_level(catalog::JobCatalog& jobs, const LevelQuestion& question) {
  return Decision(jobs, question).make();
}

}  // namespace holdfast::jobs
