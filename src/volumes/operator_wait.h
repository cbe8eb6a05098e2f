// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

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
};

/// A job waits for the operator (interop 03, section 10): asks once, again after 1, 2, 4, 8, 16 hours and then daily, and
/// gives up in the end. One per job and device, for as long as the job works with it.
class OperatorWait {
 public:
  /// `job`: its unique name. Everything must outlive the object.
  OperatorWait(StorageDevice& device, std::string job, JobLog& log, const Clock& clock, std::stop_token stop)
      : device_(device), job_(std::move(job)), log_(log), clock_(clock), stop_(std::move(stop)) {}

  enum class Woken {
    by_operator,  ///< a volume was labelled, or a mount command given
    to_poll,      ///< the poll interval passed: worth a try, without a word if it fails
  };
  /// Blocks the device; gives up the turn meanwhile and takes it again. Throws Error: cancelled, or timeout after the last
  /// repetition.
  Woken wait(StorageDevice::Turn& turn, const WantedMedium& wanted);

 private:
  bool sleep(const WantedMedium& wanted);
  void ask(const WantedMedium& wanted);
  std::string request(const WantedMedium& wanted) const;

  StorageDevice& device_;
  std::string job_;
  JobLog& log_;
  const Clock& clock_;
  std::stop_token stop_;
  unsigned asked_ = 0;
  std::optional<Instant> ask_again_;
};

}  // namespace holdfast::volumes
