// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/guarded.h"

namespace holdfast::volumes {

class StorageDevice;

/// A job would wait for ever: all that hold what it wants wait, in the end, for what it holds itself.
class DeviceDeadlock : public Error {
 public:
  explicit DeviceDeadlock(const std::string& message) : Error(ErrorKind::refused, message) {}
};

/// Which jobs wait for devices, or for the volumes in them, and why; and whether they would wait for ever. Any thread.
class WaitingJobs {
 public:
  struct Wait {
    std::string job;                            ///< unique name; empty: what it holds is not looked at
    std::vector<std::string> reasons;           ///< for the status command
    std::vector<const StorageDevice*> devices;  ///< any one of which would do
    std::string volume = {};  ///< that the device shall let go of; empty: the device itself is wanted
  };
  enum class Outlook { good, deadlock };

  /// The place of one who waits; ends with the object. A job may have several: it goes on when none is left.
  class Place {
   public:
    explicit Place(WaitingJobs& all);
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    /// Notes or renews the wait. Deadlock: all devices it could have are held by jobs that, in the end, wait for this one;
    /// then nothing is noted.
    Outlook note(Wait wait);

   private:
    WaitingJobs& all_;
    std::uint64_t number_;
  };

  /// In the order in which they came.
  std::vector<std::string> reasons() const;

 private:
  struct State {
    std::map<std::uint64_t, Wait> waits;
    std::uint64_t last_number = 0;
  };
  static bool can_go_on(const std::map<std::uint64_t, Wait>& waits, const std::string& job);

  Guarded<State> state_;
};

}  // namespace holdfast::volumes
