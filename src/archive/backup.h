// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "archive/protection.h"
#include "archive/record_sink.h"
#include "archive/report.h"
#include "base/clock.h"
#include "plugins/plugin_set.h"
#include "selection/fileset.h"
#include "selection/known_files.h"
#include "tree/file_source.h"

namespace holdfast::archive {

/// What the attributes of files say: nanoseconds and file flags (docs/adr/0410) only to Storage Daemons of our own.
enum class Precision { of_the_peer, exact };

struct BackupOptions {
  selection::FileSet files{};
  Precision precision = Precision::of_the_peer;
  /// Incremental and Differential: leave out what was not changed since then.
  std::optional<Time> since{};
  /// Accurate backups: the files saved before, with which those found are compared instead of the time. What is not
  /// there any more is recorded as deleted. Null: none are known. Must outlive the backup.
  selection::KnownFiles* known = nullptr;
  /// FileIndex of the last file already saved; the first one gets the next number.
  std::int32_t last_file_index = 0;
  /// File bytes in one data record, offset included; the Maximum Network Buffer Size.
  std::uint32_t block_size = 262144;
  /// How many threads read, hash and compress; 0 chooses by the number of processors.
  unsigned workers = 0;
  /// File contents held in memory at one time, roughly.
  std::size_t memory = 32 * 1024 * 1024;
  /// Signatures and encryption; null for none.
  std::shared_ptr<const Protection> protection = nullptr;
  /// Where the plugins of P lines are found; null: there are none.
  plugins::PluginSet* plugins = nullptr;
};

struct BackupTotals {
  std::uint64_t files = 0;       ///< saved: FileIndexes given
  std::uint64_t examined = 0;    ///< names met
  std::uint64_t read_bytes = 0;  ///< read from files
  std::uint64_t job_bytes = 0;   ///< data, ACL and xattr records as sent
  std::uint64_t errors = 0;      ///< files that could not be saved, or not whole
  std::uint64_t sockets = 0;     ///< skipped
  std::string current;           ///< the last name that was sent
};

/// Saves the files of a FileSet.
///
/// One thread walks and decides, some read, hash and compress ahead, and the caller's thread sends in the order
/// of the walk. Files that cannot be read are reported, counted and left out.
class Backup {
 public:
  Backup(tree::FileSource& source, BackupOptions options, RecordSink& sink, Report& report);
  ~Backup();

  /// Returns when everything was sent. Throws Error{cancelled} after a stop request, and whatever the sink
  /// throws.
  BackupTotals run(std::stop_token stop);

  /// How far it is; any thread, any time.
  BackupTotals progress() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> self_;
};

}  // namespace holdfast::archive
