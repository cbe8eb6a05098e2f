// SPDX-License-Identifier: AGPL-3.0-or-later
// The menus behind "mod" (interop 09, section 9.1).

#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/codes.h"
#include "director/console/run.h"
#include "director/console/run_relocation.h"
#include "director/console/times.h"

namespace holdfast::director::console {
namespace {

enum class Changed { yes, no, refused };

struct Change {
  Command& command;
  catalog::Catalog& catalog;
  RunPlan& plan;
  RunRequest& request;

  Changed by_word(RunKey key, const std::string& value) {
    RunWords words;
    words[key] = value;
    return apply(command, catalog, plan, words, "user input") ? Changed::yes : Changed::refused;
  }
  /// A line of text; refusing it with "." ends the command.
  Changed by_line(RunKey key, std::string_view prompt) {
    const auto value = command.ask.line(prompt);
    return value ? by_word(key, *value) : Changed::refused;
  }
};

struct LevelChoice {
  std::string_view name;
  char level;
};
constexpr LevelChoice backup_levels[] = {
    {"Full", 'F'}, {"Incremental", 'I'}, {"Differential", 'D'}, {"Since", 'S'}, {"VirtualFull", 'f'}};
constexpr LevelChoice verify_levels[] = {{"Initialize Catalog", 'V'},
                                         {"Verify Catalog", 'C'},
                                         {"Verify Volume to Catalog", 'O'},
                                         {"Verify Disk to Catalog", 'd'},
                                         {"Verify Volume Data (not yet implemented)", 'A'}};

Changed change_level(Change& change) {
  std::span<const LevelChoice> choices;
  if (change.request.job->type == JobType::backup) choices = backup_levels;
  if (change.request.job->type == JobType::verify) choices = verify_levels;
  if (choices.empty()) {
    change.command.out.warning("Level not appropriate for this Job. Cannot be changed.\n");
    return Changed::no;
  }
  Selection selection{"Levels:\n", "", "Select level", {}};
  for (const LevelChoice& choice : choices) selection.entries.emplace_back(choice.name);
  const auto chosen = change.command.ask.select(selection);
  if (!chosen) return Changed::no;
  change.request.level = static_cast<JobLevel>(choices[*chosen].level);
  return Changed::yes;
}

/// Replaces a resource by one chosen from the list.
template <typename Resource>
Changed choose(Change& change, const Resource* (*select)(Command&), const Resource*& to) {
  const Resource* chosen = select(change.command);
  if (chosen) to = chosen;
  return chosen ? Changed::yes : Changed::no;
}

Changed change_storage(Change& change) {
  const Changed changed = choose(change, select_storage, change.request.storage);
  if (changed == Changed::yes) change.request.storage_source = "user selection";
  return changed;
}

Changed change_job(Change& change) {
  const Changed changed = choose(change, select_job, change.request.job);
  if (changed == Changed::yes) change.request.level.reset();
  return changed;
}

Changed change_file_set(Change& change) { return choose(change, select_file_set, change.request.file_set); }

Changed change_client(Change& change) {
  const bool restores = change.request.job->type == JobType::restore;
  return choose(change, select_client, restores ? change.request.restore_client : change.request.client);
}

Changed change_pool(Change& change) {
  const Changed changed = choose(change, select_pool, change.request.pool);
  if (changed == Changed::yes) change.request.pool_source = "user input";
  return changed;
}

Changed change_next_pool(Change& change) {
  const Changed changed = choose(change, select_pool, change.request.next_pool);
  if (changed == Changed::yes) change.plan.next_pool_source = "user input";
  return changed;
}

Changed change_verify_job(Change& change) { return choose(change, select_job, change.request.verify_job); }

Changed change_time(Change& change) {
  const auto text =
      change.command.ask.line("Please enter desired start time as YYYY-MM-DD HH:MM:SS (return for now): ");
  if (!text) return Changed::refused;
  return change.by_word(RunKey::when, text->empty() ? "now" : *text);
}

Changed change_priority(Change& change) {
  const auto priority = change.command.ask.number("Enter new Priority: ");
  return priority ? change.by_word(RunKey::priority, std::to_string(*priority)) : Changed::refused;
}

Changed change_where(Change& change) {
  const auto where = change.command.ask.line("Please enter the full path prefix for restore (/ for none): ");
  if (!where) return Changed::refused;
  return change.by_word(RunKey::where, *where == "/" ? "" : *where);
}

Changed change_replace(Change& change) {
  const auto chosen = change.command.ask.select(
      {"Replace:\n", "", "Select replace option", {"Always", "IfNewer", "IfOlder", "Never"}});
  if (!chosen) return Changed::no;
  static constexpr config::Replace choices[] = {config::Replace::always, config::Replace::if_newer,
                                                config::Replace::if_older, config::Replace::never};
  change.request.replace = choices[*chosen];
  return Changed::yes;
}

Changed change_relocation(Change& change) {
  const auto expression = ask_for_relocation(change.command);
  return expression ? change.by_word(RunKey::regex_where, *expression) : Changed::no;
}

/// An entry of the menu: a dialogue of its own, or a line of text for a word of the command line.
struct Parameter {
  std::string_view name;
  Changed (*change)(Change&);
  RunKey key = RunKey::count_;
  std::string_view prompt{};

