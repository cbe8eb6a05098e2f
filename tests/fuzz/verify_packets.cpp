// SPDX-License-Identifier: AGPL-3.0-or-later
// What a File Daemon tells of the files of a verify job, and the attributes in it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "format/packed_stat.h"
#include "wire/verify_packet.h"

using namespace holdfast;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto packet = wire::client::decode_verify_packet(text);
  if (!packet) return 0;
  const auto* file = std::get_if<wire::client::VerifyAttributes>(&*packet);
  if (file == nullptr) return 0;
  const auto stat = format::unpack_stat(file->packed_stat);
  if (stat && format::unpack_stat(format::pack(*stat)) != stat) __builtin_trap();
  return 0;
}
