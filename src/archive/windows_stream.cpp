// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/windows_stream.h"

#include <algorithm>

#include "base/endian.h"

namespace holdfast::archive {

namespace {

// u32 stream id, u32 attributes, i64 size, u32 name size, all little-endian.
constexpr std::size_t header_size = 20;
constexpr std::uint32_t backup_data = 1;

Bytes taken(Bytes& from, std::uint64_t limit) {
  const auto piece = from.first(static_cast<std::size_t>(std::min<std::uint64_t>(from.size(), limit)));
  from = from.subspan(piece.size());
  return piece;
}

}  // namespace

std::vector<Bytes> WindowsStream::feed(Bytes bytes) {
  std::vector<Bytes> data;
  while (!bytes.empty()) {
    if (name_left_ > 0) {
      name_left_ -= taken(bytes, name_left_).size();
    } else if (body_left_ > 0) {
      const auto body = taken(bytes, body_left_);
      body_left_ -= body.size();
      if (is_data_) data.push_back(body);
    } else {
      bytes = take_header(bytes);
    }
  }
  return data;
}

Bytes WindowsStream::take_header(Bytes bytes) {
  append(header_, taken(bytes, header_size - header_.size()));
  if (header_.size() < header_size) return bytes;
  is_data_ = load<std::uint32_t>(&header_[0], std::endian::little) == backup_data;
  body_left_ = load<std::uint64_t>(&header_[8], std::endian::little);
  name_left_ = load<std::uint32_t>(&header_[16], std::endian::little);
  header_.clear();
  return bytes;
}

}  // namespace holdfast::archive
