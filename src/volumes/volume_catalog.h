// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// What jobs do with volumes: reserve a device, mount and label, append sessions, read what a bootstrap
// selects, go on to the next volume. The catalog and the operator are roles here, so that the same code runs
// against a Director on the wire and against memory in tests.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/expected.h"
#include "base/ids.h"
#include "base/job_codes.h"

namespace holdfast::volumes {

/// What the catalog knows about a volume (interop 03, section 7.6).
struct VolumeRecord {
  std::string name;
  MediaId media_id;
  std::uint32_t jobs = 0;
  std::uint32_t files = 0;
  std::uint32_t blocks = 0;
  std::uint64_t bytes = 0;  ///< on disk exactly the size of the file
  std::uint32_t mounts = 0;
  std::uint32_t errors = 0;
  std::uint32_t writes = 0;
  std::uint64_t max_bytes = 0;  ///< 0: unlimited
  std::uint64_t capacity_bytes = 0;
  std::string status;  ///< "Append", "Unlabeled", "Recycle", "Full", "Error", ...
  std::int32_t slot = 0;
  std::uint32_t max_jobs = 0;   ///< 0: unlimited
  std::uint32_t max_files = 0;  ///< 0: unlimited
  bool in_changer = false;
  std::int64_t read_time = 0;   ///< microseconds
  std::int64_t write_time = 0;  ///< microseconds
  std::uint32_t end_file = 0;
  std::uint32_t end_block = 0;
  std::int32_t label_type = 0;
  std::string encryption_key;
  std::uint32_t min_block_size = 0;  ///< 0: the device's
  std::uint32_t max_block_size = 0;  ///< 0: the device's
};

/// Which part of a volume holds which files of a job (interop 04, section 6). Addresses are combined; the end
/// is the last byte on byte-addressed devices. All zero: the placeholder that protects a volume from pruning.
struct JobMedia {
  std::uint32_t first_index = 0;
  std::uint32_t last_index = 0;
  std::uint64_t start = 0;
  std::uint64_t end = 0;

  bool operator==(const JobMedia&) const = default;
};

/// The catalog as one job sees it: its pool and media type are known on the other side. Calls block until the
/// answer is there; they throw Error when there is none, or one that ends the job.
class VolumeCatalog {
 public:
  enum class Purpose { read, append };
  enum class Relabelled { no, yes };

  virtual ~VolumeCatalog() = default;

  /// The next volume to append to, `unwanted` not among them; nothing: the operator must help.
  virtual std::optional<VolumeRecord> find_media(const std::vector<std::string>& unwanted) = 0;

  /// A volume by name, or the catalog's words why it must not be used.
  virtual Expected<VolumeRecord, std::string> get_volume(std::string_view name, Purpose purpose) = 0;

  /// Stores the counters and status; returns the record as it is now, which is to be believed.
  virtual VolumeRecord update_media(const VolumeRecord& record, Relabelled relabelled,
                                    std::int64_t first_written = 0) = 0;

  virtual void create_job_media(MediaId volume, const JobMedia& range) = 0;
};

/// Where a job tells what happens. Any thread.
class JobLog {
 public:
  virtual ~JobLog() = default;
  /// The text with its line ends, without name of daemon and job.
  virtual void message(MessageType type, const std::string& text) = 0;
  virtual void status(JobStatus status) = 0;
  /// Shows the peers of the job that it lives, while there is nothing to tell them.
  virtual void heartbeat() {}
};

}  // namespace holdfast::volumes
