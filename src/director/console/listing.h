// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "director/console/command.h"
#include "director/console/query.h"
#include "director/console/table.h"

// What list and llist have in common (interop 09, section 10).
namespace holdfast::director::console {

enum class Detail { list, long_list };

inline TableStyle style_of(Detail detail) {
  return detail == Detail::list ? TableStyle::horizontal : TableStyle::vertical;
}

/// The keywords that restrict any listing. Checked for every form.
struct ListFilter {
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> offset;
  bool current = false;  ///< still configured
  bool enabled = false;
  bool disabled = false;
  bool count = false;
  bool last = false;
  bool reverse = false;
  std::vector<std::string> statuses;  ///< letters; empty for all, as for levels and types
  std::vector<std::string> levels;
  std::vector<std::string> types;
  bool has_statuses = false;
  bool has_levels = false;
  bool has_types = false;

  /// "LIMIT n OFFSET m", or empty.
  std::string limit_clause() const;
};

/// Empty where a keyword is wrong; the console was told.
std::optional<ListFilter> parse_list_filter(Command& command);

/// Which column of a table is checked against which list of rights.
using AclColumn = std::pair<std::string_view, Acl>;
using AclColumns = std::span<const AclColumn>;

/// Renders a table under a key of the JSON result, without the rows that this console may not see or that the
/// filter leaves out; notes in the output what was left out.
void give_table(Command& command, std::string_view key, const Table& table, Detail detail,
                const ListFilter& filter, AclColumns acl = {},
                std::optional<Toggled> resources = std::nullopt, std::string_view resource_column = "name");

/// The job that `jobid=` or `ujobid=` names, if there is one that this console may see.
struct NamedJob {
  bool was_named = false;
  std::optional<catalog::JobRow> row;
};
NamedJob find_named_job(Command& command, catalog::Catalog& catalog);

inline constexpr std::string_view unknown_job =
    "jobid not found in db, access to job or client denied by ACL, or client not found in db";

constexpr auto number = Column::Kind::number;

/// The copies of some jobs, or of all where none are given: jobid, job, copyjobid, mediatype.
Table copies_of(catalog::Catalog& catalog, const std::optional<std::vector<std::string>>& jobs,
                const std::string& limit_clause);

using Lister = Outcome (*)(Command&, catalog::Catalog&, Detail, const ListFilter&);

namespace lists {
Outcome jobs(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome one_job(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome backups(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome job_totals(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome copies(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome next_volume(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome files(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome base_files(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome job_media(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome job_log(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome log(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome job_statistics(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome clients(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome storages(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome file_set(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome file_sets(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome pools(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome pool_by_id(Command&, catalog::Catalog&, Detail, const ListFilter&);
Outcome volumes(Command&, catalog::Catalog&, Detail, const ListFilter&);
}  // namespace lists

}  // namespace holdfast::director::console
