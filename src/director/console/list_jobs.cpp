// SPDX-License-Identifier: AGPL-3.0-or-later
// list jobs, job=, jobid=, backups, jobtotals, copies.
#include <array>

#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/listing.h"
#include "director/console/times.h"

namespace holdfast::director::console::lists {
namespace {

constexpr std::string_view job_tables =
    "Job LEFT JOIN Client ON Client.ClientId = Job.ClientId LEFT JOIN Pool ON Pool.PoolId = Job.PoolId "
    "LEFT JOIN FileSet ON FileSet.FileSetId = Job.FileSetId";

/// Both times of the job; replaced by their difference before it is shown.
constexpr std::string_view duration_sql =
    "COALESCE(CAST(Job.StartTime AS TEXT), '') || '|' || COALESCE(CAST(Job.EndTime AS TEXT), '')";

constexpr std::array<ListedColumn, 10> short_columns{{
    {"jobid", "Job.JobId", number},
    {"name", "Job.Name"},
    {"client", "Client.Name"},
    {"starttime", "Job.StartTime"},
    {"duration", duration_sql},
    {"type", "Job.Type"},
    {"level", "Job.Level"},
    {"jobfiles", "Job.JobFiles", number},
    {"jobbytes", "Job.JobBytes", number},
    {"jobstatus", "Job.JobStatus"},
}};

constexpr std::array<ListedColumn, 26> long_columns{{
    {"jobid", "Job.JobId", number},
    {"job", "Job.Job"},
    {"name", "Job.Name"},
    {"purgedfiles", "Job.PurgedFiles", number},
    {"type", "Job.Type"},
    {"level", "Job.Level"},
    {"clientid", "Job.ClientId", number},
    {"client", "Client.Name"},
    {"jobstatus", "Job.JobStatus"},
    {"schedtime", "Job.SchedTime"},
    {"starttime", "Job.StartTime"},
    {"endtime", "Job.EndTime"},
    {"realendtime", "Job.RealEndTime"},
    {"duration", duration_sql},
    {"jobtdate", "Job.JobTDate", number},
    {"volsessionid", "Job.VolSessionId", number},
    {"volsessiontime", "Job.VolSessionTime", number},
    {"jobfiles", "Job.JobFiles", number},
    {"jobbytes", "Job.JobBytes", number},
    {"joberrors", "Job.JobErrors", number},
    {"jobmissingfiles", "Job.JobMissingFiles", number},
    {"poolid", "Job.PoolId", number},
    {"poolname", "Pool.Name"},
    {"priorjobid", "Job.PriorJobId", number},
    {"filesetid", "Job.FileSetId", number},
    {"fileset", "FileSet.FileSet"},
}};

constexpr std::array<ListedColumn, 1> count_column{{{"count", "COUNT(*)", number}}};

std::span<const ListedColumn> columns_of(Detail detail, const ListFilter& filter) {
  if (filter.count) return count_column;
  if (detail == Detail::list) return short_columns;
  return long_columns;
}

AclColumns acl_of(Detail detail) {
  static constexpr std::array<AclColumn, 4> columns{
      {{"name", Acl::job}, {"client", Acl::client}, {"poolname", Acl::pool}, {"fileset", Acl::file_set}}};
  return detail == Detail::list ? AclColumns(columns).first(2) : AclColumns(columns);
}

/// "00:00:02", "1 day 02:03:04".
std::string interval_text(std::int64_t seconds) {
  const std::string_view sign = seconds < 0 ? "-" : "";
  seconds = seconds < 0 ? -seconds : seconds;
  const std::int64_t days = seconds / 86400;
  const std::string days_text = days == 0 ? "" : fmt::format("{}{} day{} ", sign, days, days > 1 ? "s" : "");
  return fmt::format("{}{}{:02}:{:02}:{:02}", days_text, days == 0 ? sign : "", seconds % 86400 / 3600,
                     seconds % 3600 / 60, seconds % 60);
}

/// How long a job took, or has been running by now.
std::optional<std::string> duration_of(std::string_view both_times, std::int64_t now) {
  const auto times = split(both_times, '|');
  if (times.size() != 2) return std::nullopt;
  const auto start = parse_time(times[0]);
  if (!start) return std::nullopt;
  return interval_text(parse_time(times[1]).value_or(now) - *start);
}

void compute_durations(Command& command, Table& table) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name != "duration") continue;
    for (Row& row : table.rows)
      row[i] = duration_of(row[i].value_or(""), unix_seconds(command.services.now()));
  }
}

void restrict_by_letters(Query& query, const ListFilter& filter) {
  if (filter.has_statuses) query.where_in("Job.JobStatus", filter.statuses);
  if (filter.has_levels) query.where_in("Job.Level", filter.levels);
  if (filter.has_types) query.where_in("Job.Type", filter.types);
}

