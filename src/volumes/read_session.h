// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <stop_token>

#include "volumes/operator_wait.h"
#include "volumes/record_reader.h"
#include "volumes/storage_device.h"

namespace holdfast::volumes {

/// Reads what a bootstrap selects, volume after volume, from one device that was reserved for it (interop 03,
/// section 17). A second thread reads and checks blocks while the caller's looks at their records.
class ReadSession {
 public:
  /// What is to come of a block that cannot be read: a restore tells of it and gives everything outside; whoever makes
  /// another backup of what it reads must not go on.
  enum class OnDamage { fail, tell };

  /// Throws Error{invalid} where the bootstrap is none or names no volumes.
  ReadSession(StorageDevice& device, format::Bootstrap bootstrap, std::string job, VolumeCatalog& catalog,
              JobLog& log, const Clock& clock, std::stop_token stop, OnDamage on_damage = OnDamage::fail);
  ~ReadSession();

  const std::string& first_volume() const { return volumes_.front().name; }

  /// Mounts the first volume; its records come from read_all().
  void open();

  /// All records, to the end of the last volume. Throws Error{corrupt} for a damaged block, unless it is only told: then
  /// the job gets status error_terminated.
  void read_all(RecordVisitor& visitor);

  /// The last volume was read to its end, not only as far as needed.
  bool is_at_end() const { return is_at_end_; }

  /// Tells the catalog and lets go of the device.
  void release();

 private:
  void mount(std::size_t number);
  void ask_catalog(const std::string& volume);
  /// Why the volume cannot be read; empty where it could be opened.
  std::string try_open(StorageDevice::Turn& turn, const format::BootstrapVolume& volume);
  std::string load(StorageDevice::Turn& turn, const format::BootstrapVolume& volume);
  void begin_volume(std::size_t number);
  void read_volume(RecordVisitor& visitor);
  void leave();
  void let_go_of_volume();
  void note_seek(const std::string& volume, std::uint64_t address);

  StorageDevice& device_;
  std::string job_;
  VolumeCatalog& catalog_;
  JobLog& log_;
  const Clock& clock_;
  std::stop_token stop_;
  OnDamage on_damage_;
  OperatorWait operator_;
  format::BootstrapMatcher matcher_;
  std::vector<format::BootstrapVolume> volumes_;
  RecordReader reader_{&matcher_};
  std::unique_ptr<device::Device> medium_;
  VolumeClaim claim_;
  const StorageDevice* user_ = nullptr;  ///< the other drive in which the wanted volume is
  bool is_soon_free_ = false;            ///< and not needed
  std::optional<VolumeRecord> record_;
  std::size_t current_ = 0;
  bool has_seeked_ = false;
  bool is_at_end_ = false;
  bool is_open_ = false;
};

}  // namespace holdfast::volumes
