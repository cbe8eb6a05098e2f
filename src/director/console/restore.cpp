// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/restore.h"

#include <algorithm>

#include "base/error.h"
#include "base/patterns.h"
#include "base/text.h"
#include "director/bootstrap_file.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"
#include "director/console/run.h"
#include "director/console/run_relocation.h"
#include "director/console/session.h"
#include "director/console/times.h"
#include "director/console/tree_browser.h"

namespace holdfast::director::console {
namespace {

constexpr std::string_view keywords[] = {"jobid",
                                         "current",
                                         "before",
                                         "file",
                                         "directory",
                                         "select",
                                         "pool",
                                         "all",
                                         "fileregex",
                                         "client",
                                         "fd",
                                         "storage",
                                         "sd",
                                         "fileset",
                                         "where",
                                         "yes",
                                         "bootstrap",
                                         "done",
                                         "strip_prefix",
                                         "add_prefix",
                                         "add_suffix",
                                         "regexwhere",
                                         "restoreclient",
                                         "copies",
                                         "comment",
                                         "restorejob",
                                         "replace",
                                         "inplace",
                                         "deletefilesnotinbackup",
                                         "pluginoptions",
                                         "archive",
                                         "catalog",
                                         "backupclient",
                                         "backupformat"};

bool are_keywords_known(Command& command) {
  for (const Word& word : command.line.arguments()) {
    const bool known = std::any_of(std::begin(keywords), std::end(keywords), [&](std::string_view keyword) {
      return equal_ignoring_case(keyword, word.keyword);
    });
    if (known) continue;
    command.out.error(fmt::format("Unknown keyword: {}\n", printable(word.keyword)));
    return false;
  }
  return true;
}

bool refuse(Command& command, std::string_view text) {
  command.out.error(text);
  return false;
}

/// `where`, `regexwhere`, or what the three relocation keywords come to.
bool read_destination(Command& command, RestorePlan& plan) {
  const CommandLine& line = command.line;
  plan.where = line.value("where").value_or("");
  if (!plan.where.empty() && !command.allows(Acl::where, plan.where))
    return refuse(command, "\"where\" specification not authorized.\n");
  plan.regex_where = line.value("regexwhere").value_or("");
  const std::string relocation =
      relocation_expression(line.value("strip_prefix").value_or(""), line.value("add_prefix").value_or(""),
                            line.value("add_suffix").value_or(""));
  if (!relocation.empty()) plan.regex_where = relocation;
  if (!plan.regex_where.empty() && !command.allows(Acl::where, plan.regex_where))
    return refuse(command, "\"RegexWhere\" specification not authorized.\n");
  return true;
}

bool read_words(Command& command, RestorePlan& plan) {
  const CommandLine& line = command.line;
  plan.comment = line.value("comment").value_or("");
  if (line.has("comment")) {
    const std::string problem = comment_error(plan.comment);
    if (!problem.empty()) return refuse(command, problem);
  }
  if (const auto expression = line.value("fileregex")) {
    const auto compiled = Regex::compile(*expression, LetterCase::exact);
    if (!compiled) {
      command.out.text(fmt::format("Regex compile error: {}\n", compiled.error()));
      return refuse(command, "Invalid \"FileRegex\" value.\n");
    }
    plan.file_regex = *expression;
  }
  if (const auto text = line.value("before")) {
    const auto time = parse_short_time(*text);
    if (!time) return refuse(command, fmt::format("Improper date format: {}\n", printable(*text)));
    plan.before = catalog::Moment(std::chrono::seconds(*time));
  }
  plan.pool = line.value("pool").value_or("");
  if (!plan.pool.empty() && !command.allows(Acl::pool, plan.pool))
    return refuse(command,
                  fmt::format("Error: Pool resource \"{}\" does not exist.\n", printable(plan.pool)));
  if (line.has("archive")) plan.type = JobType::archive;
  return read_destination(command, plan);
}

bool has_restore_job(Command& command) {
  const auto& jobs = command.config().jobs;
  const bool some = std::any_of(jobs.begin(), jobs.end(),
                                [](const config::Job& job) { return job.type == JobType::restore; });
  return some || refuse(command, fmt::format("No Restore Job Resource found in {}.\n"
                                             "You must create at least one before running this command.\n",
                                             "the configuration of the Director"));
}

/// Jobs whose files are no longer in the catalog can only be restored whole. Nothing: the console gave up.
std::optional<jobs::RestoreSelection> select_pruned(Command& command, RestorePlan& plan) {
  command.out.text(
      "\nThere were no files inserted into the tree, so file selection\nis not possible. Most likely your "
      "retention policy pruned the files\n");
  bool all = command.line.has("all") || !plan.file_regex.empty();
  if (!all) all = command.ask.yes_no("\nDo you want to restore all the files? (yes|no): ").value_or(false);
  if (!all) {
    const auto expression = command.ask.line("\nRegexp matching files to restore? (empty to abort): ");
    if (!expression || expression->empty()) return std::nullopt;
    plan.file_regex = *expression;
  }
  jobs::RestoreSelection selection;
  for (const JobId id : plan.jobs) selection.add_all(id);
  return selection;
}

/// How many files the tree holds, in words: counting many would keep the user waiting, so of these it is said how many
/// the jobs saved.
std::string files_of_tree(catalog::Catalog& catalog, const RestoreTree& tree, const RestorePlan& plan) {
  constexpr std::uint64_t counted_at_once = 100'000;
  std::uint64_t saved = 0;
  for (const JobId id : plan.jobs)
    if (const auto row = catalog.jobs().find(id)) saved += row->files;
  const std::uint64_t counted = tree.count(saved <= counted_at_once ? saved + counted_at_once : 1);
  if (counted == 0 || saved <= counted_at_once) return with_thousands(counted);
  return fmt::format("Up to {}", with_thousands(saved));
}

std::optional<jobs::RestoreSelection> select_in_tree(Command& command, catalog::Catalog& catalog,
                                                     RestorePlan& plan) {
  command.out.info(fmt::format("\nBuilding directory tree for JobId(s) {} ...  ", id_list(plan.jobs)));
  if (command.config().director().auditing)
    command.session.audit(
        fmt::format(" info message Building directory tree for JobId(s) {}\n", id_list(plan.jobs)));
  RestoreTree tree(catalog.files(), plan.jobs);
  const std::string files = files_of_tree(catalog, tree, plan);
  if (files == "0") return select_pruned(command, plan);
  const bool all = command.line.has("all");
  if (all) tree.mark_all();
  command.out.info(
      fmt::format("\n{} files inserted into the tree{}.\n", files, all ? " and marked for extraction" : ""));
  plan.has_all_files = all && command.line.has("done");
  if (!command.line.has("done") && browse(command, tree) == Browsed::given_up) return std::nullopt;
  return tree.selection();
}

/// The files to be restored; nothing where the console gave up.
std::optional<jobs::RestoreSelection> select_files(Command& command, catalog::Catalog& catalog,
                                                   RestorePlan& plan) {
  switch (choose_jobs(command, catalog, plan)) {
    case Chosen::nothing: return std::nullopt;
    case Chosen::files: return plan.files;
    case Chosen::jobs: break;
  }
  if (!check_jobs(command, catalog, plan)) return std::nullopt;
  if (plan.file_regex.empty()) return select_in_tree(command, catalog, plan);
  jobs::RestoreSelection selection;
  for (const JobId id : plan.jobs) selection.add_all(id);
  return selection;
}

void show_needed_volumes(Command& command, const std::string& path, const jobs::RestorePlan& needed) {
  Output& out = command.out;
  out.text(fmt::format("Bootstrap records written to {}\n", path));
  out.text("\n");
  out.text(
      "The job will require the following\n   Volume(s)                 Storage(s)                SD "
      "Device(s)\n" +
      std::string(75, '=') + "\n");
  out.text("   \n");
  for (const jobs::NeededVolume& volume : needed.volumes)
    out.text(fmt::format("   {}{:<25} {:<25} {:<25}\n", volume.is_online ? '*' : ' ', volume.volume,
                         volume.storage, volume.device));
  out.text("\nVolumes marked with \"*\" are online.\n");
  out.text("\n");
}

/// What the run command is to be told besides the restore job's own settings.
bool apply_to_run(Command& command, catalog::Catalog& catalog, const RestorePlan& plan, RunPlan& run) {
  RunWords words;
  if (plan.client) words[RunKey::client] = plan.client->name;
  words[RunKey::restore_client] = command.line.value("restoreclient");
  if (!words[RunKey::restore_client] && plan.client) words[RunKey::restore_client] = plan.client->name;
  if (!plan.regex_where.empty())
    words[RunKey::regex_where] = plan.regex_where;
  else if (!plan.where.empty())
    words[RunKey::where] = plan.where;
  words[RunKey::replace] = command.line.value("replace");
  words[RunKey::in_place] = command.line.value("inplace");
  words[RunKey::delete_leftovers] = command.line.value("deletefilesnotinbackup");
  words[RunKey::plugin_options] = command.line.value("pluginoptions");
  words[RunKey::backup_format] = command.line.value("backupformat");
  if (!plan.comment.empty()) words[RunKey::comment] = plan.comment;
  words.yes = command.line.has("yes");
  return apply(command, catalog, run, words, "command line");
}

const config::Storage* storage_of(Command& command, const jobs::RestorePlan& needed,
                                  const config::Storage* preferred) {
  if (preferred) return preferred;
  for (const jobs::NeededVolume& volume : needed.volumes)
    if (const auto* storage = command.config().find_storage(volume.storage)) return storage;
  return nullptr;
}

Outcome not_done(Command& command) {
  command.out.text("Restore not done.\n");
  return Outcome::failed;
}

/// `storage=`; false where it names nothing that may be used.
bool preferred_storage(Command& command, const config::Storage*& preferred) {
  const auto name = command.line.value_of_any({"storage", "sd"});
  if (!name) return true;
  preferred = permitted_storage(command, *name);
  if (!preferred)
    return refuse(command, fmt::format("Storage resource \"{}\": not found\n", printable(*name)));
  command.out.info(fmt::format("Warning default storage overridden by \"{}\" on command line.\n", *name));
  return true;
}

bool is_restore_client_known(Command& command) {
  const auto name = command.line.value("restoreclient");
  if (!name || permitted_client(command, *name)) return true;
  return refuse(command, fmt::format("invalid restoreclient argument: {}\n", printable(*name)));
}

/// How many files a restore will bring.
struct FileCount {
  std::uint64_t files = 0;
  bool is_exact = true;  ///< otherwise no more than that
};

/// Of jobs that are restored whole, or by an expression: those that the catalog has; where it has no longer all of them, as
/// many as the jobs saved, and nobody knows how many of those an expression matches.
FileCount count_files(catalog::Catalog& catalog, const RestorePlan& plan) {
  std::uint64_t saved = 0;
  bool some_are_purged = false;
  for (const JobId id : plan.jobs)
    if (const auto row = catalog.jobs().find(id)) {
      saved += row->files;
      some_are_purged = some_are_purged || row->files_purged;
    }
  if (some_are_purged) return {saved, plan.file_regex.empty()};
  const auto expression = Regex::compile(plan.file_regex, LetterCase::exact);
  std::uint64_t all = 0;
  std::uint64_t matching = 0;
  catalog.files().list_current(plan.jobs, [&](const catalog::FileRow& row) {
    ++all;
    if (expression && expression->matches(std::string(row.path) + std::string(row.name))) ++matching;
    return true;
  });
  if (all > 0) return {matching, true};
  return {saved, plan.file_regex.empty()};
}

void set_file_regex(format::Bootstrap& bootstrap, const std::string& expression) {
  for (auto& section : bootstrap.sections) section.file_regex = expression;
}

void warn_of_lacking_parts(Command& command, const jobs::RestoreSelection& selection) {
  if (selection.files_lacking_parts() == 0) return;
  command.out.warning(fmt::format(
      "{} of the selected files were saved in parts, the first of which these jobs do not have. They will be "
      "restored without them; begin with a Full backup to get all parts.\n",
      selection.files_lacking_parts()));
}

/// Where its bootstrap is written; `own` is a file of ours that goes with it.
std::string write_bootstrap_of(Command& command, const format::Bootstrap& bootstrap,
                               std::shared_ptr<const BootstrapFile>& own) {
  if (const auto given = command.line.value("bootstrap")) {
    write_bootstrap_file(*given, bootstrap);
    return *given;
  }
  own = std::make_shared<BootstrapFile>(
      new_bootstrap_path(command.services.working_directory(), command.config().director().name), bootstrap);
  return own->path();
}

Outcome run_restore(Command& command, catalog::Catalog& catalog, RestorePlan& plan,
                    const jobs::RestoreSelection& selection) {
  const config::Job* job = choose_restore_job(command);
  const config::Storage* preferred = nullptr;
  if (!job || !preferred_storage(command, preferred) || !is_restore_client_known(command))
    return not_done(command);
  auto needed =
      jobs::plan_restore(catalog.volumes(), selection,
                         jobs::storage_by_resources(command.config(), catalog.storages(), preferred));
  if (needed.bootstrap.sections.empty()) {
    command.out.warning("No files selected to be restored.\n");
    return not_done(command);
  }
  warn_of_lacking_parts(command, selection);
  set_file_regex(needed.bootstrap, plan.file_regex);
  const FileCount count = needed.files > 0 ? FileCount{needed.files, true} : count_files(catalog, plan);
  std::shared_ptr<const BootstrapFile> own;
  const std::string path = write_bootstrap_of(command, needed.bootstrap, own);
  show_needed_volumes(command, path, needed);
  command.out.info(fmt::format("\n{}{} file{} selected to be restored.\n\n", count.is_exact ? "" : "Up to ",
                               with_thousands(count.files), count.files == 1 ? "" : "s"));

  catalog::Catalog* shared = open_catalog(command, CatalogUse::shared);
  if (!shared) return not_done(command);
  RunPlan run = plan_of(command, *job);
  run.request.bootstrap = path;
  run.request.own_bootstrap = std::move(own);
  run.request.expected_files = count.is_exact ? static_cast<std::uint32_t>(count.files) : 0;
  if (const auto* storage = storage_of(command, needed, preferred)) run.request.storage = storage;
  if (!apply_to_run(command, *shared, plan, run)) return not_done(command);
  run.request.job_ids = plan.has_all_files ? plan.jobs : selection.jobs();
  run.request.restores_all = plan.has_all_files;
  if (!run.request.client) {
    command.out.error("No Client resource found!\n");
    return not_done(command);
  }
  confirm_and_run(command, *shared, std::move(run));
  return Outcome::ok;  // Also where the run was refused: the restore command itself did its part.
}

}  // namespace

Outcome handle::restore(Command& command) {
  if (!are_keywords_known(command)) return Outcome::failed;
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::own);
  if (!catalog) return Outcome::failed;
  RestorePlan plan;
  if (!read_words(command, plan) || !has_restore_job(command)) return Outcome::failed;
  const auto selection = select_files(command, *catalog, plan);
  if (!selection) {
    // The peer says so only where files were being chosen.
    if (!plan.jobs.empty() && !command.out.is_json() && plan.files == std::nullopt)
      command.out.text("Restore not done.\n");
    return Outcome::failed;
  }
  if (selection->empty()) {
    command.out.warning("No files selected to be restored.\n");
    return Outcome::failed;
  }
  return run_restore(command, *catalog, plan, *selection);
}

}  // namespace holdfast::director::console