/// `days=` and `hours=`; hours win.
void restrict_by_age(Command& command, Query& query) {
  const auto number_of = [&](std::string_view keyword) {
    const auto value = command.line.value(keyword);
    return value ? parse_number<std::int64_t>(*value) : std::nullopt;
  };
  const auto hours = number_of("hours");
  const auto days = number_of("days");
  if (!hours && !days) return;
  const std::int64_t age = hours ? *hours * 3600 : *days * 86400;
  query.where("Job.SchedTime > ?", standard_time(unix_seconds(command.services.now()) - age));
}

void restrict_by_names(Command& command, Query& query) {
  if (const auto name = command.line.value_of_any({"job", "jobname"})) query.where("Job.Name = ?", *name);
  if (const auto name = command.line.value_of_any({"client", "fd"})) query.where("Client.Name = ?", *name);
  if (const auto name = command.line.value("pool")) query.where("Pool.Name = ?", *name);
  if (const auto name = command.line.value("volume"))
    query.where(
        "Job.JobId IN (SELECT JobMedia.JobId FROM JobMedia JOIN Media ON Media.MediaId = JobMedia.MediaId "
        "WHERE Media.VolumeName = ?)",
        *name);
}

bool is_known_client(Command& command, catalog::Catalog& catalog) {
  const auto name = command.line.value_of_any({"client", "fd"});
  if (!name) return true;
  return command.allows(Acl::client, *name) &&
         (command.config().find_client(*name) || catalog.clients().find(*name));
}

Outcome give_jobs(Command& command, catalog::Catalog& catalog, std::string_view key, Query& query,
                  Detail detail, const ListFilter& filter, AclColumns acl) {
  if (!filter.count) query.then(filter.limit_clause());
  Table table = query.run(catalog);
  compute_durations(command, table);
  if (filter.count)
    give_table(command, key, table, detail, ListFilter{});
  else
    give_table(command, key, table, detail, filter, acl, Toggled::job);
  return Outcome::ok;
}

/// Jobs that have not started yet come last, as in the peer's database.
std::string order_clause(std::string_view by_time, std::string_view by_id) {
  return fmt::format("ORDER BY Job.StartTime IS NULL, Job.StartTime {}, Job.JobId {}", by_time, by_id);
}

}  // namespace

Outcome jobs(Command& command, catalog::Catalog& catalog, Detail detail, const ListFilter& filter) {
  if (!is_known_client(command, catalog)) {
    command.out.error(fmt::format("invalid client argument: {}\n",
                                  printable(command.line.value_of_any({"client", "fd"}).value_or(""))));
    return Outcome::failed;
  }
  Query query(columns_of(detail, filter), job_tables);
  restrict_by_names(command, query);
  restrict_by_letters(query, filter);
  restrict_by_age(command, query);
  if (filter.last)
    query.where("Job.JobId IN (SELECT MAX(Job.JobId) " + query.from_and_where() + " GROUP BY Job.Name)");
  const std::string_view order = filter.reverse ? "DESC" : "ASC";
  if (!filter.count) query.then(order_clause(order, order));
  return give_jobs(command, catalog, "jobs", query, detail, filter, acl_of(detail));
}

Outcome one_job(Command& command, catalog::Catalog& catalog, Detail detail, const ListFilter& filter) {
  const NamedJob named = find_named_job(command, catalog);
  if (!named.row) {
    const auto nothing = command.out.object("jobs");
    return Outcome::ok;
  }
  Query query(columns_of(detail, filter), job_tables);
  query.where("Job.JobId = ?", named.row->id.value);
  return give_jobs(command, catalog, "jobs", query, detail, filter, acl_of(detail));
}

namespace {

/// The order of `list backups`: a beginning of "ascending" or "descending".
bool is_descending(Command& command) {
  const auto order = command.line.value("order");
  return order && !order->empty() && std::string_view("descending").starts_with(to_lower(*order));
}

/// The names of the filesets in the catalog that this console may see.
std::vector<std::string> permitted_file_sets(const Command& command, catalog::Catalog& catalog) {
  std::vector<std::string> names;
  catalog.queries().query("SELECT DISTINCT FileSet FROM FileSet", {}, [&](const catalog::ResultRow& row) {
    if (command.access.allows(Acl::file_set, row.text(0))) names.emplace_back(row.text(0));
    return true;
  });
  return names;
}

/// Restricts to the fileset asked for, else to all that are permitted; false where the one asked for is forbidden.
bool restrict_by_file_set(Command& command, catalog::Catalog& catalog, Query& query) {
  const auto name = command.line.value("fileset");
  if (!name || equal_ignoring_case(*name, "any")) {
    if (!command.access.is_unrestricted(Acl::file_set))
      query.where_in("FileSet.FileSet", permitted_file_sets(command, catalog));
    return true;
  }
  if (!command.allows(Acl::file_set, *name)) {
    command.out.error("Access to specified FileSet not allowed.\n");
    return false;
  }
  query.where("FileSet.FileSet = ?", *name);
  return true;
}

Outcome bad_backups(Command& command) {
  command.out.error("Unknown list keyword: backups\n");
  return Outcome::failed;
}

}  // namespace

