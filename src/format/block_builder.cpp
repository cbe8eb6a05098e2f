// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/block_builder.h"

#include <algorithm>
#include <utility>

#include "base/endian.h"

namespace holdfast::format {
namespace {

void seal(Buffer& bytes, std::uint32_t number, VolumeSession session, Crc32 crc) {
  BlockHeader header{
      .length = static_cast<std::uint32_t>(bytes.size()), .number = number, .session = session};
  store(bytes.data(), header);
  holdfast::store(bytes.data(), crc(checksummed_part(bytes)));
}

}  // namespace

BlockBuilder::BlockBuilder(VolumeSession session, std::size_t max_block)
    : session_(session), max_block_(max_block), bytes_(max_block) {}

bool BlockBuilder::has_room_for(std::size_t payload) const { return free() >= RecordHeader::size + payload; }

void BlockBuilder::put_header(const RecordHeader& header) {
  store(&bytes_[used_], header);
  used_ += RecordHeader::size;
  if (header.file_index <= 0) return;
  last_index_ = static_cast<std::uint32_t>(header.file_index);
  if (first_index_ == 0) first_index_ = last_index_;
}

bool BlockBuilder::add(Outgoing& record) {
  if (free() < RecordHeader::size) return false;
  put_header({.file_index = record.file_index,
              .stream = record.is_started ? -record.stream : record.stream,
              .length = static_cast<std::uint32_t>(record.left.size())});
  record.is_started = true;
  const auto now = record.left.first(std::min(record.left.size(), free()));
  if (!now.empty()) std::memcpy(&bytes_[used_], now.data(), now.size());
  used_ += now.size();
  record.left = record.left.subspan(now.size());
  return record.left.empty();
}

BuiltBlock BlockBuilder::take_block(Crc32 crc, Buffer recycled) {
  BuiltBlock block{.bytes = std::exchange(bytes_, std::move(recycled)),
                   .first_index = std::exchange(first_index_, 0),
                   .last_index = std::exchange(last_index_, 0)};
  block.bytes.resize(std::exchange(used_, BlockHeader::size));
  bytes_.resize(max_block_);
  seal(block.bytes, number_++, session_, crc);
  return block;
}

Buffer build_single_record_block(VolumeSession session, const RecordHeader& header, Bytes payload,
                                 Crc32 crc) {
  Buffer bytes(BlockHeader::size + RecordHeader::size);
  store(&bytes[BlockHeader::size], header);
  append(bytes, payload);
  seal(bytes, 0, session, crc);
  return bytes;
}

}  // namespace holdfast::format
