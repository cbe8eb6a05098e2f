// SPDX-License-Identifier: AGPL-3.0-or-later
// Which jobs a restore takes files from.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/listing.h"
#include "director/console/restore.h"
#include "director/console/sql.h"
#include "director/console/times.h"

namespace holdfast::director::console {
namespace {

catalog::Moment moment(std::int64_t seconds) { return catalog::Moment(std::chrono::seconds(seconds)); }

/// The names of the filesets that the catalog has jobs of this client for.
std::vector<std::string> file_sets_of(Command& command, catalog::Catalog& catalog, ClientId client) {
  static constexpr std::array<ListedColumn, 1> columns{{{"fileset", "DISTINCT FileSet.FileSet"}}};
  Query query(columns, "Job JOIN FileSet ON FileSet.FileSetId = Job.FileSetId");
  query.where("Job.ClientId = ?", client.value);
  query.then("ORDER BY FileSet.FileSet");
  std::vector<std::string> names;
  for (const Row& row : query.run(catalog).rows)
    if (command.access.allows(Acl::file_set, *row[0])) names.push_back(*row[0]);
  return names;
}

std::optional<std::string> choose_file_set(Command& command, catalog::Catalog& catalog,
                                           const RestorePlan& plan) {
  const auto names = file_sets_of(command, catalog, plan.client->id);
  if (const auto name = command.line.value("fileset")) {
    if (std::find(names.begin(), names.end(), *name) != names.end()) return name;
    command.out.error(fmt::format("Error getting FileSet \"{}\": ERR=FileSet record not found in Catalog.\n",
                                  printable(*name)));
  }
  if (names.empty()) {
    command.out.error(fmt::format("No FileSet found for client \"{}\".\n", plan.client->name));
    return std::nullopt;
  }
  const auto chosen = command.ask.select(
      {"The defined FileSet resources are:\n", "FileSet", "Select FileSet resource", names});
  return chosen ? std::optional(names[*chosen]) : std::nullopt;
}

std::vector<std::string> texts_of(const std::vector<JobId>& jobs) {
  std::vector<std::string> texts;
  for (const JobId id : jobs) texts.push_back(std::to_string(id.value));
  return texts;
}

void list_chosen_jobs(Command& command, catalog::Catalog& catalog, const RestorePlan& plan) {
  static constexpr std::array<ListedColumn, 6> columns{{{"jobid", "Job.JobId", number},
                                                        {"level", "Job.Level"},
                                                        {"jobfiles", "Job.JobFiles", number},
                                                        {"jobbytes", "Job.JobBytes", number},
                                                        {"starttime", "Job.StartTime"},
                                                        {"volumename", "Media.VolumeName"}}};
  Query query(
      columns,
      "Job JOIN JobMedia ON JobMedia.JobId = Job.JobId JOIN Media ON Media.MediaId = JobMedia.MediaId");
  query.where_in("Job.JobId", texts_of(plan.jobs));
  query.then(
      "GROUP BY Job.JobId, Job.Level, Job.JobFiles, Job.JobBytes, Job.StartTime, Media.VolumeName "
      "ORDER BY Job.JobTDate, Job.JobId, MIN(JobMedia.VolIndex)");
  const auto array = command.out.array("query");
  render(command.out, query.run(catalog), TableStyle::horizontal);
}

/// `copies`: lists the copies of the chosen jobs and takes them instead where the user says yes.
void offer_copies(Command& command, catalog::Catalog& catalog, RestorePlan& plan) {
  const Table copies = copies_of(catalog, texts_of(plan.jobs), "");
  if (copies.rows.empty()) return;
  command.out.decoration("These JobIds have copies as follows:\n");
  {
    const auto array = command.out.array("copies");
    render(command.out, copies, TableStyle::horizontal);
  }
  const bool wanted =
      command.line.has("yes") ||
      command.ask.yes_no("\nDo you want to restore from these copies? (yes|no): ").value_or(false);
  if (!wanted) return;
  for (const Row& copy : copies.rows) {
    const JobId original(parse_number<std::uint32_t>(*copy[0]).value_or(0));
    std::replace(plan.jobs.begin(), plan.jobs.end(), original,
                 JobId(parse_number<std::uint32_t>(*copy[2]).value_or(0)));
  }
}

/// Why nothing was found, and where there would be something.
void tell_no_full(Command& command, catalog::Catalog& catalog, jobs::CurrentJobsQuery query) {
  const auto words_of = [](JobType type) { return type == JobType::archive ? " archive" : ""; };
  const std::string date =
      query.before ? catalog::to_text(*query.before) : standard_time(unix_seconds(command.services.now()));
  command.out.error(fmt::format("No Full backup{} before {} found.\n", words_of(query.type), date));
  query.type = query.type == JobType::archive ? JobType::backup : JobType::archive;
  if (!jobs::current_jobs(catalog.jobs(), query).empty())
    command.out.text(fmt::format("A suitable full backup{0} was found. Try restore{0} <...> instead.\n",
                                 words_of(query.type)));
}

std::vector<JobId> ids_of(std::string_view list, bool& is_good) {
  std::vector<JobId> ids;
  for (const auto part : split(list, ',')) {
    const auto id = parse_number<std::uint32_t>(trim(part));
    is_good = is_good && id && *id > 0;
    if (id && *id > 0) ids.emplace_back(*id);
  }
  return ids;
}

bool take_ids(Command& command, RestorePlan& plan, std::string_view list) {
  bool is_good = true;
  for (const JobId id : ids_of(list, is_good)) plan.jobs.push_back(id);
  if (!is_good) command.out.error("Invalid JobId in list.\n");
  return is_good;
}

bool select_current(Command& command, catalog::Catalog& catalog, RestorePlan& plan) {
  return choose_restore_client(command, catalog, plan) && find_current_jobs(command, catalog, plan);
}

/// Asks until there is a date; false where it was refused.
bool ask_for_date(Command& command, RestorePlan& plan) {
  command.out.text("The restored files will the most current backup\nBEFORE the date you specify below.\n\n");
  while (const auto text = command.ask.line("Enter date as YYYY-MM-DD HH:MM:SS :")) {
    if (const auto time = parse_short_time(*text)) {
      plan.before = moment(*time);
      return true;
    }
    command.out.error("Improper date format.\n");
  }
  return false;
}

/// What an entry of the menu leads to.
enum class Step { again, jobs, files, cancel };

struct Menu {
  Command& command;
  catalog::Catalog& catalog;
  RestorePlan& plan;

