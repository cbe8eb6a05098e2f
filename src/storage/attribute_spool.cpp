// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/attribute_spool.h"

#include "base/endian.h"
#include "base/error.h"

namespace holdfast::storage {
namespace {

// One write for some thousand files.
constexpr std::size_t write_step = 256UL * 1024;
constexpr std::size_t length_size = 4;

/// Sends the whole entries at the front of `bytes`; returns how long they are.
std::size_t send_entries(Bytes bytes, DirectorLine& director) {
  std::size_t at = 0;
  while (bytes.size() - at >= length_size) {
    const auto length = load<std::uint32_t>(&bytes[at]);
    if (length > bytes.size() - at - length_size) break;
    director.send_attributes(bytes.subspan(at + length_size, length));
    at += length_size + length;
  }
  return at;
}

}  // namespace

AttributeSpool::AttributeSpool(std::unique_ptr<volumes::SpoolStore> store) : store_(std::move(store)) {}

bool AttributeSpool::add(std::string_view head, Bytes data) {
  std::byte length[length_size];
  store(length, static_cast<std::uint32_t>(head.size() + data.size()));
  append(pending_, length);
  append(pending_, as_bytes(head));
  append(pending_, data);
  bytes_ += length_size + head.size() + data.size();
  return pending_.size() < write_step || write_out();
}

bool AttributeSpool::write_out() {
  if (!store_->write_at(stored_, pending_)) return false;
  stored_ += pending_.size();
  pending_.clear();
  return true;
}

void AttributeSpool::send_all(DirectorLine& director) {
  Buffer window;
  std::size_t left = 0;  // bytes at the front of the window, of an entry that is not complete
  for (std::uint64_t at = 0; at < stored_;) {
    const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(write_step, stored_ - at));
    window.resize(left + step);
    if (store_->read_at(at, MutableBytes(window).subspan(left)) != step) {
      throw Error(ErrorKind::io, "cannot read the attribute spool file");
    }
    at += step;
    const auto sent = send_entries(window, director);
    window.erase(window.begin(), window.begin() + static_cast<std::ptrdiff_t>(sent));
    left = window.size();
  }
  if (left != 0 || send_entries(pending_, director) != pending_.size()) {
    throw Error(ErrorKind::corrupt, "the attribute spool file is damaged; check the disk");
  }
  pending_.clear();
  store_->resize(0);
  stored_ = 0;
}

}  // namespace holdfast::storage
