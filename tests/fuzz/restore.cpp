// SPDX-License-Identifier: AGPL-3.0-or-later
// What a Storage Daemon sends to be restored: records as u8 step of the FileIndex, u8 stream (see
// stream_of), u16 length, payload. The first byte of the input chooses the options.
#include <cstdlib>

#include "archive/restore.h"
#include "base/endian.h"
#include "base/error.h"
#include "nowhere_target.h"

using namespace holdfast;

namespace {

class Quiet final : public archive::Report {
 public:
  void message(MessageType, const std::string&) override {}
};

/// The streams that mean something: 0 to 63, ACLs from 1000, extended attributes from 1900.
std::int32_t stream_of(std::uint8_t byte) {
  if (byte < 64) return byte;
  return byte < 128 ? 1000 + byte - 64 : 1900 + byte - 128;
}

archive::RestoreOptions options_of(std::uint8_t byte) {
  archive::RestoreOptions options;
  options.replace = static_cast<archive::Replace>("awon"[byte % 4]);
  if ((byte & 4) != 0) options.where = "/where";
  if ((byte & 8) != 0) options.regex_where = "!^/(.*)$!/$1.old!i";
  if ((byte & 16) != 0) options.links = archive::RestoreOptions::Links::prefixed;
  options.workers = (byte & 32) != 0 ? 2 : 1;
  return options;
}

void restore(const archive::RestoreOptions& options, Bytes records) {
  // Expressions may lead anywhere, as the one who wrote them wished.
  fuzz::NowhereTarget target(options.regex_where.empty() ? options.where : std::string());
  Quiet report;
  archive::Restore restore(target, options, report);
  ByteReader reader(records);
  std::int32_t file_index = 1;
  for (;;) {
    const auto step = reader.take<std::uint8_t>();
    const auto stream = reader.take<std::uint8_t>();
    const auto length = reader.take<std::uint16_t>();
    if (!length) break;
    file_index += *step & 1;
    restore.record({{1, 1}, file_index, stream_of(*stream)},
                   *reader.take_bytes(std::min<std::size_t>(*length, reader.left().size())));
  }
  restore.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  try {
    restore(options_of(data[0]), {reinterpret_cast<const std::byte*>(data) + 1, size - 1});
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::internal) std::abort();
  }
  return 0;
}
