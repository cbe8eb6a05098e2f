// SPDX-License-Identifier: AGPL-3.0-or-later
// The menu of a restore that names neither jobs nor files (interop 09, section 8.2).
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

}  // namespace

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

}  // namespace holdfast::director::console
