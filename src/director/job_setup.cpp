// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/job_setup.h"

#include <fstream>
#include <sstream>

#include "base/error.h"
#include "director/catalog_rows.h"
#include "director/copy_setup.h"
#include "format/bootstrap.h"
#include "jobs/file_set_key.h"
#include "jobs/level.h"

namespace holdfast::director {
namespace {

/// The level asked for; a Job without one has the default of its type (interop 08, section 1.2). Admin and archive jobs
/// have none, whatever their JobDefs say.
JobLevel level_of(const console::RunRequest& request) {
  if (request.job->type == JobType::admin || request.job->type == JobType::archive) return JobLevel::none;
  const auto scheduled = request.run != nullptr ? request.run->level : std::nullopt;
  const auto asked = request.level.value_or(scheduled.value_or(request.job->level));
  if (asked != JobLevel::none) return asked;
  switch (request.job->type) {
    case JobType::backup: return JobLevel::incremental;
    case JobType::verify: return JobLevel::verify_catalog;
    default: return JobLevel::full;
  }
}

/// What somebody chose, as opposed to what the resources say anyway.
template <typename Resource>
jobs::Chosen<Resource> chosen_by_user(const Resource* resource, const std::string& source) {
  if (source.empty() || source == "Job resource" || source == "Pool resource") return {};
  return {resource, source};
}

std::vector<format::BootstrapSection> sections_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  auto bootstrap = format::parse_bootstrap(text.str());
  return bootstrap ? std::move(bootstrap->sections) : std::vector<format::BootstrapSection>();
}

/// A restore reads from the storage its bootstrap names.
jobs::Chosen<config::Storage> restore_storage(const console::RunRequest& request) {
  const auto given = chosen_by_user(request.storage, request.storage_source);
  if (given.resource != nullptr) return given;
  for (const auto& section : sections_of(request.bootstrap))
    if (section.storage)
      if (const auto* storage = request.configuration->find_storage(*section.storage))
        return {storage, std::string(storage_from_bootstrap)};
  return jobs::choose_storage(*request.job, nullptr, {});
}

std::unique_ptr<JobLog> make_job_log(const JobPlan& plan, SetupSurroundings& surroundings) {
  const auto& director = plan.configuration->director();
  const config::Messages* messages =
      plan.resource->messages != nullptr ? plan.resource->messages : director.messages;
  const config::ScheduleRun* run = plan.request.run;
  if (run != nullptr && run->messages != nullptr) messages = run->messages;
  auto store = [&catalogs = surroundings.log_catalogs, configuration = plan.configuration,
                resource = plan.catalog.resource](const catalog::LogRow& row) {
    catalogs.use(*resource, [&](catalog::Catalog& catalog) { catalog.log().add(row); });
  };
  return std::make_unique<JobLog>(surroundings.clock, director.name, messages, surroundings.console,
                                  surroundings.outlets, director.log_timestamp_format, std::move(store));
}

class Setup {
 public:
  Setup(const console::RunRequest& request, SetupSurroundings& surroundings)
      : request_(request), surroundings_(surroundings), job_(*request.job) {
    plan_.configuration = request.configuration;
    plan_.request = request;
    plan_.resource = &job_;
    plan_.client = request.restore_client != nullptr ? request.restore_client
                   : request.client != nullptr       ? request.client
                                                     : job_.client;
    plan_.fileset = request.file_set != nullptr ? request.file_set : job_.file_set;
    const config::ScheduleRun none;
    const config::ScheduleRun& run = request.run != nullptr ? *request.run : none;
    plan_.priority = request.priority.value_or(run.priority.value_or(job_.priority));
    plan_.accurate = request.accurate.value_or(run.accurate.value_or(job_.accurate));
    plan_.spool_data = request.spool_data.value_or(run.spool_data.value_or(job_.spool_data));
    plan_.max_run_sched_time = run.max_run_sched_time.value_or(job_.max_run_sched_time);
    choose_pool(jobs::Upgraded::no, level_of(request));
    plan_.catalog =
        request.catalog != nullptr && plan_.pool.resource == nullptr
            ? jobs::Chosen<config::Catalog>{request.catalog, "command line"}
            : jobs::choose_catalog(*request.configuration, plan_.pool.resource, job_, plan_.client);
    if (plan_.catalog.resource == nullptr) throw Error(ErrorKind::invalid, "No Catalog is defined.");
    if (plan_.client == nullptr && needs_client())
      throw Error(ErrorKind::invalid, "No Client specification found for Job \"{}\".", job_.name);
    const auto open = surroundings.open_catalog;
    const auto opener = [&](Patience patience) {
      return [open, patience, configuration = request.configuration, resource = plan_.catalog.resource] {
        return open(*resource, patience);
      };
    };
    plan_.open_catalog = opener(Patience::as_configured);
    plan_.open_catalog_at_once = opener(Patience::none);
    catalog_ = open(*plan_.catalog.resource, surroundings.patience);
    now_ = std::chrono::floor<std::chrono::seconds>(surroundings.clock.now());
    plan_.made = {now_, surroundings.clock.instant()};
  }

