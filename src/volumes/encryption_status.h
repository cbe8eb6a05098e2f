// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "device/drive_encryption.h"
#include "os/scsi_device.h"

namespace holdfast::volumes {

class StorageDevice;

/// Tells whether a drive encrypts, and what the next block of its volume is (Query Crypto Status; interop 03, section 16).
/// Any thread.
class EncryptionStatus {
 public:
  using Open = std::function<std::unique_ptr<os::ScsiTransport>()>;
  /// `open` throws Error where the drive cannot be reached; without it the drive is one that cannot encrypt.
  EncryptionStatus(Open open, const Clock& clock) : open_(std::move(open)), clock_(clock) {}

  /// Paragraphs for the status command. A drive that a job uses is not asked: it would have to interrupt what it does; what it
  /// said last is told instead. No job gets the drive meanwhile.
  std::vector<std::string> paragraphs(StorageDevice& device);

 private:
  std::vector<std::string> ask(bool has_volume) const;

  struct Answer {
    std::vector<std::string> paragraphs;
    Time when;
  };

  Open open_;
  const Clock& clock_;
  Guarded<std::optional<Answer>> last_;
};

}  // namespace holdfast::volumes
