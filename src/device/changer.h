// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"

namespace holdfast::device {

/// On whose behalf volumes are moved: for the codes of the changer command. Empty where nobody knows.
struct ChangerErrand {
  std::string volume;
  std::string job;
  std::string client;
};

/// A robot or its script failed: `why` ("Child exited with code 1"), and what it said.
class ChangerError : public Error {
 public:
  ChangerError(const std::string& why, std::string output)
      : Error(ErrorKind::io, why), output_(std::move(output)) {}
  const std::string& output() const { return output_; }

 private:
  std::string output_;
};

/// Moves volumes between slots and drives (interop 03, section 14). Slots count from 1, drives from 0. Used by one
/// thread at a time; each call may take minutes. All throw ChangerError where the robot fails, does not answer in
/// time or says what cannot be.
class Changer {
 public:
  virtual ~Changer() = default;

  /// On whose behalf it works from here on: a call that waits when this stop is requested throws Error{cancelled}. Where
  /// volumes are then nobody knows before the robot is asked.
  virtual void heed(std::stop_token stop) { static_cast<void>(stop); }

  /// The slot that the volume in the drive came from; 0: the drive is empty.
  virtual unsigned loaded(unsigned drive, const ChangerErrand& errand) = 0;
  virtual void load(unsigned slot, unsigned drive, const ChangerErrand& errand) = 0;
  virtual void unload(unsigned slot, unsigned drive, const ChangerErrand& errand) = 0;

  /// Lines "slot:barcode" of slots that hold a volume.
  virtual std::vector<std::string> list() = 0;
  /// Lines of drives (D), slots (S) and import/export slots (I), as interop 03, section 12.7 has them.
  virtual std::vector<std::string> list_all() = 0;
  virtual unsigned slots() = 0;
  /// Returns what the robot said.
  virtual std::vector<std::string> transfer(unsigned from, unsigned to) = 0;
};

}  // namespace holdfast::device