  void follow(const ActiveJob& failed) {
    plan_.made = failed.plan.made;
    plan_.reschedules = failed.plan.reschedules + 1;
  }

  std::unique_ptr<ActiveJob> make() {
    auto log = make_log();
    catalog::JobRow row = new_row();
    try {
      fill(row, *log);
    } catch (const std::exception& error) {
      abandon(std::move(row), *log, error.what());
      throw;
    }
    return std::make_unique<ActiveJob>(std::move(plan_), std::move(row), std::move(log));
  }

  JobPlan plan_only(catalog::JobRow& row) {
    auto log = make_log();
    row = new_row();
    decide_backup(row, *log);
    return std::move(plan_);
  }

 private:
  void fill(catalog::JobRow& row, JobLog& log) {
    row.id = catalog_->jobs().create(row);
    log.set_job(row.id, row.job);
    if (row.type == JobType::backup) {
      decide_backup(row, log);
      if (row.level == JobLevel::virtual_full) prepare_virtual_full(plan_, row, *catalog_);
    } else if (row.type == JobType::copy || row.type == JobType::migrate) {
      prepare_copy(plan_, row, *catalog_, log, surroundings_);
    } else if (row.type == JobType::restore) {
      plan_.storage = restore_storage(request_);
      row.level = JobLevel::full;
    } else if (row.type == JobType::verify) {
      prepare_verify();
    }
  }

  /// The answer to its creation may have been lost: a row may be there even where it has no JobId here.
  void abandon(catalog::JobRow row, JobLog& log, std::string_view why) {
    log.add(MessageType::fatal, fmt::format("The job could not be set up: {}\n", why));
    log.close(false);
    fail_row(row, JobStatus::fatal, log.counts().errors, now_);
    surroundings_.end_late({std::move(plan_), std::move(row), log.take_unstored()});
  }

  bool needs_client() const {
    return job_.type == JobType::backup || job_.type == JobType::restore || job_.type == JobType::verify;
  }

  std::unique_ptr<JobLog> make_log() { return make_job_log(plan_, surroundings_); }

  catalog::JobRow new_row() {
    catalog::JobRow row;
    row.job = surroundings_.names.make(job_.name);
    row.name = job_.name;
    row.type = job_.type;
    row.level = level_of(request_);
    row.scheduled = request_.when ? Moment(std::chrono::seconds(*request_.when)) : now_;
    row.comment = request_.comment;
    if (plan_.client != nullptr) {
      const auto client = catalog_->clients().get_or_create(plan_.client->name);
      row.client = client.id;
      plan_.client_system = client.uname;
    }
    return row;
  }

