// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/codes.h"
#include "director/console/run.h"
#include "director/console/times.h"
#include "jobs/selection.h"

namespace holdfast::director::console {
namespace {

enum class Tell { text, warning };

/// How a resource is found by its name, and chosen from a list where there is none of that name.
template <typename Resource>
struct Lookup {
  std::string_view title;  ///< "Pool" in "Pool "x" not found."
  Tell tell;
  const Resource* (*find)(const Command&, std::string_view);
  const Resource* (*select)(Command&);
};
constexpr Lookup<config::Client> clients{"Client", Tell::warning, permitted_client, select_client};
constexpr Lookup<config::Client> restore_clients{"Restore Client", Tell::warning, permitted_client,
                                                 select_client};
constexpr Lookup<config::Storage> storages{"Storage", Tell::warning, permitted_storage, select_storage};
constexpr Lookup<config::Pool> pools{"Pool", Tell::warning, permitted_pool, select_pool};
constexpr Lookup<config::FileSet> file_sets{"FileSet", Tell::text, permitted_file_set, select_file_set};
constexpr Lookup<config::Job> verify_jobs{"Verify Job", Tell::text, permitted_job, select_job};
constexpr Lookup<config::Job> migration_jobs{"Migration Job", Tell::text, permitted_job, select_job};

/// Applies one word to the plan; false refuses it.
class Applier {
 public:
  Applier(Command& command, catalog::Catalog& catalog, RunPlan& plan, std::string_view source)
      : command_(command), catalog_(catalog), plan_(plan), request_(plan.request), source_(source) {}

  bool apply(RunKey key, const std::string& value);

 private:
  bool is_restore() const { return request_.job->type == JobType::restore; }
  bool say(const std::string& text) {
    command_.out.text(text);
    return false;
  }

  template <typename Resource>
  bool take(const Lookup<Resource>& kind, const std::string& value, const Resource*& to);
  bool job_ids(const std::string& value);
  bool level(const std::string& value);
  bool storage(const std::string& value);
  bool pool(const std::string& value);
  bool next_pool(const std::string& value);
  bool where(const std::string& value);
  bool regex_where(const std::string& value);
  bool replace(const std::string& value);
  bool when(const std::string& value);
  bool since(const std::string& value);
  bool priority(const std::string& value);
  bool catalog(const std::string& value);
  bool plugin_options(const std::string& value);
  bool comment(const std::string& value);
  bool flag(const std::string& value, std::string_view name, std::optional<bool>& to);
  bool ignore_duplicates(const std::string& value);
  bool consolidates();
  /// What is taken as it is.
  bool keep(RunKey key, const std::string& value);

