// SPDX-License-Identifier: AGPL-3.0-or-later
// Which jobs a restore takes files from.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/listing.h"
#include "director/console/restore.h"
#include "director/console/times.h"

namespace holdfast::director::console {
namespace {

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

std::string id_list(const std::vector<JobId>& jobs) {
  std::string text;
  for (const JobId id : jobs) text += (text.empty() ? "" : ",") + std::to_string(id.value);
  return text;
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
    const auto client = catalog.clients().find(row->client);
    if (!command.allows(Acl::job, row->name) || (client && !command.allows(Acl::client, client->name))) {
      command.out.error(fmt::format("Access to JobId={} (Job \"{}\") not authorized. Not selected.\n",
                                    id.value, row->name));
      continue;
    }
    permitted.push_back(id);
    if (!plan.client) plan.client = client;
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