  void choose_pool(jobs::Upgraded upgraded, JobLevel level) {
    plan_.pool = job_.type == JobType::backup
                     ? jobs::choose_pool(job_, request_.run, level, upgraded,
                                         chosen_by_user(request_.pool, request_.pool_source))
                     : jobs::Chosen<config::Pool>{job_.pool, "Job resource"};
  }

  void decide_backup(catalog::JobRow& row, JobLog& log) {
    if (plan_.fileset == nullptr)
      throw Error(ErrorKind::invalid, "No FileSet specification found for Job \"{}\".", job_.name);
    const auto fileset = jobs::file_set_row(catalog_->filesets(), *plan_.fileset, now_);
    row.fileset = fileset.id;
    plan_.fileset_key = fileset.md5;
    plan_.fileset_created = fileset.created;
    decide_level(row, log);
    plan_.storage = jobs::choose_storage(job_, request_.run, plan_.pool.resource,
                                         chosen_by_user(request_.storage, request_.storage_source));
    if (plan_.pool.resource != nullptr) row.pool = pool_id(*catalog_, *plan_.pool.resource);
  }

  void prepare_verify() {
    if (plan_.fileset == nullptr)
      throw Error(ErrorKind::invalid, "No FileSet specification found for Job \"{}\".", job_.name);
    plan_.fileset_key = jobs::file_set_key(*plan_.fileset);
    plan_.storage = jobs::choose_storage(job_, plan_.pool.resource,
                                         chosen_by_user(request_.storage, request_.storage_source));
  }

  void decide_level(catalog::JobRow& row, JobLog& log) {
    auto question = jobs::level_question(job_, row, now_);
    if (request_.since) question.since = Moment(std::chrono::seconds(*request_.since));
    const auto decision = jobs::decide_level(catalog_->jobs(), question);
    for (const std::string& text : decision.log) log.add(MessageType::info, text);
    row.level = decision.level;
    plan_.since = decision.since;
    plan_.previous_job = decision.previous_job;
    plan_.since_text = decision.since_text;
    choose_pool(decision.is_upgraded ? jobs::Upgraded::yes : jobs::Upgraded::no, decision.level);
  }

  const console::RunRequest& request_;
  SetupSurroundings& surroundings_;
  const config::Job& job_;
  JobPlan plan_;
  std::unique_ptr<catalog::Catalog> catalog_;
  Moment now_{};
};

}  // namespace

std::unique_ptr<ActiveJob> set_up_job(const console::RunRequest& request, SetupSurroundings& surroundings,
                                      const ActiveJob* before) {
  Setup setup(request, surroundings);
  if (before != nullptr) setup.follow(*before);
  return setup.make();
}

console::RunRequest request_again(const ActiveJob& failed, Moment when) {
  console::RunRequest request = failed.plan.request;
  request.level = failed.level;
  request.pool = failed.plan.pool.resource;
  request.storage = failed.plan.storage.resource;
  request.pool_source = request.storage_source = "previous Job";
  request.when = when.time_since_epoch().count();
  return request;
}

std::unique_ptr<ActiveJob> set_up_again(const ActiveJob& failed, Moment when,
                                        SetupSurroundings& surroundings) {
  JobPlan plan = failed.plan;
  ++plan.reschedules;
  catalog::JobRow row = failed.row;
  row.status = JobStatus::waiting_for_start_time;
  row.scheduled = row.started = when;
  row.ended = row.really_ended = Moment{};
  row.session = {};
  row.files = row.errors = 0;
  row.bytes = row.read_bytes = 0;
  plan.open_catalog()->jobs().start(row);
  auto log = make_job_log(plan, surroundings);
  log->set_job(row.id, row.job);
  return std::make_unique<ActiveJob>(std::move(plan), std::move(row), std::move(log));
}

JobPlan plan_estimate(const console::RunRequest& request, SetupSurroundings& surroundings,
                      catalog::JobRow& row) {
  return Setup(request, surroundings).plan_only(row);
}

}  // namespace holdfast::director
