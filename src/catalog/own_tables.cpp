// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/own_tables.h"

#include "base/text.h"

namespace holdfast::catalog {
namespace {

struct OwnTable {
  std::string_view name;
  /// Statements that create it and its indexes. {serial} is a key that numbers itself, {bytes} the type for any bytes.
  std::string_view sql;
};

// A table that changes gets a new name, or its missing columns added below: catalogs outlive versions.
constexpr std::array own_tables{
    // What the three parties of a job agreed on (catalog/proof_catalog.h).
    OwnTable{"HoldfastProof",
             "CREATE TABLE HoldfastProof (JobId integer PRIMARY KEY, Files integer NOT NULL, Records bigint "
             "NOT NULL, "
             "Bytes bigint NOT NULL, Digest text NOT NULL, ByClient smallint NOT NULL, ByStorage smallint "
             "NOT NULL)"},
    // The schedules of the Director that was last here (catalog/schedule_catalog.h).
    OwnTable{"HoldfastSchedule",
             "CREATE TABLE HoldfastSchedule (Job text NOT NULL, Times text NOT NULL, Since bigint NOT NULL, "
             "PRIMARY KEY (Job, Times))"},
    // Since when FileSets have the text that they have now, where it was another one once.
    OwnTable{"HoldfastFileSet",
             "CREATE TABLE HoldfastFileSet (FileSetId integer PRIMARY KEY, TextSince bigint NOT NULL)"},
    // The jobs that are whole (JobCatalog::note_whole()).
    OwnTable{"HoldfastWholeJob", "CREATE TABLE HoldfastWholeJob (JobId integer PRIMARY KEY)"},
};

}  // namespace

void require_own_tables(SqlConnection& connection) {
  const auto is_missing = [&](const OwnTable& table) { return !connection.has_table(table.name); };
  if (std::none_of(own_tables.begin(), own_tables.end(), is_missing)) return;
  Transaction transaction(connection, SqlConnection::Durability::power_cut);
  for (const OwnTable& table : own_tables) {
    // Asked once more: another program may have created it while this one waited for the transaction.
    if (!is_missing(table)) continue;
    std::string sql = replace_all(std::string(table.sql), "{serial}",
                                  connection.serial_key(SqlConnection::KeyWidth::integer));
    connection.execute(replace_all(std::move(sql), "{bytes}", connection.bytes_type()));
  }
  transaction.commit();
}

}  // namespace holdfast::catalog
