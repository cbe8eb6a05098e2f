// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/sql_volumes.h"

#include "base/error.h"
#include "catalog/row_columns.h"

namespace holdfast::catalog {
namespace {

using V = VolumeRow;
constexpr RowColumn<V> columns[] = {
    column<&V::name>("VolumeName"),
    column<&V::pool>("PoolId"),
    column<&V::storage>("StorageId"),
    column<&V::media_type>("MediaType"),
    column<&V::status>("VolStatus"),
    column<&V::enabled>("Enabled"),
    column<&V::slot>("Slot"),
    column<&V::in_changer>("InChanger"),
    column<&V::label_type>("LabelType"),
    column<&V::first_written>("FirstWritten"),
    column<&V::last_written>("LastWritten"),
    column<&V::labelled>("LabelDate"),
    column<&V::jobs>("VolJobs"),
    column<&V::files>("VolFiles"),
    column<&V::blocks>("VolBlocks"),
    column<&V::bytes>("VolBytes"),
    column<&V::mounts>("VolMounts"),
    column<&V::errors>("VolErrors"),
    column<&V::writes>("VolWrites"),
    column<&V::capacity>("VolCapacityBytes"),
    column<&V::read_time>("VolReadTime"),
    column<&V::write_time>("VolWriteTime"),
    column<&V::end_file>("EndFile"),
    column<&V::end_block>("EndBlock"),
    column<&V::recycle>("Recycle"),
    column<&V::action_on_purge>("ActionOnPurge"),
    column<&V::retention>("VolRetention"),
    column<&V::use_duration>("VolUseDuration"),
    column<&V::max_jobs>("MaxVolJobs"),
    column<&V::max_files>("MaxVolFiles"),
    column<&V::max_bytes>("MaxVolBytes"),
    column<&V::recycle_count>("RecycleCount"),
    column<&V::min_block_size>("MinBlocksize"),
    column<&V::max_block_size>("MaxBlocksize"),
    column<&V::scratch_pool>("ScratchPoolId"),
    column<&V::recycle_pool>("RecyclePoolId"),
    column<&V::encryption_key>("EncryptionKey"),
    column<&V::comment>("Comment"),
};

VolumeRow read_volume(const ResultRow& from) {
  ColumnReader column(from);
  VolumeRow row;
  row.id = column.id<MediaId>();
  read_columns(columns, column, row);
  return row;
}

/// A SELECT of what read_volume() reads.
std::string select_volumes(std::string_view condition) {
  return fmt::format("SELECT MediaId, {} FROM Media{}", names_of(columns), condition);
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
  static const std::string sql = fmt::format("INSERT INTO Media ({}) VALUES ({}) RETURNING MediaId",
                                             names_of(columns), places_of(columns));
  MediaId id;
  const RowValues values(columns, row);
  session_.transaction([&] {
    if (find(row.name))
      throw Error(ErrorKind::invalid, "Volume \"{}\" already exists in the catalog", row.name);
    id = MediaId(static_cast<std::uint64_t>(session_.insert(sql, values.values())));
    empty_slot_elsewhere(row);
  });
  return id;
}

void SqlVolumes::update(const VolumeRow& row) {
  session_.transaction([&] { store(row); });
}

void SqlVolumes::store(const VolumeRow& row) {
  static const std::string sql =
      fmt::format("UPDATE Media SET {} WHERE VolumeName = ?1", assignments_of(columns));
  const RowValues values(columns, row);
  session_.run(sql, values.values());
  empty_slot_elsewhere(row);
}

std::optional<VolumeRow> SqlVolumes::change(MediaId volume, const std::function<void(VolumeRow&)>& change) {
  std::optional<VolumeRow> row;
  session_.transaction([&] {
    row = find(volume);
    if (!row) return;
    change(*row);
    store(*row);
  });
  return row;
}

void SqlVolumes::empty_slot_elsewhere(const VolumeRow& row) {
  if (!row.in_changer || row.slot == 0 || !row.storage) return;
  session_.run(
      "UPDATE Media SET InChanger = 0, Slot = 0 WHERE Slot = ?1 AND StorageId = ?2 AND VolumeName <> ?3",
      {value_of(row.slot), value_of(row.storage), value_of(row.name)});
}

std::optional<VolumeRow> SqlVolumes::find(std::string_view name) {
  static const std::string sql = select_volumes(" WHERE VolumeName = ?1");
  return session_.first(sql, {name}, read_volume);
}

std::optional<VolumeRow> SqlVolumes::find(MediaId id) {
  static const std::string sql = select_volumes(" WHERE MediaId = ?1");
  return session_.first(sql, {value_of(id)}, read_volume);
}

std::vector<VolumeRow> SqlVolumes::list(const VolumeFilter& filter) {
  SelectBuilder select(select_volumes(""));
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
  session_.transaction([&] {
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
  });
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
