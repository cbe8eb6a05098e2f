// SPDX-License-Identifier: AGPL-3.0-or-later
#include <algorithm>
#include <cstdlib>

#include "archive/block_splitter.h"

using namespace holdfast;

namespace {

using archive::BlockSplitter;

struct Splitting {
  Buffer joined;
  bool is_good = true;
};

Splitting split(Bytes plain, BlockSplitter::Blocks blocks, std::size_t step) {
  BlockSplitter splitter;
  splitter.start(blocks);
  Splitting result;
  for (; !plain.empty() && result.is_good; plain = plain.subspan(std::min(step, plain.size())))
    result.is_good = splitter
                         .feed(plain.first(std::min(step, plain.size())),
                               [&](Bytes block) {
                                 append(result.joined, block);
                                 return Expected<void, std::string>();
                               })
                         .has_value();
  return result;
}

}  // namespace

// What comes out of decryption: the first byte says into what pieces it is cut, which must not matter.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes input(reinterpret_cast<const std::byte*>(data) + 1, size - 1);
  for (const auto blocks : {BlockSplitter::Blocks::whole, BlockSplitter::Blocks::in_pieces}) {
    const auto at_once = split(input, blocks, size);
    const auto in_pieces = split(input, blocks, 1U + data[0]);
    if (at_once.is_good != in_pieces.is_good || at_once.joined != in_pieces.joined) std::abort();
  }
  return 0;
}
