// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/checker/payload_rules.h"

#include <fmt/core.h>

#include <array>
#include <charconv>

#include "base/endian.h"
#include "base/text.h"

namespace holdfast::volumes {
namespace {

enum class Kind { attributes, data, digest, signature, extra, restore_object, plugin, session, xattr, other };

constexpr int has_offset = 1;
constexpr int has_compression_header = 2;

struct Stream {
  std::int32_t id;
  Kind kind;
  int form = 0;            // of data
  std::size_t length = 0;  // of digests
  std::int32_t plain = 0;  // what a Storage Daemon may have compressed it from
};

// Interop 05, section 2; what nobody ever wrote is left out.
constexpr Stream streams[] = {
    {1, Kind::attributes},
    {2, Kind::data},
    {3, Kind::digest, 0, 16},
    {4, Kind::data},
    {5, Kind::attributes},
    {6, Kind::data, has_offset},
    {7, Kind::data, has_offset},
    {10, Kind::digest, 0, 20},
    {11, Kind::data},
    {12, Kind::data},
    {13, Kind::extra},
    {14, Kind::extra},
    {15, Kind::extra},
    {16, Kind::extra},
    {17, Kind::digest, 0, 32},
    {18, Kind::digest, 0, 64},
    {19, Kind::signature},
    {20, Kind::data},
    {21, Kind::data},
    {22, Kind::session},
    {23, Kind::data},
    {24, Kind::data},
    {25, Kind::extra},
    {26, Kind::plugin},
    {28, Kind::restore_object},
    {29, Kind::data, has_compression_header, 0, 2},
    {30, Kind::data, has_offset | has_compression_header, 0, 6},
    {31, Kind::data, has_compression_header, 0, 11},
    {32, Kind::data},
    {33, Kind::data},
    {40, Kind::digest, 0, 16},
    {999, Kind::other},
    {1988, Kind::xattr},
    {1992, Kind::xattr},
    {1996, Kind::xattr},
    {1997, Kind::xattr},
    {1998, Kind::xattr},
    {1999, Kind::xattr},
};

std::optional<Stream> find_stream(std::int32_t id) {
  for (const auto& stream : streams)
    if (stream.id == id) return stream;
  if (id >= 1000 && id <= 1020) return Stream{id, Kind::extra};
  if (id >= 1989 && id <= 1995) return Stream{id, Kind::extra};
  return std::nullopt;
}

// Interop 05, section 4: what is stored, and codes that peers without those systems never write.
constexpr std::int32_t stored_types[] = {1, 2, 3, 4, 5, 6, 16, 17, 19, 20, 21, 23, 24, 26, 13, 14};
constexpr std::int32_t hard_link = 1, regular_empty = 2, regular = 3, symlink = 4, directory = 5, special = 6,
                       deleted = 23;
constexpr std::int32_t windows_attributes = 5, plain_data = 2;
constexpr std::int32_t type_mask = 0xFFFF;
constexpr std::size_t least_stat_fields = 13, most_stat_fields = 16;

/// The numbers of a packed stat; -1 for what is none.
std::optional<std::array<std::int64_t, most_stat_fields>> stat_fields(std::string_view text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::int64_t, most_stat_fields> fields{};
  std::size_t count = 0;
  for (const auto word : split(text, ' ')) {
    if (count == most_stat_fields || word.empty()) return std::nullopt;
    std::uint64_t value = 0;
    const bool is_negative = word.front() == '-';
    const auto number = is_negative ? word.substr(1) : word;
    if (number.empty()) return std::nullopt;
    for (const char c : number) {
      const auto digit = digits.find(c);
      if (digit == std::string_view::npos) return std::nullopt;
      value = (value << 6) | digit;
    }
    fields[count++] = is_negative ? -static_cast<std::int64_t>(value & INT64_MAX)
                                  : static_cast<std::int64_t>(value & INT64_MAX);
  }
  if (count < least_stat_fields) return std::nullopt;
  return fields;
}

/// "<number> " from the front.
std::optional<std::int32_t> leading_number(std::string_view& text) {
  std::int32_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto [stopped, failed] = std::from_chars(text.data(), end, value);
  if (failed != std::errc{} || stopped == end || *stopped != ' ') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stopped - text.data()) + 1);
  return value;
}

