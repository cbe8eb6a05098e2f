// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/sql_resources.h"

namespace holdfast::catalog {
namespace {

constexpr std::string_view columns =
    "Name, MaxVols, UseCatalog, AutoPrune, Recycle, ActionOnPurge, VolRetention, VolUseDuration, MaxVolJobs, "
    "MaxVolFiles, MaxVolBytes, PoolType, LabelType, LabelFormat, ScratchPoolId, RecyclePoolId, MinBlocksize, "
    "MaxBlocksize";
constexpr std::string_view count_of_volumes = "(SELECT COUNT(*) FROM Media WHERE Media.PoolId = Pool.PoolId)";

PoolRow read_pool(const ResultRow& from) {
  ColumnReader column(from);
  PoolRow row;
  row.id = column.id<PoolId>();
  row.volumes = column.number<std::uint32_t>();
  row.name = column.text();
  row.max_volumes = column.number<std::uint32_t>();
  row.use_catalog = column.flag();
  row.auto_prune = column.flag();
  row.recycle = column.flag();
  row.action_on_purge = column.number<std::int16_t>();
  row.volume_retention = column.number<std::int64_t>();
  row.volume_use_duration = column.number<std::int64_t>();
  row.max_volume_jobs = column.number<std::uint32_t>();
  row.max_volume_files = column.number<std::uint32_t>();
  row.max_volume_bytes = column.number<std::uint64_t>();
  row.type = column.text();
  row.label_type = column.number<std::int32_t>();
  row.label_format = column.text();
  row.scratch_pool = column.id<PoolId>();
  row.recycle_pool = column.id<PoolId>();
  row.min_block_size = column.number<std::uint32_t>();
  row.max_block_size = column.number<std::uint32_t>();
  return row;
}

}  // namespace

PoolId SqlPools::put(const PoolRow& row) {
  // A limit below what is there already is raised to it (interop 07, section 2.7).
  static const std::string sql = fmt::format(
      "UPDATE Pool SET NumVols = {0}, MaxVols = CASE WHEN ?2 > 0 AND ?2 < {0} THEN {0} ELSE ?2 END, "
      "UseOnce = 0, UseCatalog = ?3, AcceptAnyVolume = 0, AutoPrune = ?4, Recycle = ?5, ActionOnPurge = ?6, "
      "VolRetention = ?7, VolUseDuration = ?8, MaxVolJobs = ?9, MaxVolFiles = ?10, MaxVolBytes = ?11, "
      "PoolType = ?12, LabelType = ?13, LabelFormat = ?14, ScratchPoolId = ?15, RecyclePoolId = ?16, "
      "MinBlocksize = ?17, MaxBlocksize = ?18 WHERE PoolId = ?1",
      count_of_volumes);
  std::optional<std::int64_t> id;
  session_.transaction([&] {
    id = session_.first("SELECT PoolId FROM Pool WHERE Name = ?1", {value_of(row.name)},
                        [](const ResultRow& found) { return found.number(0); });
    if (!id)
      id = session_.insert("INSERT INTO Pool (Name, LabelFormat) VALUES (?1, '*') RETURNING PoolId",
                           {value_of(row.name)});
    session_.run(sql,
                 {*id, value_of(row.max_volumes), value_of(row.use_catalog), value_of(row.auto_prune),
                  value_of(row.recycle), value_of(row.action_on_purge), value_of(row.volume_retention),
                  value_of(row.volume_use_duration), value_of(row.max_volume_jobs),
                  value_of(row.max_volume_files), value_of(row.max_volume_bytes), value_of(row.type),
                  value_of(row.label_type), value_of(row.label_format), value_of(row.scratch_pool),
                  value_of(row.recycle_pool), value_of(row.min_block_size), value_of(row.max_block_size)});
  });
  return PoolId(static_cast<std::uint32_t>(*id));
}

std::optional<PoolRow> SqlPools::find(std::string_view name) {
  static const std::string sql =
      fmt::format("SELECT PoolId, {}, {} FROM Pool WHERE Name = ?1", count_of_volumes, columns);
  return session_.first(sql, {name}, read_pool);
}

std::optional<PoolRow> SqlPools::find(PoolId id) {
  static const std::string sql =
      fmt::format("SELECT PoolId, {}, {} FROM Pool WHERE PoolId = ?1", count_of_volumes, columns);
  return session_.first(sql, {value_of(id)}, read_pool);
}

}  // namespace holdfast::catalog
