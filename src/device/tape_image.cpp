// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/tape_image.h"

#include <algorithm>
#include <array>

#include "base/endian.h"
#include "base/error.h"

namespace holdfast::device {
namespace {

constexpr std::string_view signature = "HOLDFAST TAPE 1\n";
constexpr std::size_t record_head = 16;
constexpr std::uint32_t block_id = 0x48464231;  // "HFB1"
constexpr std::uint32_t mark_id = 0x48464d31;   // "HFM1"
constexpr std::size_t longest_block = 64 * 1024 * 1024;

/// Tells a torn record from a whole one; no protection against anybody.
std::uint64_t checksum_of(std::uint32_t id, Bytes payload) {
  std::uint64_t sum = 0xcbf29ce484222325U ^ id;
  const auto add = [&sum](std::uint64_t word) {
    sum = (sum ^ word) * 0x100000001b3U;
    sum ^= sum >> 29;
  };
  add(payload.size());
  while (payload.size() >= sizeof(std::uint64_t)) {
    add(load<std::uint64_t>(payload.data()));
    payload = payload.subspan(sizeof(std::uint64_t));
  }
  std::array<std::byte, sizeof(std::uint64_t)> rest{};
  std::copy(payload.begin(), payload.end(), rest.begin());
  add(load<std::uint64_t>(rest.data()));
  return sum;
}

struct RecordHead {
  std::uint32_t id = 0;
  std::uint32_t length = 0;
  std::uint64_t checksum = 0;

  bool is_known() const {
    return (id == block_id && length <= longest_block) || (id == mark_id && length == 0);
  }
};

RecordHead head_at(ByteStore& store, std::uint64_t offset) {
  std::array<std::byte, record_head> bytes{};
  if (store.read_at(offset, bytes) < bytes.size()) return {};
  return {load<std::uint32_t>(&bytes[0]), load<std::uint32_t>(&bytes[4]), load<std::uint64_t>(&bytes[8])};
}

}  // namespace

TapeImage::TapeImage(std::unique_ptr<ByteStore> store) : store_(std::move(store)) {
  end_ = signature.size();
  std::array<std::byte, signature.size()> found{};
  const auto got = store_->read_at(0, found);
  // A power cut while the first record was written may have left the file longer, but the signature empty.
  const bool is_blank =
      std::all_of(found.begin(), found.end(), [](std::byte b) { return b == std::byte{0}; });
  const bool is_begun = got < found.size() && signature.starts_with(as_text(Bytes(found).first(got)));
  const bool can_be_torn = store_->size() <= signature.size() + record_head + longest_block;
  if ((is_blank && can_be_torn) || is_begun) return;
  if (as_text(found) != signature) throw Error(ErrorKind::corrupt, "this file is no emulated tape");
  find_records();
}

void TapeImage::find_records() {
  const auto size = store_->size();
  for (;;) {
    const auto head = head_at(*store_, end_);
    if (!head.is_known() || size - end_ - record_head < head.length) break;
    if (head.id == mark_id) marks_.push_back(offsets_.size());
    offsets_.push_back(end_ | (head.id == mark_id ? mark_flag : 0));
    end_ += record_head + head.length;
    data_bytes_ += head.length;
  }
  // What was not synced may be there in parts. Only the last records can be such; the first of them that is whole
  // ends the search, for the others were written before it and are checked when they are read.
  while (!offsets_.empty() && !is_whole(offsets_.size() - 1)) {
    end_ = offset_of(offsets_.size() - 1);
    data_bytes_ -= length(offsets_.size() - 1);
    if (is_mark(offsets_.size() - 1)) marks_.pop_back();
    offsets_.pop_back();
  }
}

std::uint64_t TapeImage::offset_of(std::size_t place) const { return offsets_[place] & ~mark_flag; }

bool TapeImage::is_whole(std::size_t place) const {
  Buffer payload(length(place));
  return read(place, payload);
}

std::uint32_t TapeImage::file_of(std::size_t place) const {
  return static_cast<std::uint32_t>(std::lower_bound(marks_.begin(), marks_.end(), place) - marks_.begin());
}

std::uint32_t TapeImage::block_of(std::size_t place) const {
  const auto file = file_of(place);
  return static_cast<std::uint32_t>(file == 0 ? place : place - marks_[file - 1] - 1);
}

std::size_t TapeImage::place_of_mark(std::size_t number) const {
  return number < marks_.size() ? marks_[number] : count();
}

std::size_t TapeImage::length(std::size_t place) const {
  const auto next = place + 1 < count() ? offset_of(place + 1) : end_;
  return next - offset_of(place) - record_head;
}

bool TapeImage::read(std::size_t place, MutableBytes into) const {
  const auto head = head_at(*store_, offset_of(place));
  const auto payload = into.first(length(place));
  return store_->read_at(offset_of(place) + record_head, payload) == payload.size() &&
         checksum_of(head.id, payload) == head.checksum;
}

bool TapeImage::append(Bytes payload, std::uint64_t flag) {
  const auto id = flag != 0 ? mark_id : block_id;
  std::array<std::byte, record_head> head{};
  store(&head[0], id);
  store(&head[4], static_cast<std::uint32_t>(payload.size()));
  store(&head[8], checksum_of(id, payload));
  // Left-overs of a torn end would look like a record behind this one.
  if (store_->size() > end_) store_->resize(end_);
  const bool fits = (!offsets_.empty() || store_->write_at(0, as_bytes(signature))) &&
                    store_->write_at(end_ + record_head, payload) && store_->write_at(end_, head);
  if (!fits) {
    store_->resize(offsets_.empty() ? 0 : end_);
    return false;
  }
  if (flag != 0) marks_.push_back(offsets_.size());
  offsets_.push_back(end_ | flag);
  end_ += record_head + payload.size();
  data_bytes_ += payload.size();
  return true;
}

bool TapeImage::append_block(Bytes block) {
  if (block.size() > longest_block)
    throw Error(ErrorKind::invalid, "a block of {} bytes is too long", block.size());
  return append(block, 0);
}

bool TapeImage::append_mark() { return append({}, mark_flag); }

void TapeImage::cut(std::size_t place) {
  if (place >= count()) return;
  for (auto i = place; i < count(); ++i) data_bytes_ -= length(i);
  end_ = offset_of(place);
  offsets_.resize(place);
  marks_.erase(std::lower_bound(marks_.begin(), marks_.end(), place), marks_.end());
  store_->resize(place == 0 ? 0 : end_);
}

}  // namespace holdfast::device
