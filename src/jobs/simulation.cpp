// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/simulation.h"

#include <algorithm>

#include "catalog/retention_catalog.h"
#include "jobs/consolidation.h"
#include "jobs/copy_report.h"
#include "jobs/copy_result.h"
#include "jobs/copy_selection.h"
#include "jobs/duplicates.h"
#include "jobs/hold_rules.h"
#include "jobs/job_chain.h"
#include "jobs/retention.h"
#include "jobs/scheduler.h"
#include "jobs/simulated_setup.h"
#include "jobs/simulated_writing.h"
#include "jobs/virtual_full_sources.h"

namespace holdfast::jobs {
namespace {

using catalog::JobRow;

class SetClock final : public Clock {
 public:
  Time now() const override { return now_; }
  Instant instant() const override { return Instant(now_.time_since_epoch()); }
  void set(Time now) { now_ = now; }

 private:
  Time now_{};
};

std::string without_newline(std::string_view text) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  return std::string(text);
}

bool is_copying(JobType type) { return type == JobType::copy || type == JobType::migrate; }

class Simulator {
 public:
  explicit Simulator(const SimulationTerms& terms)
      : terms_(terms),
        catalog_(terms.catalog),
        setup_(terms.configuration, terms.catalog, clock_),
        writing_(terms.configuration, terms.catalog, clock_,
                 [this](MessageType, std::string_view text) { note(text); }),
        history_(terms.catalog) {
    queue_.set_limits(terms.limits);
    found_.from = terms.from;
    found_.to = terms.to;
  }

  Simulation run() {
    const auto runs = runs_between(terms_.configuration, terms_.from, terms_.to);
    auto next = runs.begin();
    while (next != runs.end() || !ends_.empty()) {
      const bool ends_first = !ends_.empty() && (next == runs.end() || ends_.begin()->first <= next->when);
      set_time(ends_first ? ends_.begin()->first : next->when);
      if (ends_first) {
        const JobId job = ends_.begin()->second;
        ends_.erase(ends_.begin());
        end(job);
      } else {
        if (terms_.is_enabled(*next->job)) schedule(*next);
        ++next;
      }
      start_what_may();
    }
    for (auto& [id, job] : pending_) give_up(job, "it still waits at the end");
    found_.volumes = writing_.volumes();
    return std::move(found_);
  }

 private:
  void set_time(Moment now) {
    now_ = now;
    clock_.set(now);
  }

  // From the schedule, or another job, into the queue.

  void schedule(const ScheduledRun& run) {
    FutureJob job;
    job.resource = run.job;
    job.run = run.run;
    job.priority = run.priority();
    arrive(std::move(job), run.run->level.value_or(run.job->level), run.when);
  }

  void arrive(FutureJob job, JobLevel level, Moment scheduled) {
    setup_.set_up(job, level, scheduled, now_);
    if (!control_duplicates(job)) return give_up(job, "a duplicate of it waits or runs");
    queue_.add(entry_of(job));
    const JobId id = job.row.id;
    pending_.emplace(id, std::move(job));
  }

  QueueEntry entry_of(const FutureJob& job) const {
    const config::Job& limiting = job.queues_as != nullptr ? *job.queues_as : *job.resource;
    QueueEntry entry;
    entry.id = job.row.id;
    entry.priority = job.priority;
    entry.allows_mixed_priority = limiting.allow_mixed_priority;
    entry.not_before = job.row.scheduled;
    entry.job = limiting.name;
    const bool is_control = job.row.type == JobType::consolidate || job.row.type == JobType::admin;
    if (job.client != nullptr && !is_control && !is_copying(job.row.type)) entry.client = job.client->name;
    if (job.storage != nullptr) entry.write_storage = job.storage->name;
    if (job.read_storage != nullptr) entry.read_storage = job.read_storage->name;
    return entry;
  }

  static KnownJob known(const FutureJob& job) {
    KnownJob known;
    known.id = job.row.id;
    known.resource = job.resource;
    known.type = job.row.type;
    known.level = job.row.level;
    known.status = job.row.status;
    known.ignores_duplicates = job.ignores_duplicates;
    if (job.client != nullptr) known.client = job.client->name;
    if (job.resource->file_set != nullptr) known.fileset = job.resource->file_set->name;
    return known;
  }

