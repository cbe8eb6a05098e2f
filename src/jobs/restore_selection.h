// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <bitset>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "config/director_resources.h"
#include "format/bootstrap.h"

namespace holdfast::jobs {

/// Which files of which jobs are to be restored. A bit for each file.
class RestoreSelection {
 public:
  /// A FileIndex of 0 is ignored, one that is in already changes nothing.
  void add(JobId job, std::uint32_t file_index);
  /// Of current files: the file with the older parts that it builds on.
  void add(const catalog::FileRow& file);
  /// Adds all that another selection holds.
  void add(const RestoreSelection& other);
  /// Every file the job has, also those a catalog no longer knows.
  void add_all(JobId job);

  /// From now on jobs() gives them in this order; jobs that are not in it come first.
  void order_by(const std::vector<JobId>& order);

  bool empty() const { return jobs_.empty(); }
  /// Selected files; those of add_all() are not counted.
  std::uint64_t files() const;
  /// Files that build on parts which the catalog does not have, and cannot be whole when they are restored.
  std::uint64_t files_lacking_parts() const { return files_lacking_parts_; }
  /// In the order in which they were first added: the order of the bootstrap.
  std::vector<JobId> jobs() const { return order_; }
  /// Ascending, neither touching nor overlapping.
  std::vector<format::Range<std::uint32_t>> ranges(JobId job) const;

 private:
  static constexpr std::uint32_t indexes_of_a_block = 4096;
  using Block = std::bitset<indexes_of_a_block>;
  struct Selected {
    bool is_whole = false;
    std::map<std::uint32_t, Block> blocks;  ///< by the index of their first bit / indexes_of_a_block
  };
  Selected& selected(JobId job);

  std::map<JobId, Selected> jobs_;
  std::vector<JobId> order_;
  std::uint64_t files_lacking_parts_ = 0;
};

/// A volume that a restore needs, for the question to the operator.
struct NeededVolume {
  std::string volume;
  std::string storage;  ///< name of the Storage resource
  std::string device;
  bool is_online = false;
};

struct RestorePlan {
  format::Bootstrap bootstrap;
  std::uint64_t files = 0;  ///< what the client is expected to restore; 0 where whole jobs were selected
  std::vector<NeededVolume> volumes;       ///< in the order they are read
  std::vector<JobId> jobs_without_pieces;  ///< selected, but no volume holds anything of them
};

/// What is needed to know which Storage resource a volume belongs to: the job's, or the one whose media type
/// fits. Empty storage: no Storage line is written.
struct RestoreStorage {
  std::string name;    ///< of the Storage resource
  std::string device;  ///< its first device
};
using FindStorage = std::function<RestoreStorage(const catalog::PieceRow&)>;

/// Builds the bootstrap (interop 08, section 19.2): per piece that holds a selected file its volume, session,
/// addresses and the indexes clipped to the piece.
RestorePlan plan_restore(catalog::VolumeCatalog& volumes, const RestoreSelection& selection,
                         const FindStorage& find_storage);

/// The storage whose resource has the piece's StorageId, else the first one with its media type.
FindStorage storage_by_resources(const config::DirectorConfiguration& configuration,
                                 catalog::StorageCatalog& storages, const config::Storage* preferred);

/// The jobs that together hold the state of a client (interop 08, section 19.2): the newest Full, the newest
/// Differential behind it, all Incrementals behind that. Empty where there is no Full.
struct CurrentJobsQuery {
  ClientId client;
  std::string fileset;                      ///< by name
  std::optional<catalog::Moment> before{};  ///< jobs that started before it
  std::optional<PoolId> pool{};
  JobType type = JobType::backup;  ///< or archive
};
std::vector<catalog::JobRow> current_jobs(catalog::JobCatalog& jobs, const CurrentJobsQuery& query);

}  // namespace holdfast::jobs
