// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "director/console/command.h"
#include "director/console/tree.h"
#include "jobs/restore_selection.h"

// The restore command (interop 09, section 8): which jobs, which files of them, and the job that brings them.
namespace holdfast::director::console {

/// What the restore is about so far.
struct RestorePlan {
  std::vector<JobId> jobs;
  std::optional<catalog::ClientRow> client;
  std::optional<catalog::Moment> before;
  std::string pool;                ///< restricts the jobs that are looked for
  JobType type = JobType::backup;  ///< or archive
  std::string file_regex;
  bool has_all_files = false;  ///< nobody chose among the files of `jobs`
  std::string where;
  std::string regex_where;
  std::string comment;
  /// Set where files were named instead of being chosen in a tree.
  std::optional<jobs::RestoreSelection> files;
};

/// How the choice of jobs ended.
enum class Chosen {
  jobs,   ///< `jobs` says which
  files,  ///< `files` says which
  nothing
};

/// By `jobid=`, `select`, `current`, `file=`, `directory=`, or by the menu.
Chosen choose_jobs(Command& command, catalog::Catalog& catalog, RestorePlan& plan);

/// By the menu; the same ways, and others.
Chosen choose_by_menu(Command& command, catalog::Catalog& catalog, RestorePlan& plan);

/// "1,4".
std::string id_list(const std::vector<JobId>& jobs);
/// Adds the jobs of such a list; false where one is no number, which the console was told.
bool take_ids(Command& command, RestorePlan& plan, std::string_view list);
/// The newest state of a client, which is chosen where the line names none.
bool select_current(Command& command, catalog::Catalog& catalog, RestorePlan& plan);

/// The jobs that hold the newest state of the client; listed for the console. False where there are none.
bool find_current_jobs(Command& command, catalog::Catalog& catalog, RestorePlan& plan);

/// Adds a file by its full path, a directory's files, or a file with a list of either; false where it is not
/// known, which the console was told.
bool add_file(Command& command, catalog::Catalog& catalog, RestorePlan& plan, const std::string& path);
bool add_directory(Command& command, catalog::Catalog& catalog, RestorePlan& plan, const std::string& path);

/// The client of the plan, chosen where the line names none.
bool choose_restore_client(Command& command, catalog::Catalog& catalog, RestorePlan& plan);

/// Removes jobs that do not exist (false) or that this console may not see.
bool check_jobs(Command& command, catalog::Catalog& catalog, RestorePlan& plan);

}  // namespace holdfast::director::console
