// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <set>

#include "os/scsi_device.h"

namespace holdfast::device {

/// A tape drive that encrypts, as far as the commands for keys and alerts go. It reads them by the offsets of the
/// standards, not by our own code.
class ScsiTapeDouble final : public os::ScsiTransport {
 public:
  std::size_t receive(Bytes command, MutableBytes into) override;
  void send(Bytes command, Bytes data) override;

  Buffer key;  ///< that is loaded
  std::uint8_t encrypting = 0, decrypting = 0;
  std::uint32_t key_instances = 0;
  bool is_block_encrypted = false;
  std::set<int> alerts;                  ///< cleared when they are read
  bool can_encrypt = true;               ///< otherwise it refuses the commands
  std::size_t answer_ends_at = 100'000;  ///< what goes beyond is not sent
};

}  // namespace holdfast::device
