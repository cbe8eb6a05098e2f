// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "volumes/storage_device.h"

namespace holdfast::volumes {

/// What a job cannot get without the operator.
struct WantedMedium {
  enum class Use { append, read };
  Use use = Use::append;
  std::string volume;  ///< empty: any that can be appended to
  std::string pool;
  std::string media_type;
  const StorageDevice* user = nullptr;  ///< the drive that works with it; null: none
  bool is_soon_free = false;            ///< that drive does not need it, and was only being handled just then
};

/// A job waits for the operator (interop 03, section 10): asks once, again after 1, 2, 4, 8, 16 hours and then daily, and
/// gives up in the end. Where another drive works with the volume there is nothing to ask for: the job says for whom it
/// waits, and goes on when that drive lets go. One per job and device, for as long as the job works with it.
class OperatorWait {
 public:
  /// `job`: its unique name. Everything must outlive the object.
  OperatorWait(StorageDevice& device, std::string job, JobLog& log, const Clock& clock, std::stop_token stop)
      : device_(device), job_(std::move(job)), log_(log), clock_(clock), stop_(std::move(stop)) {}

  enum class Woken {
    by_operator,  ///< a volume was labelled, or a mount command given
    to_poll,  ///< a volume became free, or the poll interval passed: worth a try, without a word if it fails
  };
  /// What happens from here on is worth another try: before the first one.
  void watch() { seen_nudges_ = device_.state().nudges; }
  /// Blocks the device; gives up the turn meanwhile and takes it again. Throws Error: cancelled, or timeout after the last
  /// repetition; DeviceDeadlock where the other drive will never let go of the volume.
  Woken wait(StorageDevice::Turn& turn, const WantedMedium& wanted);

 private:
  class Blocking;
  std::unique_ptr<WaitingJobs::Place> wait_for_user(const WantedMedium& wanted) const;
  Woken sleep(const WantedMedium& wanted);
  void ask();
  std::string request(const WantedMedium& wanted) const;
  std::string story(const WantedMedium& wanted) const;

  StorageDevice& device_;
  std::string job_;
  JobLog& log_;
  const Clock& clock_;
  std::stop_token stop_;
  unsigned asked_ = 0;
  std::string last_request_;
  std::optional<Instant> ask_again_;
  std::uint64_t seen_nudges_ = 0;
};

}  // namespace holdfast::volumes