Outcome backups(Command& command, catalog::Catalog& catalog, Detail detail, const ListFilter& given) {
  const auto client = command.line.value_of_any({"client", "fd"});
  if (!client) {
    command.out.error("missing parameter: client\n");
    return bad_backups(command);
  }
  if (!is_known_client(command, catalog)) return bad_backups(command);
  ListFilter filter = given;
  if (!filter.has_statuses) filter.statuses = {"T", "W"};
  for (auto& status : filter.statuses)
    if (status == "e") status = "f";  // The peer takes "error" for failed jobs here.
  filter.has_statuses = true;
  filter.types = {"B", "A", "a"};
  filter.has_types = true;

  Query query(columns_of(detail, filter), job_tables);
  query.where("Client.Name = ?", *client);
  if (!restrict_by_file_set(command, catalog, query)) return bad_backups(command);
  restrict_by_letters(query, filter);
  restrict_by_age(command, query);
  if (!filter.count) query.then(order_clause(is_descending(command) ? "DESC" : "ASC", "ASC"));
  static constexpr std::array<AclColumn, 2> acl{{{"name", Acl::job}, {"poolname", Acl::pool}}};
  return give_jobs(command, catalog, "backups", query, detail, filter, acl);
}

Outcome job_totals(Command& command, catalog::Catalog& catalog, Detail, const ListFilter& filter) {
  static constexpr std::array<ListedColumn, 4> per_job{{{"jobs", "COUNT(*)", number},
                                                        {"files", "SUM(JobFiles)", number},
                                                        {"bytes", "SUM(JobBytes)", number},
                                                        {"job", "Name"}}};
  static constexpr std::string_view backups_only = "Type IN ('B', 'A', 'a', 'C')";
  Query by_job(per_job, "Job");
  by_job.where(backups_only);
  by_job.then("GROUP BY Name ORDER BY Name");
  give_table(command, "jobs", by_job.run(catalog), Detail::list, filter);

  Query all(std::span<const ListedColumn>(per_job).first(3), "Job");
  all.where(backups_only);
  const auto object = command.out.object("jobtotals");
  render(command.out, all.run(catalog), TableStyle::horizontal);
  return Outcome::ok;
}

Outcome copies(Command& command, catalog::Catalog& catalog, Detail detail, const ListFilter& filter) {
  const auto ids = command.line.value("jobid");
  std::optional<std::vector<std::string>> jobs;
  if (ids) {
    jobs.emplace();
    for (const auto id : split(*ids, ',')) {
      if (!parse_number<std::uint32_t>(id)) {
        command.out.error("Unknown list keyword: copies\n");
        return Outcome::failed;
      }
      jobs->emplace_back(id);
    }
  }
  const Table table = copies_of(catalog, jobs, filter.limit_clause());
  if (!table.rows.empty())
    command.out.decoration(ids ? "These JobIds have copies as follows:\n"
                               : "The catalog contains copies as follows:\n");
  give_table(command, "copies", table, detail, filter);
  return Outcome::ok;
}

}  // namespace holdfast::director::console::lists

namespace holdfast::director::console {

Table copies_of(catalog::Catalog& catalog, const std::optional<std::vector<std::string>>& jobs,
                const std::string& limit_clause) {
  static constexpr std::array<ListedColumn, 4> columns{{{"jobid", "Job.PriorJobId", number},
                                                        {"job", "Job.Job"},
                                                        {"copyjobid", "Job.JobId", number},
                                                        {"mediatype", "Media.MediaType"}}};
  Query query(
      columns,
      "Job JOIN JobMedia ON JobMedia.JobId = Job.JobId JOIN Media ON Media.MediaId = JobMedia.MediaId");
  query.where("Job.Type = 'C'");
  if (jobs) query.where_in("Job.PriorJobId", *jobs);
  query.then("GROUP BY Job.PriorJobId, Job.Job, Job.JobId, Media.MediaType ORDER BY Job.PriorJobId DESC");
  query.then(limit_clause);
  return query.run(catalog);
}

}  // namespace holdfast::director::console
