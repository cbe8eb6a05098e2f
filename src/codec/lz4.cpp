// SPDX-License-Identifier: AGPL-3.0-or-later
#include <lz4.h>
#include <lz4hc.h>

#include "codec/block_methods.h"
#include "codec/incompressible.h"

namespace holdfast::codec {

namespace {

const char* input_of(Bytes bytes) { return reinterpret_cast<const char*>(bytes.data()); }
char* output_of(MutableBytes bytes) { return reinterpret_cast<char*>(bytes.data()); }

/// Blocks are at most 256 KiB, so that their sizes fit an int.
class Lz4 : public BlockMethod {
 public:
  Lz4() : state_(std::make_unique_for_overwrite<std::byte[]>(static_cast<std::size_t>(LZ4_sizeofState()))) {}

  std::size_t compress(Bytes block, MutableBytes to) override {
    return static_cast<std::size_t>(LZ4_compress_fast_extState(state_.get(), input_of(block), output_of(to),
                                                               static_cast<int>(block.size()),
                                                               static_cast<int>(to.size()), 1));
  }
  bool decompress(Bytes from, MutableBytes to) override {
    const int size = static_cast<int>(to.size());
    return LZ4_decompress_safe(input_of(from), output_of(to), static_cast<int>(from.size()), size) == size;
  }

 private:
  std::unique_ptr<std::byte[]> state_;
};

class Lz4HighCompression final : public Lz4 {
 public:
  Lz4HighCompression()
      : state_(std::make_unique_for_overwrite<std::byte[]>(static_cast<std::size_t>(LZ4_sizeofStateHC()))) {}

  std::size_t compress(Bytes block, MutableBytes to) override {
    if (test_.holds_for(block)) return 0;
    return static_cast<std::size_t>(LZ4_compress_HC_extStateHC(
        state_.get(), input_of(block), output_of(to), static_cast<int>(block.size()),
        static_cast<int>(to.size()), LZ4HC_CLEVEL_DEFAULT));
  }

 private:
  std::unique_ptr<std::byte[]> state_;
  IncompressibleTest test_;
};

}  // namespace

std::unique_ptr<BlockMethod> make_lz4_method() { return std::make_unique<Lz4>(); }
std::unique_ptr<BlockMethod> make_lz4hc_method() { return std::make_unique<Lz4HighCompression>(); }

}  // namespace holdfast::codec
