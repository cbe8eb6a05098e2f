// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "base/bytes.h"
#include "os/unique_fd.h"

namespace holdfast::os {

/// Carries SCSI commands to a device. Used by one thread at a time.
class ScsiTransport {
 public:
  virtual ~ScsiTransport() = default;
  /// A command by which the device sends up to `into.size()` bytes; how many came. Throws Error{refused} where the device
  /// does not carry it out, with the reason in its sense data, Error{io} where it cannot be reached.
  virtual std::size_t receive(Bytes command, MutableBytes into) = 0;
  /// A command with which the device takes `data`. Throws as receive() does.
  virtual void send(Bytes command, Bytes data) = 0;
};

/// A device of the SCSI generic interface: /dev/sgN, or a tape's /dev/nstN.
class ScsiDevice final : public ScsiTransport {
 public:
  /// Throws Error where it cannot be opened.
  explicit ScsiDevice(const std::string& path);

  std::size_t receive(Bytes command, MutableBytes into) override;
  void send(Bytes command, Bytes data) override;

 private:
  enum class Data { from_device, to_device };
  std::size_t transfer(Bytes command, std::byte* data, std::size_t size, Data direction);

  std::string path_;
  UniqueFd file_;
};

}  // namespace holdfast::os
