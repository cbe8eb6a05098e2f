// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "apps/holdfast-volume/scan_catalog.h"
#include "apps/holdfast-volume/scan_records.h"
#include "base/guarded.h"
#include "device/device.h"

namespace holdfast::apps {

/// What the volumes scanned so far hold of one session. Used under its mutex: a copy of a volume may be read meanwhile.
struct ScannedSession {
  std::mutex mutex;
  std::optional<ScanCatalog::Job> job;  ///< since its start was read
  SessionRows rows;
  std::uint32_t next_block = 0;  ///< number of the block it goes on with
  bool has_ended = false;
  std::vector<std::pair<std::string, volumes::JobMedia>> pieces;  ///< of volumes read to their end, in order
};

struct ScanSettings {
  /// A drive for each thread that reads.
  std::function<std::unique_ptr<device::Drive>()> make_drive;
  catalog::CatalogOpener open_catalog;
  unsigned threads = 1;
  bool updates_volumes = false;
  bool lists_records = false;
  /// Hears of a damaged block; may throw to end the scan.
  std::function<void(const std::string& volume, const std::string& what)> damage;
  ScanCatalog::Tell tell;
  /// Bytes read, of all volumes.
  std::function<void(std::uint64_t bytes)> progress;
};

/// Rebuilds the catalog's rows from volumes, several at a time. A volume on which jobs go on is read when the one before it
/// was: what its first block continues tells which.
class ScanRun {
 public:
  ScanRun(ScanCatalog& catalog, ScanSettings settings) : catalog_(catalog), settings_(std::move(settings)) {}

  /// All of them. Throws what ended the first that failed.
  void run(const std::vector<std::string>& volumes);

  /// Records of sessions whose start is on none of the volumes.
  std::uint64_t ignored() const { return ignored_; }
  /// Of all volumes together; the name is empty.
  VolumeSums sums() const;

 private:
  friend class VolumeScan;

  struct Waiting {
    std::string name;
    bool goes_on = false;  ///< its first block continues a session
    VolumeSession session{};
    std::uint32_t block = 0;
    enum class State { waiting, running, done } state = State::waiting;
  };
  struct Queue {
    std::vector<Waiting> volumes;
    std::exception_ptr failure;
  };
  using Sessions = std::map<VolumeSession, std::shared_ptr<ScannedSession>>;

  Waiting look_at(device::Drive& drive, const std::string& volume) const;
  void work();
  /// The next volume that can be read; nothing when none is left.
  Waiting* next(Queue& queue);
  bool is_ready(const Waiting& volume);
  std::shared_ptr<ScannedSession> session(VolumeSession number);
  void finish_open_sessions();

  ScanCatalog& catalog_;
  ScanSettings settings_;
  Guarded<Queue> queue_;
  Guarded<Sessions> sessions_;
  Guarded<VolumeSums> sums_;
  std::atomic<std::uint64_t> ignored_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0;
};

}  // namespace holdfast::apps