  /// False where the job may not be; one that must give way to it is gone.
  bool control_duplicates(const FutureJob& job) {
    std::vector<KnownJob> others;
    for (const auto& [id, other] : pending_) others.push_back(known(other));
    const auto duplicate = find_duplicate(known(job), others);
    if (!duplicate) return true;
    if (duplicate->cancel == DuplicateDecision::Cancel::newer) return false;
    FutureJob existing = std::move(pending_.extract(duplicate->existing).mapped());
    queue_.remove(existing.row.id);
    std::erase_if(ends_, [&](const auto& end) { return end.second == existing.row.id; });
    give_up(existing, "a duplicate that came later takes its place");
    return true;
  }

  // Running.

  void start_what_may() {
    for (bool has_started = true; has_started;) {
      has_started = false;
      for (const auto& change : queue_.scan(now_)) {
        const auto job = pending_.find(change.job);
        if (job == pending_.end()) continue;
        if (change.waits_for) {
          job->second.row.status = *change.waits_for;
          continue;
        }
        start(job->second);
        has_started = true;
      }
    }
  }

  void start(FutureJob& job) {
    job.result.started = job.row.started = now_;
    job.row.status = JobStatus::running;
    catalog_.jobs().start(job.row);
    if (job.copy) {
      job.copy->started = now_;
      job.copy->status = JobStatus::running;
      catalog_.jobs().start(*job.copy);
    }
    if (job.result.problem.empty()) begin_work(job);
    ends_.emplace(now_ + std::max(job.estimate.duration, std::chrono::seconds(1)), job.row.id);
  }

  void begin_work(FutureJob& job) {
    if (job.is_virtual_full()) return find_sources(job);
    if (is_copying(job.row.type)) return job.selects() ? select(job) : find_copied(job);
    job.estimate = history_.of(job.resource->name, job.row.level);
    job.result.is_guess = !job.estimate.is_known && job.row.type == JobType::backup;
    if (job.row.type == JobType::consolidate) consolidate(job);
  }

  void find_sources(FutureJob& job) {
    auto found =
        virtual_full_sources(catalog_.jobs(), *job.resource, *job.resource->file_set, job.row, job.sources);
    job.result.problem = without_newline(found.failure);
    job.made_of = std::move(found.jobs);
    for (const JobRow& row : job.made_of) {
      job.estimate.bytes += row.bytes;
      job.estimate.files += row.files;
    }
    job.estimate.duration = history_.duration(job.resource->name, job.estimate.bytes);
    job.result.about = fmt::format("made of {} jobs", job.made_of.size());
  }

  void find_copied(FutureJob& job) {
    const auto source = catalog_.jobs().find(job.sources.front());
    const bool is_there =
        source && (source->type == JobType::backup || source->type == JobType::copy_of_job ||
                   source->type == JobType::archive);
    if (!is_there) {
      job.result.problem = fmt::format("another job has {} it already", copy_words(job.row.type).done);
      return;
    }
    job.estimate.bytes = source->bytes;
    job.estimate.files = source->files;
    job.estimate.duration = history_.duration(job.resource->name, source->bytes);
    job.result.about = fmt::format("{} of {}", source->name, catalog::to_text(source->started));
  }

  /// Starts a job for each one it selects.
  void select(FutureJob& job) {
    auto selection =
        select_jobs_to_copy(catalog_, copy_question(*job.resource, *job.read_pool, job.row.pool, now_));
    job.result.problem = without_newline(selection.failure);
    const std::uint32_t limit = job.resource->max_concurrent_copies;
    if (limit > 0 && selection.jobs.size() > limit) selection.jobs.resize(limit);
    job.result.about = fmt::format("starts {} jobs", selection.jobs.size());
    for (const JobId source : selection.jobs) {
      FutureJob worker;
      worker.resource = job.resource;
      worker.run = job.run;
      worker.priority = job.priority;
      worker.ignores_duplicates = true;
      worker.sources = {source};
      arrive(std::move(worker), JobLevel::none, now_);
    }
  }

  void consolidate(FutureJob& job) {
    std::uint32_t fulls = 0, started = 0;
    for (const config::Job& target : terms_.configuration.jobs) {
      if (!target.always_incremental || target.client == nullptr || target.file_set == nullptr) continue;
      const auto decision =
          decide_consolidation(consolidation_question(catalog_, target, *job.resource, fulls, now_));
      if (!decision.empty.empty()) catalog_.retention().purge_jobs(decision.empty);
      if (decision.jobs.empty()) continue;
      if (decision.has_full) ++fulls;
      ++started;
      FutureJob virtual_full;
      virtual_full.resource = &target;
      virtual_full.priority = job.priority;
      virtual_full.queues_as = job.resource;
      virtual_full.ignores_duplicates = true;
      virtual_full.sources = decision.jobs;
      arrive(std::move(virtual_full), JobLevel::virtual_full, now_);
    }
    job.result.about = fmt::format("starts {} jobs", started);
  }