void check_compressed(Bytes payload, const Say& say) {
  constexpr std::size_t header = 12;
  constexpr std::uint32_t zstd = 0x5a535444;  // ours alone
  constexpr std::uint32_t magics[] = {0x475a4950, 0x4c5a4f58, 0x465a465a, 0x465a344c, 0x465a3448, 0x5a535444};
  if (payload.size() < header)
    return say(Severity::error, fmt::format("{} bytes are too few for a compression header", payload.size()));
  const auto magic = load<std::uint32_t>(&payload[0]);
  if (std::find(std::begin(magics), std::end(magics), magic) == std::end(magics))
    say(Severity::error, fmt::format("Compression algorithm 0x{:x} found, but not supported!", magic));
  if (const auto size = load<std::uint32_t>(&payload[4]); size + header != payload.size())
    say(Severity::error,
        fmt::format("Compressed header size error. comp_len={}, message_length={}", size, payload.size()));
  if (const auto version = load<std::uint16_t>(&payload[10]); version != 1)
    say(Severity::error, fmt::format("Compressed header version error. version=0x{:x}", version));
  // Our own mark: the offset before a compressed record does not stand among its data once more (ADR 0902).
  constexpr unsigned mark = 0x100;
  if (const auto level = load<std::uint16_t>(&payload[8]) & ~mark; level > (magic == zstd ? 19 : 9))
    say(Severity::warning, fmt::format("compression level {}", level));
}

void check_xattrs(Bytes payload, const Say& say) {
  constexpr std::uint32_t magic = 0x005C5884;
  const auto take = [&](std::size_t count) {
    if (payload.size() < count) return false;
    payload = payload.subspan(count);
    return true;
  };
  const auto number = [&] { return payload.size() < 4 ? 0 : load<std::uint32_t>(payload.data()); };
  if (payload.empty()) return say(Severity::warning, "an empty record of extended attributes");
  while (!payload.empty()) {
    if (number() != magic) return say(Severity::error, "Illegal xattr stream, no XATTR_MAGIC");
    bool is_whole = take(4);
    for (int part = 0; part < 2; ++part) {
      const std::size_t length = number();
      is_whole = is_whole && take(4) && take(length);
    }
    if (!is_whole) return say(Severity::error, "an extended attribute is longer than its record");
  }
}

/// A sequence in DER that fills the record (interop 05, sections 11.2 and 11.4).
void check_sequence(Bytes payload, const Say& say) {
  constexpr std::byte sequence{0x30};
  const auto at = [&](std::size_t place) {
    return place < payload.size() ? std::to_integer<std::size_t>(payload[place]) : 0;
  };
  std::size_t head = 2, length = at(1);
  if (length >= 0x80) {
    const auto bytes = length & 0x7F;
    length = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(bytes, 4); ++i) length = (length << 8) | at(head++);
  }
  if (payload.empty() || payload[0] != sequence || head + length != payload.size())
    say(Severity::error, fmt::format("{} bytes that are no signature or session record", payload.size()));
}

void check_digest(const Stream& stream, Bytes payload, const Say& say) {
  if (payload.size() != stream.length)
    say(Severity::error, fmt::format("a digest of {} bytes, on stream {} it has {}", payload.size(),
                                     stream.id, stream.length));
}

}  // namespace

bool FileRules::begins_file(std::int32_t stream) {
  const auto known = find_stream(stream);
  return known && (known->kind == Kind::attributes || known->kind == Kind::restore_object ||
                   known->kind == Kind::plugin || known->kind == Kind::other);
}

void FileRules::check_order(std::int32_t stream, const Say& say) {
  if (!has_head_ && !begins_file(stream))
    say(Severity::error, fmt::format("the file begins with stream {} instead of its attributes", stream));
  has_head_ = true;
  const auto known = find_stream(stream);
  is_complete_ = known && (known->kind == Kind::digest || known->kind == Kind::restore_object);
}

void FileRules::check(std::int32_t stream, Bytes payload, const Say& say) {
  check_order(stream, say);
  const auto known = find_stream(stream);
  if (!known) return say(Severity::warning, fmt::format("stream {} is not known", stream));
  switch (known->kind) {
    case Kind::attributes: return attributes(stream, payload, say);
    case Kind::data: return data(stream, payload, say);
    case Kind::digest: check_digest(*known, payload, say); break;
    case Kind::xattr: check_xattrs(payload, say); break;
    case Kind::signature:
    case Kind::session: check_sequence(payload, say); break;
    default: break;
  }
  is_data_over_ = data_stream_ && known->kind != Kind::session;
}

