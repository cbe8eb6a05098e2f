// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "catalog/catalog.h"
#include "format/label.h"
#include "volumes/volume_catalog.h"

namespace holdfast::apps {

/// Whether a scan writes what it finds, or only says what it would write.
enum class ScanMode { only_compares, writes };

struct ScanCounts {
  std::uint64_t media = 0, pools = 0, jobs = 0, files = 0, restore_objects = 0;
};

/// What stands on a volume, for its row.
struct VolumeSums {
  std::string name{};
  std::uint64_t files = 0;   ///< file marks; 0 where there are none
  std::uint64_t blocks = 0;  ///< the label left out
  std::uint64_t bytes = 0;
  std::uint64_t jobs = 0;
  Time last_written{};
};

/// Finds or makes the catalog's rows for labels of volumes and sessions (interop 10, section 6). Any thread.
class ScanCatalog {
 public:
  /// A message for the user, with its line end; `verbosity` is the least at which it is shown.
  using Tell = std::function<void(int verbosity, const std::string& text)>;

  /// The job of a session, and what shall be written of it.
  struct Job {
    JobId id{};  ///< none where it is not in the catalog and nothing is written
    catalog::JobRow row{};
    bool is_new = false;
    bool wants_files = false;
    bool wants_pieces = false;
  };

  ScanCatalog(std::unique_ptr<catalog::Catalog> catalog, ScanMode mode, Tell tell)
      : catalog_(std::move(catalog)), mode_(mode), tell_(std::move(tell)) {}

  /// Whether the label's rows agree with the catalog; where not, nothing of the volume goes to its row.
  bool volume_label(const format::VolumeLabel& label);
  Job session_start(VolumeSession session, const format::SessionLabel& label);
  void session_end(Job& job, const format::SessionLabel& label);
  /// A job whose end is on none of the volumes.
  void session_without_end(Job& job, std::uint32_t last_index);
  /// In the order in which they were written.
  void piece(const Job& job, const std::string& volume, const volumes::JobMedia& range);
  void update_volume(const VolumeSums& sums);

  ScanMode mode() const { return mode_; }
  ScanCounts counts() const;
  void count_files(std::uint64_t files, std::uint64_t restore_objects);

 private:
  bool pool(const format::VolumeLabel& label);
  bool volume(const format::VolumeLabel& label);
  ClientId client(const std::string& name);
  void fileset(catalog::JobRow& row, const format::SessionLabel& label);
  void known_job(const Job& job, VolumeSession session, const format::SessionLabel& label);
  Job new_job(VolumeSession session, const format::SessionLabel& label);
  std::int64_t count(std::string_view sql, std::span<const catalog::SqlValue> values);

  mutable std::mutex mutex_;
  std::unique_ptr<catalog::Catalog> catalog_;
  ScanMode mode_;
  Tell tell_;
  ScanCounts counts_;
};

}  // namespace holdfast::apps
