// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/leftovers.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "config/print.h"
#include "director/whole_job.h"
#include "jobs/file_set_key.h"
#include "jobs/job_chain.h"

namespace holdfast::director {
namespace {

template <typename... Args>
[[noreturn]] void refuse(fmt::format_string<Args...> why, Args&&... args) {
  throw Error(ErrorKind::invalid, "Files that are not in the backup cannot be deleted: {}",
              fmt::format(why, std::forward<Args>(args)...));
}

bool is_older(const catalog::JobRow& a, const catalog::JobRow& b) {
  return std::pair(a.job_tdate, a.id) < std::pair(b.job_tdate, b.id);
}

/// Oldest first.
std::vector<catalog::JobRow> rows_of(const std::vector<JobId>& ids, catalog::Catalog& catalog) {
  std::vector<catalog::JobRow> rows;
  for (const JobId id : ids) {
    auto row = catalog.jobs().find(id);
    if (!row) refuse("job {} is not in the catalog any more", id.value);
    rows.push_back(std::move(*row));
  }
  if (rows.empty()) refuse("nobody knows which jobs are restored");
  std::sort(rows.begin(), rows.end(), is_older);
  return rows;
}

/// A file that a job could not save, or had no reason to look at, is not in the backup although it was there.
void check_saved_everything(const std::vector<catalog::JobRow>& rows, catalog::Catalog& catalog) {
  for (const auto& row : rows) {
    if (!is_clean(row))
      refuse("job {} ended with errors or warnings, so it may not have saved everything", row.id.value);
    if (!catalog.jobs().is_whole(row.id))
      refuse(
          "job {} builds on another one and was not accurate, was made of such jobs, or ran before that was "
          "noted, so it may have overlooked files that were moved",
          row.id.value);
  }
}

/// The entries of all jobs, and all the rest of the newest: if that one was accurate, it noticed what others meant for
/// those before.
void check_is_unchanged(const config::FileSet& fileset, const std::vector<catalog::JobRow>& rows,
                        catalog::Catalog& catalog) {
  const auto key = jobs::file_set_key(fileset);
  const auto text = config::print_resource(fileset);
  for (const auto& row : rows) {
    const auto saved = catalog.filesets().find(row.fileset);
    const bool is_newest = &row == &rows.back();
    const bool is_same = saved && saved->md5 == key &&
                         (!is_newest || (saved->text == text && row.started >= saved->text_since));
    if (!is_same)
      refuse("the FileSet \"{}\" was changed since job {}", printable(fileset.name), row.id.value);
  }
}

/// A plugin may restore to files that no walk saved.
void check_has_no_plugins(const config::FileSet& fileset) {
  const auto is_used = [](const config::FileSetBlock& block) {
    return !block.plugins.empty() || std::any_of(block.options.begin(), block.options.end(),
                                                 [](const auto& options) { return !options.plugin.empty(); });
  };
  if (std::any_of(fileset.blocks.begin(), fileset.blocks.end(), is_used))
    refuse("the FileSet \"{}\" names plugins", printable(fileset.name));
}

/// What such an entry delivers is nowhere kept: what it does not exclude any more was never saved. Of those of an Include the
/// client leaves out what is new.
void check_excludes_itself(const config::FileSet& fileset) {
  const auto is_read_elsewhere = [](std::string_view entry) {
    if (entry.starts_with('\\')) entry.remove_prefix(1);
    return entry.starts_with('<') || entry.starts_with('|');
  };
  for (const auto& block : fileset.blocks)
    if (block.kind == config::FileSetBlock::Kind::exclude)
      for (const auto& entry : block.files)
        if (is_read_elsewhere(entry))
          refuse("the FileSet \"{}\" excludes what \"{}\" tells, and that may have been something else then",
                 printable(fileset.name), printable(entry));
}

/// A marker, a flag or a size that changed since makes the FileSet lead to what it left out then.
void check_goes_by_names(const config::FileSet& fileset) {
  const auto refuse_for = [&](std::string_view directive) {
    refuse("the FileSet \"{}\" has {}: what it left out then, it may lead to now", printable(fileset.name),
           directive);
  };
  for (const auto& block : fileset.blocks) {
    if (!block.exclude_dir_containing.empty()) refuse_for("Exclude Dir Containing");
    for (const auto& options : block.options)
      for (const auto& option : options.options) {
        if (option.keyword == "HonorNoDumpFlag" && option.letters == "N") refuse_for("Honor No Dump Flag");
        if (option.keyword == "Size") refuse_for("Size");
      }
  }
}

void check_is_whole_chain(const std::vector<catalog::JobRow>& rows, const std::string& fileset,
                          catalog::Catalog& catalog) {
  if (jobs::ids_of(chain_up_to(rows.back(), fileset, catalog)) != jobs::ids_of(rows))
    refuse("the jobs that are restored are not just those that hold the state of the client at some time");
}

/// Another client may have files at the same paths that this backup has nothing to do with.
void check_is_saved_client(const catalog::JobRow& saved, const config::Client& restored,
                           catalog::Catalog& catalog) {
  const auto client = catalog.clients().find(saved.client);
  if (!client || client->name != restored.name)
    refuse("\"{}\" is not the client that job {} saved", printable(restored.name), saved.id.value);
}

}  // namespace

bool deletes_leftovers(const JobPlan& plan) {
  return plan.request.delete_leftovers.value_or(plan.resource->delete_leftovers);
}

const config::FileSet& fileset_of_restored(const JobPlan& plan, const wire::RestoreCommand& command,
                                           catalog::Catalog& catalog) {
  if (!plan.request.restores_all || plan.request.expected_files == 0)
    refuse("only some of the backup's files are restored (say `all`)");
  if (command.by_expression || (!command.where.empty() && command.where != "/"))
    refuse("they are not restored to where they were saved (say `where=/`)");
  const auto rows = rows_of(plan.request.job_ids, catalog);
  check_is_saved_client(rows.back(), *plan.client, catalog);
  const auto saved = catalog.filesets().find(rows.back().fileset);
  const config::FileSet* fileset = saved ? plan.configuration->find_file_set(saved->name) : nullptr;
  if (fileset == nullptr) refuse("the FileSet of job {} is not known", rows.back().id.value);
  check_has_no_plugins(*fileset);
  check_excludes_itself(*fileset);
  check_goes_by_names(*fileset);
  check_is_whole_chain(rows, fileset->name, catalog);
  check_is_unchanged(*fileset, rows, catalog);
  check_saved_everything(rows, catalog);
  return *fileset;
}

}  // namespace holdfast::director