  Step listed(const Table& table) {
    render(command.out, table, TableStyle::horizontal, Numbers::plain);
    return Step::again;
  }
  bool may_query() {
    if (command.allows(Acl::command, "sqlquery")) return true;
    command.out.error("SQL query not authorized.\n");
    return false;
  }
};

Step last_jobs(Menu& menu) {
  static constexpr std::array<ListedColumn, 6> columns{{{"jobid", "Job.JobId", number},
                                                        {"client", "Client.Name"},
                                                        {"starttime", "Job.StartTime"},
                                                        {"joblevel", "Job.Level"},
                                                        {"jobfiles", "Job.JobFiles", number},
                                                        {"jobbytes", "Job.JobBytes", number}}};
  if (!menu.may_query()) return Step::again;
  Query query(columns, "Job JOIN Client ON Client.ClientId = Job.ClientId");
  query.where("Job.JobStatus IN ('T', 'W') AND Job.Type = 'B'");
  query.then("ORDER BY Job.StartTime DESC, Job.JobId DESC LIMIT 20");
  return menu.listed(query.run(menu.catalog));
}

Step jobs_with_file(Menu& menu) {
  static constexpr std::array<ListedColumn, 7> columns{{{"jobid", "Job.JobId", number},
                                                        {"name", "Path.Path || File.Name"},
                                                        {"starttime", "Job.StartTime"},
                                                        {"jobtype", "Job.Type"},
                                                        {"jobstatus", "Job.JobStatus"},
                                                        {"jobfiles", "Job.JobFiles", number},
                                                        {"jobbytes", "Job.JobBytes", number}}};
  if (!choose_restore_client(menu.command, menu.catalog, menu.plan)) return Step::cancel;
  const auto name = menu.command.ask.line("Enter Filename (no path):");
  if (!name) return Step::cancel;
  Query query(columns, "File JOIN Path ON Path.PathId = File.PathId JOIN Job ON Job.JobId = File.JobId");
  query.where("Job.ClientId = ?", menu.plan.client->id.value);
  query.where("File.Name = ?", *name);
  query.where("File.FileIndex > 0 AND Job.JobStatus IN ('T', 'W')");
  query.then("ORDER BY Job.StartTime DESC, Job.JobId DESC LIMIT 20");
  return menu.listed(query.run(menu.catalog));
}

Step given_ids(Menu& menu) {
  const auto list = menu.command.ask.line("Enter JobId(s), comma separated, to restore: ");
  if (!list) return Step::cancel;
  menu.plan.jobs.clear();
  return take_ids(menu.command, menu.plan, *list) ? Step::jobs : Step::cancel;
}

Step typed_sql(Menu& menu) {
  if (!menu.may_query()) return Step::again;
  const auto sql = menu.command.ask.line("Enter SQL list command: ");
  if (!sql) return Step::cancel;
  return menu.listed(run_sql(menu.catalog, *sql));
}

Step current(Menu& menu) {
  return select_current(menu.command, menu.catalog, menu.plan) ? Step::jobs : Step::cancel;
}

Step current_before(Menu& menu) {
  return ask_for_date(menu.command, menu.plan) ? current(menu) : Step::cancel;
}

/// Full names of files until an empty line.
Step named_files(Menu& menu) {
  if (!choose_restore_client(menu.command, menu.catalog, menu.plan)) return Step::cancel;
  menu.command.out.text(
      "Enter file names with paths, or < to enter a filename\n"
      "containing a list of file names with paths, and Terminate\nthem with a blank line.\n");
  menu.plan.files.emplace();
  while (const auto path = menu.command.ask.line("Enter full filename: ")) {
    if (path->empty()) return Step::files;
    add_file(menu.command, menu.catalog, menu.plan, *path);
  }
  return Step::cancel;
}

Step named_files_before(Menu& menu) {
  return ask_for_date(menu.command, menu.plan) ? named_files(menu) : Step::cancel;
}

Step find_current(Menu& menu) {
  return select_current(menu.command, menu.catalog, menu.plan) ? Step::again : Step::cancel;
}

Step find_current_before(Menu& menu) {
  return ask_for_date(menu.command, menu.plan) ? find_current(menu) : Step::cancel;
}

std::string id_list(const std::vector<JobId>& jobs) {
  std::string text;
  for (const JobId id : jobs) text += (text.empty() ? "" : ",") + std::to_string(id.value);
  return text;
}

Step named_directories(Menu& menu) {
  Command& command = menu.command;
  if (!menu.plan.jobs.empty())
    command.out.text(
        fmt::format("You have already selected the following JobIds: {}\n", id_list(menu.plan.jobs)));
  else if (const auto list = command.ask.line("Enter JobId(s), comma separated, to restore: "))
    take_ids(command, menu.plan, *list);
  command.out.text(
      "Enter full directory names or start the name\nwith a < to indicate it is a filename containing a "
      "list\n"
      "of directories and Terminate them with a blank line.\n");
  menu.plan.files.emplace();
  while (const auto path = command.ask.line("Enter directory name: ")) {
    if (path->empty()) return Step::files;
    add_directory(command, menu.catalog, menu.plan, *path);
  }
  return Step::cancel;
}

/// The state at the time of a job: its Full and what lies between.
Step state_of_job(Menu& menu) {
  Command& command = menu.command;
  const auto id = command.ask.number("Enter JobId to get the state to restore: ");
  if (!id) return Step::cancel;
  const auto row = menu.catalog.jobs().find(JobId(static_cast<std::uint32_t>(*id)));
  const auto file_sets = menu.catalog.filesets().find(row ? row->fileset : FileSetId());
  if (!row || !file_sets) {
    command.out.error(
        fmt::format("Unable to get Job record for JobId={}: ERR=No Job found for JobId {}\n\n", *id, *id));
    return Step::cancel;
  }
  command.out.text(
      fmt::format("Selecting jobs to build the Full state at {}\n", catalog::to_text(row->started)));
  const auto before = row->started + std::chrono::seconds(1);
  menu.plan.jobs.clear();
  for (const auto& job :
       jobs::current_jobs(menu.catalog.jobs(), {row->client, file_sets->name, before, std::nullopt}))
    if (job.job_tdate <= row->job_tdate) menu.plan.jobs.push_back(job.id);
  return menu.plan.jobs.empty() ? Step::cancel : Step::jobs;
}

Step give_up(Menu&) { return Step::cancel; }

struct MenuEntry {
  std::string_view text;
  Step (*run)(Menu&);
};
constexpr MenuEntry menu_entries[] = {
    {"List last 20 Jobs run", last_jobs},
    {"List Jobs where a given File is saved", jobs_with_file},
    {"Enter list of comma separated JobIds to select", given_ids},
    {"Enter SQL list command", typed_sql},
    {"Select the most recent backup for a client", current},
    {"Select backup for a client before a specified time", current_before},
    {"Enter a list of files to restore", named_files},
    {"Enter a list of files to restore before a specified time", named_files_before},
    {"Find the JobIds of the most recent backup for a client", find_current},
    {"Find the JobIds for a backup for a client before a specified time", find_current_before},
    {"Enter a list of directories to restore for found JobIds", named_directories},
    {"Select full restore to a specified Job date", state_of_job},
    {"Cancel", give_up},
};

Chosen choose_by_menu(Command& command, catalog::Catalog& catalog, RestorePlan& plan) {
  command.out.text(
      "\nFirst you select one or more JobIds that contain files\nto be restored. You will be presented "
      "several "
      "methods\nof specifying the JobIds. Then you will be allowed to\nselect which files from those JobIds "
      "are "
      "to be restored.\n\n");
  Selection selection{"To select the JobIds, you have the following choices:\n", "", "Select item: ", {}};
  for (const MenuEntry& entry : menu_entries) selection.entries.emplace_back(entry.text);
  Menu menu{command, catalog, plan};
  for (;;) {
    const auto chosen = command.ask.select(selection);
    if (!chosen) return Chosen::nothing;
    switch (menu_entries[*chosen].run(menu)) {
      case Step::again: break;
      case Step::jobs: return Chosen::jobs;
      case Step::files: return Chosen::files;
      case Step::cancel: return Chosen::nothing;
    }
  }
}

/// Files and directories that the line names.
Chosen take_named_files(Command& command, catalog::Catalog& catalog, RestorePlan& plan) {
  const auto files = command.line.values("file");
  const auto directories = command.line.values("directory");
  if (plan.jobs.empty() && !choose_restore_client(command, catalog, plan)) return Chosen::nothing;
  plan.files.emplace();
  for (const std::string& path : files) add_file(command, catalog, plan, path);
  if (!directories.empty() && plan.jobs.empty()) {
    command.out.error("No JobId specified cannot continue.\n");
    return Chosen::nothing;
  }
  for (const std::string& path : directories) add_directory(command, catalog, plan, path);
  return Chosen::files;
}

}  // namespace

bool choose_restore_client(Command& command, catalog::Catalog& catalog, RestorePlan& plan) {
  if (!plan.client) plan.client = choose_client_record(command, catalog);
  return plan.client.has_value();
}

bool find_current_jobs(Command& command, catalog::Catalog& catalog, RestorePlan& plan) {
  const auto file_set = choose_file_set(command, catalog, plan);
  if (!file_set) return false;
  jobs::CurrentJobsQuery query{plan.client->id, *file_set, plan.before, std::nullopt, plan.type};
  if (!plan.pool.empty())
    if (const auto pool = catalog.pools().find(plan.pool)) query.pool = pool->id;
  plan.jobs.clear();
  for (const auto& row : jobs::current_jobs(catalog.jobs(), query)) plan.jobs.push_back(row.id);
  if (plan.jobs.empty()) {
    tell_no_full(command, catalog, query);
    return false;
  }
  if (command.line.has("copies")) offer_copies(command, catalog, plan);
  list_chosen_jobs(command, catalog, plan);
  return true;
}

Chosen choose_jobs(Command& command, catalog::Catalog& catalog, RestorePlan& plan) {
  const CommandLine& line = command.line;
  for (const std::string& list : line.values("jobid"))
    if (!take_ids(command, plan, list)) return Chosen::nothing;
  if (line.has("file") || line.has("directory")) return take_named_files(command, catalog, plan);
  if (line.has("select") || line.has("current") || line.has("before"))
    return select_current(command, catalog, plan) ? Chosen::jobs : Chosen::nothing;
  if (!plan.jobs.empty()) return Chosen::jobs;
  return choose_by_menu(command, catalog, plan);
}

bool check_jobs(Command& command, catalog::Catalog& catalog, RestorePlan& plan) {
  std::vector<JobId> permitted;
  for (const JobId id : plan.jobs) {
    const auto row = catalog.jobs().find(id);
    if (!row) {
      command.out.error(fmt::format(
          "Unable to get Job record for JobId={0}: ERR=No Job found for JobId {0}\n\n", id.value));
      return false;
    }
    if (!command.allows(Acl::job, row->name)) {
      command.out.error(fmt::format("Access to JobId={} (Job \"{}\") not authorized. Not selected.\n",
                                    id.value, row->name));
      continue;
    }
    permitted.push_back(id);
    if (!plan.client) plan.client = catalog.clients().find(row->client);
  }
  plan.jobs = std::move(permitted);
  if (plan.jobs.empty()) {
    command.out.warning("No Jobs selected.\n");
    return false;
  }
  // With an expression there is nothing to select; the peer goes on without a word.
  if (plan.file_regex.empty())
    command.out.info(fmt::format("You have selected the following JobId{}: {}\n",
                                 plan.jobs.size() > 1 ? "s" : "", id_list(plan.jobs)));
  return true;
}

}  // namespace holdfast::director::console
