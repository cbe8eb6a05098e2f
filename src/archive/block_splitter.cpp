// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/block_splitter.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/endian.h"
#include "codec/compression.h"

namespace holdfast::archive {

namespace {

Bytes taken(Bytes& from, std::size_t limit) {
  const auto piece = from.first(std::min(from.size(), limit));
  from = from.subspan(piece.size());
  return piece;
}

}  // namespace

void BlockSplitter::start(Blocks blocks) {
  blocks_ = blocks;
  length_.clear();
  block_.clear();
  left_ = 0;
}

Expected<void, std::string> BlockSplitter::feed(Bytes plain, const Take& take) {
  while (!plain.empty()) {
    auto done = left_ == 0 ? take_length(plain) : take_block(plain, take);
    if (!done) return done;
  }
  return {};
}

Expected<void, std::string> BlockSplitter::take_length(Bytes& plain) {
  append(length_, taken(plain, sizeof left_ - length_.size()));
  if (length_.size() < sizeof left_) return {};
  left_ = load<std::uint32_t>(length_.data());
  length_.clear();
  if (blocks_ == Blocks::whole && left_ > codec::largest_block)
    return unexpected(fmt::format(
        "a block of {} bytes among the decrypted data: it is damaged, or its key is another one", left_));
  return {};
}

Expected<void, std::string> BlockSplitter::take_block(Bytes& plain, const Take& take) {
  const auto piece = taken(plain, left_);
  left_ -= static_cast<std::uint32_t>(piece.size());
  const bool is_whole = left_ == 0 && block_.empty();
  if (blocks_ == Blocks::in_pieces || is_whole) return take(piece);
  append(block_, piece);
  if (left_ > 0) return {};
  auto done = take(block_);
  block_.clear();
  return done;
}

}  // namespace holdfast::archive
