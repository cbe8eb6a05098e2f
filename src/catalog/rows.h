// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// The catalog: which jobs ran, which volumes hold them, which files they saved (interop 07). Roles over one
// schema; what the numbers mean for a decision is the business of jobs/.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/job_codes.h"

namespace holdfast::catalog {

/// A moment to the second; the epoch means "none" and is stored as NULL.
using Moment = std::chrono::sys_seconds;

/// "2026-11-22 21:51:06" in the local time of this process, the text form of every timestamp column.
std::string to_text(Moment moment);
/// The reverse; empty for anything else.
std::optional<Moment> parse_moment(std::string_view text);

struct JobRow {
  JobId id{};
  std::string job{};   ///< unique name
  std::string name{};  ///< of the Job resource
  JobType type = JobType::backup;
  JobLevel level = JobLevel::none;
  JobStatus status = JobStatus::created;
  ClientId client{};
  PoolId pool{};
  FileSetId fileset{};
  JobId prior{};
  Moment scheduled{};
  Moment started{};
  Moment ended{};
  Moment really_ended{};
  std::int64_t job_tdate = 0;  ///< Unix seconds; retention and ordering use it
  VolumeSession session{};
  std::uint32_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t read_bytes = 0;
  std::uint32_t errors = 0;
  bool files_purged = false;
  bool has_base = false;
  std::string comment{};
};

struct ClientRow {
  ClientId id{};
  std::string name{};
  std::string uname{};  ///< version and system as the File Daemon tells them; empty before the first job
  bool auto_prune = false;
  std::int64_t file_retention = 0;  ///< seconds
  std::int64_t job_retention = 0;   ///< seconds
};

struct FileSetRow {
  FileSetId id{};
  std::string name{};
  std::string text{};  ///< printed resource
  std::string md5{};   ///< interop 08, section 3.1
  Moment created{};
  /// Since when it has this text: options may change without another md5. Told by find(); zero where no change is known.
  Moment text_since{};
};

struct StorageRow {
  StorageId id{};
  std::string name{};
  bool autochanger = false;
};

struct PoolRow {
  PoolId id{};
  std::string name{};
  std::uint32_t volumes = 0;      ///< counted from Media, not written
  std::uint32_t max_volumes = 0;  ///< 0 is unlimited, as for every max_...
  bool use_catalog = true;
  bool auto_prune = true;
  bool recycle = true;
  std::int16_t action_on_purge = 0;
  std::int64_t volume_retention = 0;     ///< seconds
  std::int64_t volume_use_duration = 0;  ///< seconds
  std::uint32_t max_volume_jobs = 0;
  std::uint32_t max_volume_files = 0;
  std::uint64_t max_volume_bytes = 0;
  std::string type = "Backup";
  std::int32_t label_type = 0;
  std::string label_format = "*";  ///< "*": no volumes are created automatically
  PoolId scratch_pool{};
  PoolId recycle_pool{};
  std::uint32_t min_block_size = 0;
  std::uint32_t max_block_size = 0;
};

/// A row of Media.
struct VolumeRow {
  MediaId id{};
  std::string name{};
  PoolId pool{};
  StorageId storage{};
  std::string media_type{};
  std::string status = "Append";  ///< interop 08, section 12
  std::int16_t enabled = 1;       ///< 0 disabled, 1 enabled, 2 archived
  std::int32_t slot = 0;
  bool in_changer = false;
  std::int32_t label_type = 0;
  Moment first_written{};
  Moment last_written{};
  Moment labelled{};
  std::uint64_t jobs = 0;
  std::uint64_t files = 0;
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
  std::uint64_t mounts = 0;
  std::uint64_t errors = 0;
  std::uint64_t writes = 0;
  std::uint64_t capacity = 0;
  std::int64_t read_time = 0;   ///< microseconds
  std::int64_t write_time = 0;  ///< microseconds
  std::uint64_t end_file = 0;
  std::uint64_t end_block = 0;
  bool recycle = true;
  std::int16_t action_on_purge = 0;
  std::int64_t retention = 0;     ///< seconds
  std::int64_t use_duration = 0;  ///< seconds
  std::uint64_t max_jobs = 0;
  std::uint64_t max_files = 0;
  std::uint64_t max_bytes = 0;
  std::uint64_t recycle_count = 0;
  std::uint32_t min_block_size = 0;
  std::uint32_t max_block_size = 0;
  PoolId scratch_pool{};
  PoolId recycle_pool{};
  std::string encryption_key{};
  std::string comment{};
};

/// One contiguous piece of a job on a volume (interop 07, section 6). Both ends are inclusive.
struct JobMediaRow {
  JobId job{};
  MediaId volume{};
  std::uint32_t first_index = 0;
  std::uint32_t last_index = 0;
  std::uint32_t start_file = 0;
  std::uint32_t end_file = 0;
  std::uint32_t start_block = 0;
  std::uint32_t end_block = 0;
  std::uint32_t volume_index = 0;  ///< order within the job, given by the catalog

  std::uint64_t start_address() const { return (std::uint64_t{start_file} << 32) | start_block; }
  std::uint64_t end_address() const { return (std::uint64_t{end_file} << 32) | end_block; }
  bool is_placeholder() const { return first_index == 0 && last_index == 0; }
};

/// A piece together with what a bootstrap says about its volume.
struct PieceRow {
  JobMediaRow piece{};
  std::string volume_name{};
  std::string media_type{};
  StorageId storage{};
  std::int32_t slot = 0;
  bool in_changer = false;
  VolumeSession session{};
};

struct LogRow {
  JobId job{};
  Moment time{};
  std::string text{};
};

/// A file to be catalogued. Path and name are raw bytes; the views need to live only during the call.
struct NewFile {
  std::uint32_t file_index = 0;  ///< 0 marks a deleted file
  std::string_view path{};       ///< with the trailing '/'
  std::string_view name{};       ///< empty for a directory
  std::string_view stat{};       ///< encoded, as sent
  std::string_view digest{};     ///< unpadded base64, or "0"
  std::int16_t delta = 0;
};

/// An older version of a file on which a newer one builds.
struct FilePart {
  JobId job{};
  std::uint32_t file_index = 0;
};

/// A catalogued file; the views are valid during the visitor's call.
struct FileRow {
  FileId id{};
  JobId job{};
  PathId path_id{};
  std::uint32_t file_index = 0;
  std::string_view path{};
  std::string_view name{};
  std::string_view stat{};
  std::string_view digest{};
  std::int16_t delta = 0;  ///< how many older parts it builds on
  /// Those parts, in no order; from what gives current files only. Fewer than `delta` where the jobs lack some.
  std::span<const FilePart> parts{};
};

struct RestoreObjectRow {
  JobId job{};
  std::uint32_t file_index = 0;
  std::int32_t type = 0;  ///< file type code 25, 27 or 28
  std::int32_t index = 0;
  std::int32_t compression = 0;
  std::uint32_t full_length = 0;
  std::string plugin{};
  std::string name{};
  std::string object{};  ///< bytes as sent
};

}  // namespace holdfast::catalog