  Command& command_;
  catalog::Catalog& catalog_;
  RunPlan& plan_;
  RunRequest& request_;
  std::string_view source_;
};

bool Applier::job_ids(const std::string& value) {
  request_.job_ids.clear();
  for (const auto part : split(value, ',')) {
    const auto id = parse_number<std::uint32_t>(part);
    if (!id || !catalog_.jobs().find(JobId(*id)))
      return say(fmt::format("JobId {} not found in catalog. \n", printable(part)));
    request_.job_ids.emplace_back(*id);
  }
  return true;
}

template <typename Resource>
bool Applier::take(const Lookup<Resource>& kind, const std::string& value, const Resource*& to) {
  to = kind.find(command_, value);
  if (to) return true;
  const std::string text = fmt::format("{} \"{}\" not found.\n", kind.title, printable(value));
  if (kind.tell == Tell::warning)
    command_.out.warning(text);
  else
    command_.out.text(text);
  to = kind.select(command_);
  return to != nullptr;
}

bool Applier::level(const std::string& value) {
  const auto level = find_level(value, request_.job->type);
  if (!level) return say(fmt::format("Level \"{}\" not valid.\n", printable(value)));
  request_.level = level;
  return true;
}

bool Applier::storage(const std::string& value) {
  request_.storage_source = source_ == "user input" ? "user selection" : std::string(source_);
  return take(storages, value, request_.storage);
}

bool Applier::pool(const std::string& value) {
  request_.pool_source = source_;
  return take(pools, value, request_.pool);
}

bool Applier::next_pool(const std::string& value) {
  plan_.next_pool_source = source_;
  return take(pools, value, request_.next_pool);
}

bool Applier::where(const std::string& value) {
  if (!command_.allows(Acl::where, value)) return say("No authorization for \"where\" specification.\n");
  request_.where = value;
  request_.regex_where.reset();
  return true;
}

bool Applier::regex_where(const std::string& value) {
  if (!command_.allows(Acl::where, value)) return say("No authorization for \"regexwhere\" specification.\n");
  request_.regex_where = value;
  request_.where.reset();
  return true;
}

bool Applier::replace(const std::string& value) {
  static constexpr config::Replace choices[] = {config::Replace::always, config::Replace::if_newer,
                                                config::Replace::if_older, config::Replace::never};
  for (const config::Replace choice : choices) {
    if (!equal_ignoring_case(config::to_string(choice), value)) continue;
    request_.replace = choice;
    return true;
  }
  return say(fmt::format("Invalid replace option: {}\n", printable(value)));
}

bool Applier::when(const std::string& value) {
  request_.when = equal_ignoring_case(value, "now") ? std::nullopt : parse_time(value);
  if (!request_.when && !equal_ignoring_case(value, "now")) say("Invalid time, using current time.\n");
  return true;
}

bool Applier::since(const std::string& value) {
  request_.since = parse_time(value);
  if (!request_.since)
    return say(fmt::format("Since option expects string in format \"yyyy-mm-dd hh:mm:ss\", but is: {}\n",
                           printable(value)));
  return true;
}

bool Applier::priority(const std::string& value) {
  const auto number = parse_number<std::uint32_t>(value);
  if (!number || *number == 0) say("Priority must be positive nonzero setting it to 10.\n");
  request_.priority = number && *number > 0 ? *number : 10;
  return true;
}

bool Applier::catalog(const std::string& value) {
  const config::Catalog* found = command_.config().find_catalog(value);
  if (!found || !command_.allows(Acl::catalog, value)) {
    command_.out.error(fmt::format("Catalog \"{}\" not found\n", printable(value)));
    return false;
  }
  request_.catalog = found;
  plan_.catalog_name = found->name;
  return true;
}

bool Applier::plugin_options(const std::string& value) {
  if (!command_.allows(Acl::plugin_options, value))
    return say("No authorization for \"PluginOptions\" specification.\n");
  request_.plugin_options = value;
  return true;
}

bool Applier::comment(const std::string& value) {
  const std::string problem = comment_error(value);
  if (!problem.empty()) {
    command_.out.error(problem);
    return false;
  }
  request_.comment = value;
  return true;
}

bool Applier::flag(const std::string& value, std::string_view name, std::optional<bool>& to) {
  for (const auto& [word, meaning] :
       {std::pair("yes", true), std::pair("true", true), std::pair("1", true), std::pair("no", false),
        std::pair("false", false), std::pair("0", false)}) {
    if (!equal_ignoring_case(word, value)) continue;
    to = meaning;
    return true;
  }
  return say(fmt::format("Invalid {} flag.\n", name));
}

bool Applier::ignore_duplicates(const std::string& value) {
  std::optional<bool> ignore;
  if (!flag(value, "ignoreduplicatecheck", ignore)) return false;
  request_.ignore_duplicates = *ignore;
  return true;
}

bool Applier::consolidates() {
  return request_.level.value_or(request_.job->level) == JobLevel::virtual_full ||
         say("Consolidate Job option is only valid for virtual full jobs.\n");
}

bool Applier::apply(RunKey key, const std::string& value) {
  switch (key) {
    case RunKey::job_id: return job_ids(value);
    case RunKey::client: return take(clients, value, request_.client);
    case RunKey::restore_client: return take(restore_clients, value, request_.restore_client);
    case RunKey::file_set: return take(file_sets, value, request_.file_set);
    case RunKey::level: return level(value);
    case RunKey::storage: return storage(value);
    case RunKey::pool: return pool(value);
    case RunKey::next_pool: return next_pool(value);
    case RunKey::where: return where(value);
    case RunKey::regex_where: return regex_where(value);
    case RunKey::replace: return replace(value);
    case RunKey::in_place: return flag(value, "inplace", request_.in_place);
    case RunKey::delete_leftovers: return flag(value, "deletefilesnotinbackup", request_.delete_leftovers);
    case RunKey::when: return when(value);
    case RunKey::since: return since(value);
    case RunKey::priority: return priority(value);
    case RunKey::verify_job: return take(verify_jobs, value, request_.verify_job);
    case RunKey::migration_job: return take(migration_jobs, value, request_.verify_job);
    case RunKey::catalog: return catalog(value);
    case RunKey::plugin_options: return plugin_options(value);
    case RunKey::comment: return comment(value);
    case RunKey::spool_data: return flag(value, "spooldata", request_.spool_data);
    case RunKey::accurate: return flag(value, "accurate", request_.accurate);
    case RunKey::ignore_duplicate_check: return ignore_duplicates(value);
    case RunKey::consolidate_job: return consolidates();
    default: return keep(key, value);
  }
}

bool Applier::keep(RunKey key, const std::string& value) {
  switch (key) {
    case RunKey::bootstrap: request_.bootstrap = value; return true;
    case RunKey::backup_format: request_.backup_format = value; return true;
    case RunKey::verify_list: request_.verify_list = value; return true;
    case RunKey::files: request_.expected_files = parse_number<std::uint32_t>(value).value_or(0); return true;
    case RunKey::cloned: request_.is_clone = true; return true;
    default: return true;
  }
}

}  // namespace

const config::Job* resolve_job(Command& command, const RunWords& words) {
  const auto& name = words[RunKey::job];
  if (!name) {
    command.out.text("A job name must be specified.\n");
    return select_job(command);
  }
  if (const config::Job* job = permitted_job(command, *name)) return job;
  command.out.text(fmt::format("Job \"{}\" not found\n", printable(*name)));
  return select_job(command);
}

RunPlan plan_of(Command& command, const config::Job& job) {
  RunPlan plan;
  RunRequest& request = plan.request;
  request.configuration = command.configuration;
  request.job = &job;
  request.client = job.client;
  request.file_set = job.file_set;
  request.pool = job.pool;
  request.pool_source = "Job resource";
  request.next_pool = job.next_pool ? job.next_pool : job.pool ? job.pool->next_pool : nullptr;
  const auto storage = jobs::choose_storage(job, job.pool, {});
  request.storage = storage.resource;
  request.storage_source = storage.source;
  request.verify_job = job.job_to_verify;
  request.catalog = catalog_of(command, job);
  request.backup_format = job.backup_format;
  if (job.type == JobType::restore) request.restore_client = job.client;
  plan.catalog_name = request.catalog ? request.catalog->name : "*None*";
  return plan;
}

bool apply(Command& command, catalog::Catalog& catalog, RunPlan& plan, const RunWords& words,
           std::string_view source) {
  if (words[RunKey::job] && *words[RunKey::job] != plan.request.job->name) {
    const config::Job* job = resolve_job(command, words);
    if (!job) return false;
    plan.request.job = job;
    plan.request.level.reset();
  }
  Applier applier(command, catalog, plan, source);
  for (std::size_t i = 0; i < words.values.size(); ++i)
    if (words.values[i] && !applier.apply(static_cast<RunKey>(i), *words.values[i])) return false;
  // A restore goes back to where the files came from, unless told otherwise.
  if (words[RunKey::client] && !words[RunKey::restore_client] && plan.request.job->type == JobType::restore)
    plan.request.restore_client = plan.request.client;
  plan.yes = plan.yes || words.yes;
  return true;
}

}  // namespace holdfast::director::console
