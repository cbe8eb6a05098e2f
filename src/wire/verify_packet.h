// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string_view>
#include <variant>

#include "base/expected.h"
#include "wire/client_to_director.h"

namespace holdfast::wire::client {

/// Something on a volume that is no file, such as a restore object: nothing is compared.
struct VerifyOther {
  std::uint32_t file_index = 0;
};

/// What a File Daemon sends for each file of a verify job (interop 02, section 5.7).
using VerifyPacket = std::variant<VerifyAttributes, VerifyDigest, VerifyOther>;

Expected<VerifyPacket, DecodeError> decode_verify_packet(std::string_view text);

}  // namespace holdfast::wire::client
