// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/sql_session.h"

namespace holdfast::catalog {

class SqlVolumes final : public VolumeCatalog {
 public:
  explicit SqlVolumes(SqlSession& session) : session_(session) {}

  MediaId create(const VolumeRow& row) override;
  void update(const VolumeRow& row) override;
  std::optional<VolumeRow> find(std::string_view name) override;
  std::optional<VolumeRow> find(MediaId id) override;
  std::vector<VolumeRow> list(const VolumeFilter& filter) override;
  MediaId highest_id() override;
  void add_piece(const JobMediaRow& piece) override;
  void delete_placeholders(JobId job) override;
  std::vector<PieceRow> pieces(JobId job) override;
  std::vector<std::string> names_of_job(JobId job) override;
  /// RetentionCatalog::change_volume().
  std::optional<VolumeRow> change(MediaId volume, const std::function<void(VolumeRow&)>& change);

 private:
  void store(const VolumeRow& row);
  void empty_slot_elsewhere(const VolumeRow& row);

  SqlSession& session_;
};

}  // namespace holdfast::catalog
