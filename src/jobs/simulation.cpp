// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/simulation.h"

#include <algorithm>
#include <set>

#include "jobs/level.h"
#include "jobs/scheduler.h"
#include "jobs/selection.h"
#include "jobs/size_estimate.h"
#include "jobs/unique_names.h"
#include "jobs/volume_choice.h"

namespace holdfast::jobs {
namespace {

class SetClock final : public Clock {
 public:
  Time now() const override { return now_; }
  void set(Time now) { now_ = now; }

 private:
  Time now_{};
};

/// A job on its way through the queue.
struct Pending {
  ScheduledRun run;
  SimulatedJob result;
  catalog::JobRow row;
  const config::Pool* pool = nullptr;
  const config::Storage* storage = nullptr;
  SizeEstimate estimate;
};

class Simulator {
 public:
  explicit Simulator(const SimulationTerms& terms)
      : terms_(terms), catalog_(terms.catalog), names_(clock_), sizes_(terms.catalog) {
    queue_.set_limits(terms.limits);
    found_.from = terms.from;
    found_.to = terms.to;
  }

  Simulation run() {
    const auto runs = runs_between(terms_.configuration, terms_.from, terms_.to);
    auto next = runs.begin();
    while (next != runs.end() || !ends_.empty()) {
      const bool ends_first = !ends_.empty() && (next == runs.end() || ends_.begin()->first <= next->when);
      const Moment now = ends_first ? ends_.begin()->first : next->when;
      clock_.set(now);
      if (ends_first) {
        end(ends_.begin()->second, now);
        ends_.erase(ends_.begin());
      } else {
        if (terms_.is_enabled(*next->job)) arrive(*next, now);
        ++next;
      }
      for (const auto& change : queue_.scan(now))
        if (!change.waits_for) start(pending_.at(change.job), now);
    }
    list_what_never_ran();
    list_volumes();
    return std::move(found_);
  }

 private:
  void arrive(const ScheduledRun& run, Moment now) {
    Pending job;
    job.run = run;
    const config::Job& resource = *run.job;
    job.row.name = job.result.name = resource.name;
    job.row.job = names_.make(resource.name);
    job.row.type = job.result.type = resource.type;
    job.row.scheduled = job.result.scheduled = run.when;
    job.row.level = run.run->level.value_or(resource.level);
    if (resource.client != nullptr)
      job.row.client = catalog_.clients().get_or_create(resource.client->name).id;
    job.row.id = catalog_.jobs().create(job.row);
    if (resource.type == JobType::backup) decide_backup(job, now);
    job.result.level = job.row.level;
    job.estimate = sizes_.of(resource.name, job.row.level);
    job.result.is_guess = !job.estimate.is_known && resource.type == JobType::backup;
    queue_.add(entry_of(job));
    pending_.emplace(job.row.id, std::move(job));
  }

  QueueEntry entry_of(const Pending& job) const {
    const config::Job& resource = *job.run.job;
    QueueEntry entry;
    entry.id = job.row.id;
    entry.priority = job.run.priority();
    entry.allows_mixed_priority = resource.allow_mixed_priority;
    entry.not_before = job.row.scheduled;
    entry.job = resource.name;
    if (resource.client != nullptr) entry.client = resource.client->name;
    if (job.storage != nullptr) entry.write_storage = job.storage->name;
    return entry;
  }

  void decide_backup(Pending& job, Moment now) {
    const config::Job& resource = *job.run.job;
    if (job.row.level == JobLevel::none) job.row.level = JobLevel::incremental;
    job.row.fileset = sizes_.file_set(resource);
    LevelQuestion question;
    question.job_name = resource.name;
    question.client = job.row.client;
    question.fileset = job.row.fileset;
    question.requested = job.row.level;
    question.now = now;
    question.max_full_interval = resource.max_full_interval;
    question.max_virtual_full_interval = resource.max_virtual_full_interval;
    question.max_diff_interval = resource.max_diff_interval;
    question.rerun_failed_levels = resource.rerun_failed_levels;
    const auto decision = decide_level(catalog_.jobs(), question);
    job.row.level = decision.level;
    const auto upgraded = decision.is_upgraded ? Upgraded::yes : Upgraded::no;
    job.pool = choose_pool(resource, job.run.run, decision.level, upgraded, {}).resource;
    job.storage = choose_storage(resource, job.run.run, job.pool, {}).resource;
    if (job.pool == nullptr) return;
    job.result.pool = job.pool->name;
    if (const auto row = catalog_.pools().find(job.pool->name)) job.row.pool = row->id;
  }

  void start(Pending& job, Moment now) {
    job.result.started = job.row.started = now;
    job.row.status = JobStatus::running;
    catalog_.jobs().start(job.row);
    ends_.emplace(now + std::max(job.estimate.duration, std::chrono::seconds(1)), job.row.id);
  }

  void end(JobId id, Moment now) {
    Pending job = std::move(pending_.extract(id).mapped());
    queue_.remove(id);
    job.result.ended = job.row.ended = job.row.really_ended = now;
    job.row.job_tdate = now.time_since_epoch().count();
    if (job.row.type == JobType::backup) write(job, now);
    job.row.status = job.result.problem.empty() ? JobStatus::terminated : JobStatus::fatal;
    catalog_.jobs().finish(job.row);
    found_.jobs.push_back(std::move(job.result));
  }

