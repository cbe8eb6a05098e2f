// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>

#include "director/console/command.h"

// The run command (interop 09, section 9.1), whose last part restore uses too.
namespace holdfast::director::console {

/// What may be said to run; a value in RunWords each.
enum class RunKey {
  job,
  job_id,
  client,
  file_set,
  level,
  storage,
  where,
  regex_where,
  bootstrap,
  replace,
  in_place,
  delete_leftovers,
  when,
  priority,
  verify_job,
  files,
  catalog,
  since,
  cloned,
  verify_list,
  migration_job,
  pool,
  next_pool,
  restore_client,
  plugin_options,
  spool_data,
  comment,
  ignore_duplicate_check,
  accurate,
  backup_format,
  consolidate_job,
  count_,
};

/// The words behind run, or behind mod, before they are looked up.
struct RunWords {
  std::array<std::optional<std::string>, static_cast<std::size_t>(RunKey::count_)> values;
  bool yes = false;

  std::optional<std::string>& operator[](RunKey key) { return values[static_cast<std::size_t>(key)]; }
  const std::optional<std::string>& operator[](RunKey key) const {
    return values[static_cast<std::size_t>(key)];
  }
};

/// Empty where a word is wrong; the console was told.
std::optional<RunWords> parse_run_words(Command& command, std::span<const Word> words);

/// A job about to be run, and what the console is shown about it.
struct RunPlan {
  RunRequest request;
  std::string catalog_name;
  std::string next_pool_source = "unknown source";
  bool yes = false;
};

/// Looks up the job of the words; chosen from a list where they name none. Null: nothing chosen.
const config::Job* resolve_job(Command& command, const RunWords& words);
/// The settings of the job's resource.
RunPlan plan_of(Command& command, const config::Job& job);
/// Replaces settings by what the words say. `source` is what reports show as the origin. False: the console
/// was told why not.
bool apply(Command& command, catalog::Catalog& catalog, RunPlan& plan, const RunWords& words,
           std::string_view source);

void show_plan(Command& command, const RunPlan& plan);

/// The menu behind "mod". Gone ends the command.
enum class Modified { again, refused };
Modified modify_by_menu(Command& command, catalog::Catalog& catalog, RunPlan& plan);

/// Asks unless the plan says yes, lets it be modified, and queues it.
Outcome confirm_and_run(Command& command, catalog::Catalog& catalog, RunPlan plan);

}  // namespace holdfast::director::console