  // Ending.

  void end(JobId id) {
    FutureJob job = std::move(pending_.extract(id).mapped());
    queue_.remove(id);
    job.result.ended = job.row.ended = job.row.really_ended = now_;
    job.row.job_tdate = now_.time_since_epoch().count();
    const bool writes = job.row.type == JobType::backup || (is_copying(job.row.type) && !job.selects());
    if (writes && job.result.problem.empty()) {
      if (writing_.write(job, now_))
        job.result.bytes = job.estimate.bytes;
      else
        run_out(job);
    }
    job.row.status = job.result.problem.empty() ? JobStatus::terminated : JobStatus::fatal;
    job.row.bytes = job.result.bytes;
    job.row.files = job.result.bytes > 0 ? job.estimate.files : 0;
    settle(job);
    found_.jobs.push_back(std::move(job.result));
  }

  void settle(FutureJob& job) {
    if (job.copy) settle_result(job);
    const bool is_merged = job.is_virtual_full() && is_good(job.row.status);
    if (is_merged) {
      const JobRow& last = job.made_of.back();
      job.row.level = job.made_of.front().level;
      job.row.started = last.started;
      job.row.ended = last.ended;
      job.row.job_tdate = last.job_tdate;
    }
    catalog_.jobs().finish(job.row);
    const bool purges =
        job.resource->always_incremental && job.resource->always_incremental_job_retention.count() > 0;
    if (is_merged && purges) catalog_.retention().purge_jobs(ids_of(job.made_of));
    if (is_good(job.row.status)) prune_after(job);
  }

  void settle_result(FutureJob& job) {
    JobRow& copy = *job.copy;
    copy.status = job.row.status;
    copy.files = job.row.files;
    copy.bytes = job.row.bytes;
    copy.ended = copy.really_ended = now_;
    copy.job_tdate = job.row.job_tdate;
    if (is_good(copy.status))
      if (const auto source = catalog_.jobs().find(job.sources.front())) take_times(copy, *source, now_);
    if (is_good(copy.status)) job.row.prior = copy.id;
    settle_copy(catalog_, job.row.type, copy, job.sources.front(),
                job.resource->purge_migration_job ? Migrated::is_purged : Migrated::stays);
  }

  void prune_after(const FutureJob& job) {
    if (job.client == nullptr) return;
    const auto wanted = auto_prune_of(catalog_, *job.resource, *job.client, job.pool, job.row.client);
    auto_prune(catalog_, wanted, hold_rules(terms_.configuration, catalog_), now_,
               [this](MessageType, std::string_view text) {
                 if (text.starts_with("Pruned ")) note(text);  // not that there was nothing to do
               });
  }

  void run_out(FutureJob& job) {
    job.result.problem = fmt::format("pool {} has no volume left", job.pool->name);
    const auto is_same = [&](const ExhaustedPool& other) { return other.pool == job.pool->name; };
    if (std::none_of(found_.exhausted.begin(), found_.exhausted.end(), is_same))
      found_.exhausted.push_back({job.pool->name, now_, job.row.name});
  }

  /// It never runs to its end.
  void give_up(FutureJob& job, std::string_view why) {
    job.result.problem = why;
    job.row.status = JobStatus::cancelled;
    job.row.ended = job.row.really_ended = now_;
    catalog_.jobs().finish(job.row);
    if (job.copy) {
      job.copy->status = JobStatus::cancelled;
      catalog_.jobs().finish(*job.copy);
    }
    found_.jobs.push_back(std::move(job.result));
  }

  void note(std::string_view text) { found_.events.push_back({now_, without_newline(text)}); }

  const SimulationTerms& terms_;
  catalog::Catalog& catalog_;
  Moment now_{};
  SetClock clock_;
  SimulatedSetup setup_;
  SimulatedWriting writing_;
  History history_;
  JobQueue queue_;
  std::map<JobId, FutureJob> pending_;
  std::multimap<Moment, JobId> ends_;
  Simulation found_;
};

}  // namespace

Simulation simulate(const SimulationTerms& terms) { return Simulator(terms).run(); }

}  // namespace holdfast::jobs
