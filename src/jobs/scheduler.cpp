// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/scheduler.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

namespace holdfast::jobs {
namespace {

constexpr std::chrono::seconds latest{59};
/// How far back missed runs are looked for when the Director starts.
constexpr std::chrono::days longest_absence{31};
/// How long it is remembered for which moments a job was started, for a clock that is set back.
constexpr std::chrono::days remembered{8};

/// Calls `visit` with every job that has a schedule, and each of its runs.
template <typename Visit>
void each_run(const config::DirectorConfiguration& configuration, Visit&& visit) {
  for (const config::Job& job : configuration.jobs) {
    if (job.schedule == nullptr) continue;
    for (const config::ScheduleRun& run : job.schedule->runs) visit(job, run);
  }
}

/// The same for the same times, whatever the version.
std::string text_of(const config::RunTimes& times) {
  return fmt::format("minute={} hours={:x} days={:x} weekdays={:x} months={:x} weeks={:x}{} yearweeks={:x}",
                     times.minute, times.hours.to_ulong(), times.month_days.to_ulong(),
                     times.week_days.to_ulong(), times.months.to_ulong(), times.month_weeks.to_ulong(),
                     times.last_week ? "+last" : "", times.year_weeks.to_ullong());
}

}  // namespace

catalog::ScheduledTimes scheduled_times(const config::DirectorConfiguration& configuration) {
  catalog::ScheduledTimes times;
  each_run(configuration, [&](const config::Job& job, const config::ScheduleRun& run) {
    times[job.name].insert(text_of(run.times));
  });
  return times;
}

std::vector<ScheduledRun> runs_between(const config::DirectorConfiguration& configuration, Moment from,
                                       Moment to) {
  std::vector<ScheduledRun> runs;
  each_run(configuration, [&](const config::Job& job, const config::ScheduleRun& run) {
    RunMoments moments(run.times, from - std::chrono::seconds(1));
    for (auto when = moments.next(); when && *when < to; when = moments.next())
      runs.push_back({*when, &job, &run});
  });
  std::stable_sort(runs.begin(), runs.end(), [](const ScheduledRun& a, const ScheduledRun& b) {
    return std::tuple(a.when, a.priority()) < std::tuple(b.when, b.priority());
  });
  return runs;
}

Scheduler::Scheduler(std::shared_ptr<const config::DirectorConfiguration> configuration, Past past,
                     Moment now)
    : configuration_(std::move(configuration)),
      started_(std::move(past.started)),
      planned_(std::move(past.planned)),
      looked_until_(now) {
  plan(now - latest, Absence::possible);
}

void Scheduler::reload(std::shared_ptr<const config::DirectorConfiguration> configuration, Moment now) {
  configuration_ = std::move(configuration);
  looked_until_ = std::min(looked_until_, now);
  plan(std::min(looked_until_, now - latest), Absence::none);
}

bool Scheduler::is_later(const Planned& a, const Planned& b) {
  return std::tuple(a.run.when, a.run.priority(), a.order) >
         std::tuple(b.run.when, b.run.priority(), b.order);
}

void Scheduler::push(Planned planned) {
  const auto when = planned.moments.next();
  if (!when) return;
  planned.run.when = *when;
  plan_.push_back(planned);
  std::push_heap(plan_.begin(), plan_.end(), is_later);
}

Scheduler::Planned Scheduler::pop() {
  std::pop_heap(plan_.begin(), plan_.end(), is_later);
  const Planned planned = plan_.back();
  plan_.pop_back();
  return planned;
}

void Scheduler::plan(Moment from, Absence absence) {
  plan_.clear();
  std::size_t order = 0;
  each_run(*configuration_, [&](const config::Job& job, const config::ScheduleRun& run) {
    const bool may_have_missed = absence == Absence::possible && job.run_missed_schedule;
    const Moment begin = may_have_missed ? absent_since(job, run, from) : from;
    push({{Moment{}, &job, &run}, order++, RunMoments(run.times, begin - std::chrono::seconds(1))});
  });
}

/// From when on a run may have been missed; `from` where none was. A job that is new has missed nothing, nor has one whose
/// schedule is new.
Moment Scheduler::absent_since(const config::Job& job, const config::ScheduleRun& run, Moment from) const {
  const auto known = started_.find(job.name);
  if (known == started_.end()) return from;
  const auto after = known->second.upper_bound(from);
  if (after == known->second.begin()) return from;
  Moment begin = std::max(*std::prev(after), from - longest_absence);
  if (const auto planned = planned_.find(job.name); planned != planned_.end())
    if (const auto since = planned->second.find(text_of(run.times)); since != planned->second.end())
      begin = std::max(begin, since->second);
  return std::min(begin, from);
}

bool Scheduler::mark_started(const ScheduledRun& run) {
  auto& moments = started_[run.job->name];
  if (!moments.insert(run.when).second) return false;
  moments.erase(moments.begin(), moments.lower_bound(run.when - remembered));
  return true;
}

std::vector<ScheduledRun> Scheduler::due(Moment now) {
  // The clock was set back: what lies behind it comes again, and is known by its moment.
  if (now < looked_until_) plan(now - latest, Absence::none);
  looked_until_ = now;
  std::vector<ScheduledRun> found;
  std::map<const config::Job*, ScheduledRun> missed;
  std::set<std::pair<const config::Job*, Moment>> taken;
  while (!plan_.empty() && plan_.front().run.when <= now) {
    const Planned planned = pop();
    const ScheduledRun run = planned.run;
    if (now - run.when > latest) {
      missed[run.job] = run;
    } else if (taken.contains({run.job, run.when}) || mark_started(run)) {
      // Two runs of its schedule may start a job at the same moment.
      taken.insert({run.job, run.when});
      found.push_back(run);
    }
    push(planned);
  }
  add_missed(missed, found);
  return found;
}

/// What was missed is made up for once, with the last of the runs missed; not where the job starts anyway.
void Scheduler::add_missed(const std::map<const config::Job*, ScheduledRun>& missed,
                           std::vector<ScheduledRun>& due) {
  std::vector<ScheduledRun> late;
  for (const auto& [job, run] : missed) {
    const auto is_same = [&, wanted = job](const ScheduledRun& other) { return other.job == wanted; };
    if (!job->run_missed_schedule || std::any_of(due.begin(), due.end(), is_same)) continue;
    if (mark_started(run)) late.push_back(run);
  }
  std::sort(late.begin(), late.end(), [](const ScheduledRun& a, const ScheduledRun& b) {
    return std::tuple(a.when, a.priority(), a.job->name) < std::tuple(b.when, b.priority(), b.job->name);
  });
  due.insert(due.begin(), late.begin(), late.end());
}

std::optional<Moment> Scheduler::next() const {
  if (plan_.empty()) return std::nullopt;
  return plan_.front().run.when;
}

}  // namespace holdfast::jobs
