// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "device/changer.h"
#include "volumes/storage_device.h"

namespace holdfast::volumes {

/// A robot and the drives it loads (interop 03, section 14). One volume is moved at a time; who wants another one
/// waits. Any thread.
class Autochanger {
 public:
  Autochanger(std::string name, std::unique_ptr<device::Changer> robot)
      : name_(std::move(name)), robot_(std::move(robot)) {}

  const std::string& name() const { return name_; }
  /// Before jobs use the device. Its settings say which drive of the robot it is.
  void add(StorageDevice& device) { devices_.push_back(&device); }
  const std::vector<StorageDevice*>& devices() const { return devices_; }

  enum class Loaded {
    yes,
    slot_is_empty,   ///< or the robot says so
    used_elsewhere,  ///< the volume is in another drive, which works with it
  };
  struct Outcome {
    Loaded loaded = Loaded::yes;
    const StorageDevice* user = nullptr;  ///< the other drive
  };
  /// Puts the volume of that slot into the device, whose turn the caller has and on which no medium is open. What it
  /// does is told to `log`. Throws ChangerError; Error{cancelled} when the stop of the turn is requested meanwhile.
  Outcome load(StorageDevice& device, StorageDevice::Turn& turn, unsigned slot,
               const device::ChangerErrand& errand, JobLog& log);
  /// Puts what is in the device back into its slot; nothing happens where it is empty.
  void unload(StorageDevice& device, StorageDevice::Turn& turn, const device::ChangerErrand& errand,
              JobLog& log);

  /// The slot whose volume is in the device, without asking the robot; nothing: not known.
  std::optional<unsigned> known_slot(const StorageDevice& device) const {
    return known_slot(device.settings().drive_index);
  }

  /// Lets nobody else move volumes while `action` uses the robot. It may have moved volumes afterwards: what was known of
  /// drives is forgotten. Throws Error{cancelled} when `stop` is requested first, or while the robot works.
  template <typename Action>
  auto with_robot(std::stop_token stop, Action&& action) {
    const RobotTurn turn(*this, std::move(stop));
    known_.with([](Slots& slots) { slots.clear(); });
    return std::forward<Action>(action)(*robot_);
  }

 private:
  /// One volume is moved at a time.
  class RobotTurn {
   public:
    RobotTurn(Autochanger& changer, std::stop_token stop) : changer_(changer) {
      if (!changer_.moving_.take(stop))
        throw Error(ErrorKind::cancelled, "cancelled while waiting for autochanger {}", changer_.name_);
      changer_.robot_->heed(std::move(stop));
    }
    ~RobotTurn() { changer_.moving_.give_up(); }
    RobotTurn(const RobotTurn&) = delete;
    RobotTurn& operator=(const RobotTurn&) = delete;

   private:
    Autochanger& changer_;
  };
  using Slots = std::map<unsigned, unsigned>;  ///< by drive; 0: empty

  std::optional<unsigned> known_slot(unsigned drive) const;
  unsigned loaded(unsigned drive, const device::ChangerErrand& errand, JobLog& log);
  void unload_drive(StorageDevice& device, StorageDevice::Turn& turn, unsigned slot,
                    const device::ChangerErrand& errand, JobLog& log);
  const StorageDevice* take_from_others(const StorageDevice& device, const StorageDevice::Turn& own_turn,
                                        unsigned slot, const device::ChangerErrand& errand, JobLog& log);
  void know(unsigned drive, std::optional<unsigned> slot);

  std::string name_;
  std::unique_ptr<device::Changer> robot_;
  std::vector<StorageDevice*> devices_;
  Turnstile moving_;
  Guarded<Slots> known_;
};

}  // namespace holdfast::volumes