void FileRules::attributes(std::int32_t stream, Bytes payload, const Say& say) {
  if (announced_) say(Severity::error, "attributes of the file come twice");
  auto text = as_text(payload);
  const auto index = leading_number(text);
  const auto type = leading_number(text);
  if (!index || !type) return say(Severity::error, "attributes do not begin with file index and type");
  const auto fields = split(text, '\0');
  constexpr std::size_t least_fields =
      3 + 1;  // name, stat, link; the rest may be missing; behind the last NUL nothing
  if (fields.size() < least_fields || !fields.back().empty())
    return say(Severity::error, "attributes are cut off");
  if (fields.size() != 5 + 1)
    say(Severity::warning,
        fmt::format("attributes have {} fields behind the type, not 5", fields.size() - 1));
  // Copies renumber the record headers only.
  if (*index <= 0) say(Severity::warning, fmt::format("attributes say file {}", *index));
  const auto kind = *type & type_mask;
  if (std::find(std::begin(stored_types), std::end(stored_types), kind) == std::end(stored_types))
    say(Severity::warning, fmt::format("file type {} is not one that is stored", *type));
  if ((*type & ~type_mask) != 0) say(Severity::warning, fmt::format("file type {} has flags", *type));
  if (fields[0].empty()) say(Severity::error, "the name of the file is empty");
  if (kind == directory && !fields[0].ends_with('/'))
    say(Severity::warning, "the name of a directory does not end in /");
  if (stream == windows_attributes && (fields.size() < 5 || fields[3].empty()))
    say(Severity::warning, "attributes of Windows without what is particular to Windows");
  const auto stat = stat_fields(fields[1]);
  announced_ = stat ? static_cast<std::int32_t>((*stat)[15]) : 0;
  if (stat && kind == regular) size_ = (*stat)[7];
  if (!stat) return say(Severity::error, "the packed stat cannot be read");
  if ((kind == symlink || kind == hard_link) == fields[2].empty())
    say(Severity::warning,
        fmt::format("file type {} {}", kind, fields[2].empty() ? "without a link" : "with a link"));
  const auto mode = (*stat)[2] & 0170000;
  const bool is_wrong = ((kind == regular || kind == regular_empty) && mode != 0100000) ||
                        (kind == symlink && mode != 0120000) || (kind == directory && mode != 0040000) ||
                        (kind == special && (mode == 0100000 || mode == 0040000));
  if (is_wrong && mode != 0)
    say(Severity::warning, fmt::format("file type {} with mode {:o}", kind, (*stat)[2]));
  if (kind == deleted) is_complete_ = true;
}

void FileRules::finish(const Say& say) const {
  // Of other forms nobody can tell without unpacking them.
  const bool is_plain = announced_ == plain_data && (!data_stream_ || data_stream_ == plain_data);
  if (size_ && *size_ > 0 && is_plain && *size_ != data_bytes_)
    say(Severity::warning,
        fmt::format("the file had {} bytes when it was saved, {} are here", *size_, data_bytes_));
}

void FileRules::data(std::int32_t stream, Bytes payload, const Say& say) {
  const auto form = *find_stream(stream);
  const bool is_announced =
      !announced_ || *announced_ == 0 || *announced_ == stream || *announced_ == form.plain;
  if (!data_stream_ && !is_announced)
    say(Severity::error, fmt::format("data on stream {}, the attributes announce {}", stream, *announced_));
  if (data_stream_ && *data_stream_ != stream)
    say(Severity::error, fmt::format("data on stream {} behind data on stream {}", stream, *data_stream_));
  if (is_data_over_) say(Severity::warning, "data of the file are not in one piece");
  data_stream_ = stream;
  data_bytes_ += static_cast<std::int64_t>(payload.size());
  if ((form.form & has_offset) != 0) {
    if (payload.size() < sizeof(std::uint64_t))
      return say(Severity::error, fmt::format("{} bytes are too few for an offset", payload.size()));
    const auto offset = load<std::uint64_t>(payload.data());
    if (last_offset_ && offset <= *last_offset_)
      say(Severity::error, fmt::format("a block at offset {} behind one at {}", offset, *last_offset_));
    last_offset_ = offset;
    payload = payload.subspan(sizeof(std::uint64_t));
  }
  if ((form.form & has_compression_header) != 0) check_compressed(payload, say);
}

}  // namespace holdfast::volumes
