// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/sql_volumes.h"

#include "base/error.h"

namespace holdfast::catalog {
namespace {

constexpr std::string_view columns =
    "VolumeName, PoolId, StorageId, MediaType, VolStatus, Enabled, Slot, InChanger, LabelType, "
    "FirstWritten, LastWritten, LabelDate, VolJobs, VolFiles, VolBlocks, VolBytes, VolMounts, "
    "VolErrors, VolWrites, VolCapacityBytes, VolReadTime, VolWriteTime, EndFile, EndBlock, Recycle, "
    "ActionOnPurge, VolRetention, VolUseDuration, MaxVolJobs, MaxVolFiles, MaxVolBytes, RecycleCount, "
    "MinBlocksize, MaxBlocksize, ScratchPoolId, RecyclePoolId, EncryptionKey, Comment";
constexpr std::string_view places =
    "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, "
    "?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38";
constexpr std::string_view assignments =
    "PoolId = ?2, StorageId = ?3, MediaType = ?4, VolStatus = ?5, Enabled = ?6, Slot = ?7, InChanger "
    "= ?8, LabelType = ?9, FirstWritten = ?10, LastWritten = ?11, LabelDate = ?12, VolJobs = ?13, "
    "VolFiles = ?14, VolBlocks = ?15, VolBytes = ?16, VolMounts = ?17, VolErrors = ?18, VolWrites = "
    "?19, VolCapacityBytes = ?20, VolReadTime = ?21, VolWriteTime = ?22, EndFile = ?23, EndBlock = "
    "?24, Recycle = ?25, ActionOnPurge = ?26, VolRetention = ?27, VolUseDuration = ?28, MaxVolJobs = "
    "?29, MaxVolFiles = ?30, MaxVolBytes = ?31, RecycleCount = ?32, MinBlocksize = ?33, MaxBlocksize "
    "= ?34, ScratchPoolId = ?35, RecyclePoolId = ?36, EncryptionKey = ?37, Comment = ?38";

VolumeRow read_volume(const ResultRow& from) {
  ColumnReader column(from);
  VolumeRow row;
  row.id = column.id<MediaId>();
  row.name = column.text();
  row.pool = column.id<PoolId>();
  row.storage = column.id<StorageId>();
  row.media_type = column.text();
  row.status = column.text();
  row.enabled = column.number<std::int16_t>();
  row.slot = column.number<std::int32_t>();
  row.in_changer = column.flag();
  row.label_type = column.number<std::int32_t>();
  row.first_written = column.moment();
  row.last_written = column.moment();
  row.labelled = column.moment();
  row.jobs = column.number<std::uint64_t>();
  row.files = column.number<std::uint64_t>();
  row.blocks = column.number<std::uint64_t>();
  row.bytes = column.number<std::uint64_t>();
  row.mounts = column.number<std::uint64_t>();
  row.errors = column.number<std::uint64_t>();
  row.writes = column.number<std::uint64_t>();
  row.capacity = column.number<std::uint64_t>();
  row.read_time = column.number<std::int64_t>();
  row.write_time = column.number<std::int64_t>();
  row.end_file = column.number<std::uint64_t>();
  row.end_block = column.number<std::uint64_t>();
  row.recycle = column.flag();
  row.action_on_purge = column.number<std::int16_t>();
  row.retention = column.number<std::int64_t>();
  row.use_duration = column.number<std::int64_t>();
  row.max_jobs = column.number<std::uint64_t>();
  row.max_files = column.number<std::uint64_t>();
  row.max_bytes = column.number<std::uint64_t>();
  row.recycle_count = column.number<std::uint64_t>();
  row.min_block_size = column.number<std::uint32_t>();
  row.max_block_size = column.number<std::uint32_t>();
  row.scratch_pool = column.id<PoolId>();
  row.recycle_pool = column.id<PoolId>();
  row.encryption_key = column.text();
  row.comment = column.text();
  return row;
}

/// Runs `sql` with all columns as values, in their order.
std::int64_t write_volume(SqlSession& session, std::string_view sql, const VolumeRow& row) {
  const MomentValue first_written(row.first_written);
  const MomentValue last_written(row.last_written);
  const MomentValue labelled(row.labelled);
  return session.insert(sql, {value_of(row.name),
                              value_of(row.pool),
                              value_of(row.storage),
                              value_of(row.media_type),
                              value_of(row.status),
                              value_of(row.enabled),
                              value_of(row.slot),
                              value_of(row.in_changer),
                              value_of(row.label_type),
                              first_written,
                              last_written,
                              labelled,
                              value_of(row.jobs),
                              value_of(row.files),
                              value_of(row.blocks),
                              value_of(row.bytes),
                              value_of(row.mounts),
                              value_of(row.errors),
                              value_of(row.writes),
                              value_of(row.capacity),
                              value_of(row.read_time),
                              value_of(row.write_time),
                              value_of(row.end_file),
                              value_of(row.end_block),
                              value_of(row.recycle),
                              value_of(row.action_on_purge),
                              value_of(row.retention),
                              value_of(row.use_duration),
                              value_of(row.max_jobs),
                              value_of(row.max_files),
                              value_of(row.max_bytes),
                              value_of(row.recycle_count),
                              value_of(row.min_block_size),
                              value_of(row.max_block_size),
                              value_of(row.scratch_pool),
                              value_of(row.recycle_pool),
                              value_of(row.encryption_key),
                              value_of(row.comment)});
}

std::string_view order_of(VolumeFilter::Order order) {
  switch (order) {
    case VolumeFilter::Order::most_recently_written_first:
      return " ORDER BY CASE WHEN LastWritten IS NULL THEN 1 ELSE 0 END, LastWritten DESC, MediaId";
    case VolumeFilter::Order::oldest_written_first:
      return " ORDER BY CASE WHEN LastWritten IS NULL THEN 1 ELSE 0 END, LastWritten, MediaId";
    case VolumeFilter::Order::by_id: break;
  }
  return " ORDER BY MediaId";
}

JobMediaRow read_piece(ColumnReader& column) {
  JobMediaRow piece;
  piece.job = column.id<JobId>();
  piece.volume = column.id<MediaId>();
  piece.first_index = column.number<std::uint32_t>();
  piece.last_index = column.number<std::uint32_t>();
  piece.start_file = column.number<std::uint32_t>();
  piece.end_file = column.number<std::uint32_t>();
  piece.start_block = column.number<std::uint32_t>();
  piece.end_block = column.number<std::uint32_t>();
  piece.volume_index = column.number<std::uint32_t>();
  return piece;
}

}  // namespace

MediaId SqlVolumes::create(const VolumeRow& row) {
  static const std::string sql =
      fmt::format("INSERT INTO Media ({}) VALUES ({}) RETURNING MediaId", columns, places);
  Transaction transaction(session_.connection(), SqlConnection::Durability::power_cut);
  if (find(row.name))
    throw Error(ErrorKind::invalid, "Volume \"{}\" already exists in the catalog", row.name);
  const MediaId id(static_cast<std::uint64_t>(write_volume(session_, sql, row)));
  empty_slot_elsewhere(row);
  transaction.commit();
  return id;
}

void SqlVolumes::update(const VolumeRow& row) {
  static const std::string sql = fmt::format("UPDATE Media SET {} WHERE VolumeName = ?1", assignments);
  Transaction transaction(session_.connection(), SqlConnection::Durability::power_cut);
  write_volume(session_, sql, row);
  empty_slot_elsewhere(row);
  transaction.commit();
}

void SqlVolumes::empty_slot_elsewhere(const VolumeRow& row) {
  if (!row.in_changer || row.slot == 0 || !row.storage) return;
  session_.run(
      "UPDATE Media SET InChanger = 0, Slot = 0 WHERE Slot = ?1 AND StorageId = ?2 AND VolumeName <> ?3",
      {value_of(row.slot), value_of(row.storage), value_of(row.name)});
}

std::optional<VolumeRow> SqlVolumes::find(std::string_view name) {
  static const std::string sql = fmt::format("SELECT MediaId, {} FROM Media WHERE VolumeName = ?1", columns);
  return session_.first(sql, {name}, read_volume);
}

std::optional<VolumeRow> SqlVolumes::find(MediaId id) {
  static const std::string sql = fmt::format("SELECT MediaId, {} FROM Media WHERE MediaId = ?1", columns);
  return session_.first(sql, {value_of(id)}, read_volume);
}

std::vector<VolumeRow> SqlVolumes::list(const VolumeFilter& filter) {
  SelectBuilder select(fmt::format("SELECT MediaId, {} FROM Media", columns));
  if (filter.pool) select.where("PoolId = ?", value_of(*filter.pool));
  if (filter.media_type) select.where("MediaType = ?", value_of(*filter.media_type));
  select.where_in("VolStatus", filter.statuses);
  if (filter.enabled) select.where("Enabled = ?", value_of(*filter.enabled));
  if (filter.recycle) select.where("Recycle = ?", value_of(*filter.recycle));
  if (filter.in_changer_of) select.where("InChanger = 1 AND StorageId = ?", value_of(*filter.in_changer_of));
  select.append(order_of(filter.order));
  if (filter.limit > 0) select.append(" LIMIT " + std::to_string(filter.limit));

  std::vector<VolumeRow> rows;
  session_.each(select.sql(), select.values(), [&](const ResultRow& row) {
    rows.push_back(read_volume(row));
    return true;
  });
  return rows;
}

MediaId SqlVolumes::highest_id() {
  const auto highest = session_.first("SELECT MAX(MediaId) FROM Media", {},
                                      [](const ResultRow& row) { return row.number(0); });
  return MediaId(static_cast<std::uint64_t>(highest.value_or(0)));
}

void SqlVolumes::add_piece(const JobMediaRow& piece) {
  Transaction transaction(session_.connection(), SqlConnection::Durability::power_cut);
  session_.run(
      "INSERT INTO JobMedia (JobId, MediaId, FirstIndex, LastIndex, StartFile, EndFile, StartBlock, "
      "EndBlock, "
      "VolIndex) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
      "(SELECT COALESCE(MAX(VolIndex), 0) + 1 FROM JobMedia WHERE JobId = ?1))",
      {value_of(piece.job), value_of(piece.volume), value_of(piece.first_index), value_of(piece.last_index),
       value_of(piece.start_file), value_of(piece.end_file), value_of(piece.start_block),
       value_of(piece.end_block)});
  session_.run("UPDATE Media SET EndFile = ?2, EndBlock = ?3 WHERE MediaId = ?1",
               {value_of(piece.volume), value_of(piece.end_file), value_of(piece.end_block)});
  transaction.commit();
}

void SqlVolumes::delete_placeholders(JobId job) {
  session_.run("DELETE FROM JobMedia WHERE JobId = ?1 AND FirstIndex = 0 AND LastIndex = 0", {value_of(job)});
}

std::vector<PieceRow> SqlVolumes::pieces(JobId job) {
  std::vector<PieceRow> rows;
  session_.each(
      "SELECT M.JobId, M.MediaId, M.FirstIndex, M.LastIndex, M.StartFile, M.EndFile, M.StartBlock, "
      "M.EndBlock, "
      "M.VolIndex, V.VolumeName, V.MediaType, V.StorageId, V.Slot, V.InChanger, J.VolSessionId, "
      "J.VolSessionTime FROM JobMedia M JOIN Media V ON V.MediaId = M.MediaId JOIN Job J ON J.JobId = "
      "M.JobId "
      "WHERE M.JobId = ?1 AND NOT (M.FirstIndex = 0 AND M.LastIndex = 0) ORDER BY M.VolIndex, M.JobMediaId",
      {value_of(job)}, [&](const ResultRow& from) {
        ColumnReader column(from);
        PieceRow& row = rows.emplace_back();
        row.piece = read_piece(column);
        row.volume_name = column.text();
        row.media_type = column.text();
        row.storage = column.id<StorageId>();
        row.slot = column.number<std::int32_t>();
        row.in_changer = column.flag();
        row.session.id = column.number<std::uint32_t>();
        row.session.time = column.number<std::uint32_t>();
        return true;
      });
  return rows;
}

std::vector<std::string> SqlVolumes::names_of_job(JobId job) {
  std::vector<std::string> names;
  session_.each(
      "SELECT V.VolumeName FROM JobMedia M JOIN Media V ON V.MediaId = M.MediaId WHERE M.JobId = ?1 "
      "GROUP BY V.MediaId, V.VolumeName ORDER BY MIN(M.VolIndex), MIN(M.JobMediaId)",
      {value_of(job)}, [&](const ResultRow& row) {
        names.emplace_back(row.text(0));
        return true;
      });
  return names;
}

}  // namespace holdfast::catalog
