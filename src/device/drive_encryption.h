// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "os/scsi_device.h"

namespace holdfast::device {

/// What a tape drive does with data (SSC-3, data encryption status page).
struct DriveEncryption {
  enum class Encrypting : std::uint8_t { off = 0, external = 1, on = 2 };
  enum class Decrypting : std::uint8_t { off = 0, raw = 1, on = 2, mixed = 3 };

  Encrypting encrypting = Encrypting::off;
  Decrypting decrypting = Decrypting::off;
  std::uint8_t algorithm = 0;       ///< index among the drive's algorithms
  std::uint32_t key_instances = 0;  ///< counts the keys that were loaded
  bool operator==(const DriveEncryption&) const = default;
};

/// What the next block on the medium is (SSC-3, next block encryption status page).
struct BlockEncryption {
  enum class State : std::uint8_t {
    unknown = 0,     ///< the drive cannot tell
    not_now = 1,     ///< the drive cannot tell now
    no_block = 2,    ///< a file mark or the end of data
    open = 3,        ///< not encrypted
    foreign = 4,     ///< encrypted in a way the drive does not know
    readable = 5,    ///< encrypted, and the key that is loaded decrypts it
    unreadable = 6,  ///< encrypted, and the key that is loaded, if any, does not decrypt it
  };

  std::uint64_t block = 0;
  State state = State::unknown;
  std::uint8_t algorithm = 0;
  bool operator==(const BlockEncryption&) const = default;
};

/// For the operator, in sentences.
std::string describe(const DriveEncryption& drive);
std::string describe(const BlockEncryption& block);

// The pages themselves. Pure; what comes from the device is not trusted.

/// Encrypts what is written, and reads encrypted and open blocks alike: labels of volumes are never encrypted. The drive
/// forgets the key with the medium.
Buffer set_key_page(Bytes key);
/// Encrypts and decrypts nothing, and forgets the key.
Buffer clear_key_page();
std::optional<DriveEncryption> parse_drive_encryption(Bytes page);
std::optional<BlockEncryption> parse_block_encryption(Bytes page);

// All throw what the transport throws, and Error{unsupported} where the drive answers something else.

void set_key(os::ScsiTransport& drive, Bytes key);
void clear_key(os::ScsiTransport& drive);
DriveEncryption drive_encryption(os::ScsiTransport& drive);
BlockEncryption next_block_encryption(os::ScsiTransport& drive);

}  // namespace holdfast::device
