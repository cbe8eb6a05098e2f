// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/in_place_file.h"

#include <algorithm>
#include <cstring>

namespace holdfast::archive {

namespace {

// Compared, and written, at once: small enough to spare what is the same around a small change.
constexpr std::size_t unit = 65536;

}  // namespace

tree::Outcome<void> InPlaceFile::write_at(std::uint64_t offset, Bytes data) {
  // A hole of the restored file may lie where the present one has data.
  if (offset > end_ && end_ < size_)
    if (auto cleared = file_->clear(end_, std::min(offset, size_) - end_); !cleared) return cleared;
  for (std::size_t done = 0; done < data.size(); done += unit) {
    const auto block = data.subspan(done, std::min(unit, data.size() - done));
    if (auto written = write_where_different(offset + done, block); !written) return written;
  }
  end_ = std::max(end_, offset + data.size());
  return {};
}

tree::Outcome<void> InPlaceFile::write_where_different(std::uint64_t offset, Bytes block) {
  if (offset < size_) {
    present_.resize(unit);
    const auto count = file_->read_at(offset, MutableBytes(present_).first(block.size()));
    if (count && *count == block.size() && std::memcmp(present_.data(), block.data(), block.size()) == 0) {
      unchanged_.bytes += block.size();
      return {};
    }
  }
  auto written = file_->write_at(offset, block);
  if (written) size_ = std::max(size_, offset + block.size());
  return written;
}

tree::Outcome<void> InPlaceFile::set_size(std::uint64_t size) {
  if (size > end_ && end_ < size_)
    if (auto cleared = file_->clear(end_, std::min(size, size_) - end_); !cleared) return cleared;
  end_ = size;
  return {};
}

/// Before the times are set, which this changes, and before attributes, of which it takes away the capabilities.
tree::Outcome<void> InPlaceFile::cut() {
  if (std::exchange(is_cut_, true) || end_ == size_) return {};
  return file_->set_size(end_);
}

tree::Outcome<void> InPlaceFile::set_owner(tree::Owner owner) {
  if (auto done = cut(); !done) return done;
  return file_->set_owner(owner);
}

tree::Outcome<void> InPlaceFile::set_times(tree::Timestamp access, tree::Timestamp modification) {
  if (auto done = cut(); !done) return done;
  return file_->set_times(access, modification);
}

tree::Outcome<void> InPlaceFile::close() {
  const auto done = cut();
  auto closed = file_->close();
  return done ? closed : done;
}

}  // namespace holdfast::archive