  Changed ask(Change& with) const { return change ? change(with) : with.by_line(key, prompt); }
};

constexpr Parameter backup_format{"Backup Format", nullptr, RunKey::backup_format,
                                  "Please enter Backup Format: "};
constexpr Parameter bootstrap{"Bootstrap", nullptr, RunKey::bootstrap,
                              "Please enter the Bootstrap file name: "};
constexpr Parameter job_id{"JobId", nullptr, RunKey::job_id, "Please enter a JobId for restore: "};
constexpr Parameter plugin_options{"Plugin Options", nullptr, RunKey::plugin_options,
                                   "Please enter Plugin Options string: "};

std::vector<Parameter> parameters_of(const RunRequest& request) {
  const bool restores = request.job->type == JobType::restore;
  std::vector<Parameter> parameters{{"Level", change_level},
                                    {"Storage", change_storage},
                                    {"Job", change_job},
                                    {"FileSet", change_file_set},
                                    {restores ? "Restore Client" : "Client", change_client},
                                    backup_format,
                                    {"When", change_time},
                                    {"Priority", change_priority}};
  const auto add = [&](std::initializer_list<Parameter> more) {
    parameters.insert(parameters.end(), more.begin(), more.end());
  };
  switch (request.job->type) {
    case JobType::backup:
      add({{"Pool", change_pool}});
      if (request.level.value_or(request.job->level) == JobLevel::virtual_full)
        add({{"NextPool", change_next_pool}});
      add({plugin_options});
      break;
    case JobType::copy:
    case JobType::migrate: add({{"Pool", change_pool}, {"NextPool", change_next_pool}}); break;
    case JobType::verify: add({{"Pool", change_pool}, {"Verify Job", change_verify_job}}); break;
    case JobType::restore:
      add({bootstrap,
           {"Where", change_where},
           {"File Relocation", change_relocation},
           {"Replace", change_replace},
           job_id,
           plugin_options});
      break;
    default: break;
  }
  return parameters;
}

}  // namespace

Modified modify_by_menu(Command& command, catalog::Catalog& catalog, RunPlan& plan) {
  const auto parameters = parameters_of(plan.request);
  Selection selection{"Parameters to modify:\n", "", "Select parameter to modify", {}};
  for (const Parameter& parameter : parameters) selection.entries.emplace_back(parameter.name);
  const auto chosen = command.ask.select(selection);
  if (!chosen) return command.ask.is_gone() ? Modified::refused : Modified::again;
  Change change{command, catalog, plan, plan.request};
  return parameters[*chosen].ask(change) == Changed::refused ? Modified::refused : Modified::again;
}

}  // namespace holdfast::director::console