  WritePlace place_of(const Pending& job) {
    WritePlace place;
    place.pool = job.row.pool;
    place.media_type = job.storage->media_type;
    place.storage = catalog_.storages().put_storage(job.storage->name, job.storage->is_autochanger);
    place.is_autochanger = job.storage->is_autochanger;
    place.label.now = job.row.started;
    place.label.job = job.row.name;
    place.label.unique_job = job.row.job;
    place.label.director = terms_.configuration.director().name;
    place.label.level = job.row.level;
    place.label.type = job.row.type;
    place.label.job_id = job.row.id;
    place.label.pool = job.pool->name;
    place.label.storage = job.storage->name;
    place.label.media_type = job.storage->media_type;
    if (job.run.job->client != nullptr) place.label.client = job.run.job->client->name;
    place.prunes = job.pool->auto_prune || job.run.job->prune_volumes;
    place.purges_oldest = job.pool->purge_oldest_volume;
    place.recycles_oldest = job.pool->recycle_oldest_volume;
    place.recycles_current = job.pool->recycle_current_volume;
    place.holds = hold_rules();
    return place;
  }

  HoldRules hold_rules() {
    HoldRules rules;
    for (const config::Pool& pool : terms_.configuration.pools)
      if (pool.allow_losing_last_full)
        if (const auto row = catalog_.pools().find(pool.name)) rules.may_lose.insert(row->id);
    return rules;
  }

  void write(Pending& job, Moment now) {
    if (job.pool == nullptr || job.storage == nullptr || !job.row.pool) {
      job.result.problem = "it has no pool or no storage";
      return;
    }
    const auto tell = [&](MessageType, std::string_view text) { note(now, text); };
    VolumeChoice choice(catalog_, clock_, place_of(job), tell);
    std::uint64_t left = job.estimate.bytes;
    std::uint32_t file = 0;
    do {
      const auto volume = choice.find_next(1, "");
      if (!volume) return run_out(job, now);
      const std::uint64_t part = write_on(choice, *volume, job, left, now);
      if (part == 0 && left > 0) return run_out(job, now);
      left -= part;
      catalog::JobMediaRow piece;
      piece.job = job.row.id;
      piece.volume = volume->id;
      piece.first_index = piece.last_index = ++file;
      catalog_.volumes().add_piece(piece);
      job.result.volumes.push_back(volume->name);
    } while (left > 0);
    job.row.bytes = job.result.bytes = job.estimate.bytes;
    job.row.files = job.estimate.files;
  }

  /// How much of it fits. A volume that is to be labelled anew begins empty.
  std::uint64_t write_on(VolumeChoice& choice, const catalog::VolumeRow& volume, const Pending& job,
                         std::uint64_t bytes, Moment now) {
    const bool is_fresh = volume.status != "Append";
    const std::uint64_t before = is_fresh ? 0 : volume.bytes;
    const std::uint64_t room = volume.max_bytes == 0       ? bytes
                               : volume.max_bytes > before ? volume.max_bytes - before
                                                           : 0;
    const std::uint64_t part = std::min(bytes, room);
    VolumeReport report;
    report.volume = volume.name;
    report.jobs = (is_fresh ? 0 : volume.jobs) + 1;
    report.files = (is_fresh ? 0 : volume.files) + 1;
    report.blocks = volume.blocks + part / 64512 + 1;
    report.bytes = before + part;
    report.mounts = volume.mounts + 1;
    report.writes = volume.writes + 1;
    report.first_written =
        is_fresh || volume.first_written == Moment{} ? job.row.started : volume.first_written;
    report.ended = now;
    report.status = "Append";  // update() knows the limits
    report.slot = volume.slot;
    report.in_changer = volume.in_changer;
    report.is_relabelled = is_fresh;
    const auto row = choice.update(report, job.row.started);
    if (row) used_.insert(row->name);
    if (row && row->status != "Append") note(now, fmt::format("Volume {} is {}.", row->name, row->status));
    return part;
  }

  void run_out(Pending& job, Moment now) {
    job.result.problem = fmt::format("pool {} has no volume left", job.pool->name);
    const auto is_same = [&](const ExhaustedPool& other) { return other.pool == job.pool->name; };
    if (std::none_of(found_.exhausted.begin(), found_.exhausted.end(), is_same))
      found_.exhausted.push_back({job.pool->name, now, job.row.name});
  }

  void note(Moment now, std::string_view text) {
    while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    found_.events.push_back({now, std::string(text)});
  }

  void list_what_never_ran() {
    for (auto& [id, job] : pending_) {
      job.result.problem = "it still waits at the end";
      found_.jobs.push_back(std::move(job.result));
    }
  }

  void list_volumes() {
    for (const std::string& name : used_) {
      const auto row = catalog_.volumes().find(name);
      if (!row) continue;
      SimulatedVolume volume{row->name, "", row->status, row->bytes};
      if (const auto pool = catalog_.pools().find(row->pool)) volume.pool = pool->name;
      if (row->last_written != Moment{})
        volume.expires = row->last_written + std::chrono::seconds(row->retention);
      found_.volumes.push_back(std::move(volume));
    }
    std::sort(found_.volumes.begin(), found_.volumes.end(),
              [](const SimulatedVolume& a, const SimulatedVolume& b) {
                return std::pair(a.pool, a.name) < std::pair(b.pool, b.name);
              });
  }

  const SimulationTerms& terms_;
  catalog::Catalog& catalog_;
  SetClock clock_;
  UniqueNames names_;
  History sizes_;
  JobQueue queue_;
  std::map<JobId, Pending> pending_;
  std::multimap<Moment, JobId> ends_;
  std::set<std::string> used_;
  Simulation found_;
};

}  // namespace

Simulation simulate(const SimulationTerms& terms) { return Simulator(terms).run(); }

}  // namespace holdfast::jobs
