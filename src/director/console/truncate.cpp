// SPDX-License-Identifier: AGPL-3.0-or-later
// truncate: empties purged volumes (interop 09, section 7.7; 08, section 14.5).
#include <array>
#include <set>

#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"
#include "director/console/listing.h"
#include "director/console/retention.h"

namespace holdfast::director::console {
namespace {

using catalog::VolumeRow;

constexpr std::string_view usage =
    "truncate volstatus=Purged [storage=<storage>] [pool=<pool>] [volume=<volume>] [drive=<drivenum>] [yes]";
constexpr std::int64_t bytes_of_a_label = 64'512;

constexpr std::array<ListedColumn, 11> columns{{
    {"mediaid", "Media.MediaId", number},
    {"volumename", "Media.VolumeName"},
    {"pool", "Pool.Name"},
    {"storage", "Storage.Name"},
    {"mediatype", "Media.MediaType"},
    {"lastwritten", "Media.LastWritten"},
    {"volfiles", "Media.VolFiles", number},
    {"volbytes", "Media.VolBytes", number},
    {"volstatus", "Media.VolStatus"},
    {"actiononpurge", "Media.ActionOnPurge", number},
    {"comment", "Media.Comment"},
}};
constexpr std::array<AclColumn, 2> acl{{{"pool", Acl::pool}, {"storage", Acl::storage}}};

Outcome refuse(Command& command, std::string_view message) {
  command.out.text(fmt::format("{}\nUSAGE: {}\n", message, usage));
  return Outcome::failed;
}

bool is_known(std::string_view word) {
  for (const std::string_view known : {"volstatus", "storage", "pool", "volume", "drive", "yes"})
    if (equal_ignoring_case(known, word)) return true;
  return false;
}

/// Empty where the line is right, else what is wrong.
std::string problem(const Command& command) {
  if (command.line.arguments().empty()) return "missing parameter";
  for (const Word& word : command.line.arguments())
    if (!is_known(word.keyword)) return "Invalid parameter.";
  const auto status = command.line.value("volstatus");
  if (!status) return "required parameter 'volstatus' missing";
  if (!equal_ignoring_case(*status, "Purged")) return "Invalid parameter. 'volstatus' must be 'Purged'.";
  return "";
}

Query candidates(Command& command) {
  Query query(columns,
              "Media LEFT JOIN Pool ON Pool.PoolId = Media.PoolId LEFT JOIN Storage ON Storage.StorageId = "
              "Media.StorageId");
  query.where("Media.VolStatus = 'Purged' AND Media.Recycle = 1 AND Media.Enabled = 1");
  query.where("Media.VolBytes > ?", bytes_of_a_label);
  if (const auto name = command.line.value("storage")) query.where("Storage.Name = ?", *name);
  if (const auto name = command.line.value("pool")) query.where("Pool.Name = ?", *name);
  if (const auto name = command.line.value("volume")) query.where("Media.VolumeName = ?", *name);
  query.then("ORDER BY Media.MediaId");
  return query;
}

std::vector<VolumeRow> permitted_volumes(Command& command, catalog::Catalog& catalog, const Table& table) {
  std::vector<VolumeRow> rows;
  for (const Row& row : table.rows) {
    if (!command.access.allows(Acl::pool, row[2].value_or("")) ||
        !command.access.allows(Acl::storage, row[3].value_or("")))
      continue;
    if (auto volume = catalog.volumes().find(std::string_view(*row[1]))) rows.push_back(std::move(*volume));
  }
  return rows;
}

const config::Storage* storage_of(Command& command, catalog::Catalog& catalog,
                                  const std::vector<VolumeRow>& rows) {
  std::set<StorageId> storages;
  for (const VolumeRow& row : rows) storages.insert(row.storage);
  if (storages.size() != 1) {
    command.out.error(
        "Selected volumes are from different storages. This is not supported. Please choose only volumes "
        "from a single storage.\n");
    return nullptr;
  }
  const auto recorded = catalog.storages().find_storage(*storages.begin());
  const auto* storage = recorded ? permitted_storage(command, recorded->name) : nullptr;
  if (storage == nullptr)
    command.out.error(fmt::format("Storage resource \"{}\": not found\n", recorded ? recorded->name : ""));
  return storage;
}

}  // namespace

namespace handle {

Outcome truncate(Command& command) {
  if (command.line.arguments().empty()) return refuse(command, problem(command));
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::shared);
  if (catalog == nullptr) return Outcome::failed;
  if (const std::string wrong = problem(command); !wrong.empty()) return refuse(command, wrong);
  std::int32_t drive = 0;
  if (const auto text = command.line.value("drive")) {
    const auto parsed = parse_number<std::int32_t>(*text);
    if (!parsed) return refuse(command, fmt::format("Drive number must be integer but was : {}", *text));
    drive = *parsed;
  }
  const Table table = candidates(command).run(*catalog);
  command.out.range().active = true;
  give_table(command, "volumes", table, Detail::list, ListFilter{}, acl);
  const auto rows = permitted_volumes(command, *catalog, table);
  if (rows.empty()) return Outcome::ok;
  if (!is_confirmed(command, "Truncate listed volumes (yes/no)? ")) return Outcome::ok;
  const config::Storage* storage = storage_of(command, *catalog, rows);
  if (storage == nullptr) return Outcome::failed;
  for (const VolumeRow& row : rows)
    if (truncate_volume(command, *catalog, *storage, row, drive))
      command.out.text(fmt::format("The volume '{}' has been truncated.\n", row.name));
  return Outcome::ok;
}

}  // namespace handle
}  // namespace holdfast::director::console
