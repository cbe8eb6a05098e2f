// SPDX-License-Identifier: AGPL-3.0-or-later
#include "codec/lzo.h"

#include <fmt/core.h>
#include <lzo/lzo1x.h>

#include <algorithm>

#include "base/error.h"
#include "codec/scratch.h"

namespace holdfast::codec {

namespace {

void start_library() {
  static const bool works = lzo_init() == LZO_E_OK;
  if (!works) throw Error(ErrorKind::internal, "The LZO library does not fit this program");
}
const unsigned char* input_of(Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* output_of(MutableBytes bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

class LzoCompressor final : public Compressor {
 public:
  LzoCompressor() : work_(std::make_unique_for_overwrite<std::byte[]>(LZO1X_1_MEM_COMPRESS)) {
    start_library();
  }
  Bytes compress(Bytes block) override {
    const auto to = scratch_.at_least(block.size() + block.size() / 16 + 64 + 3);
    lzo_uint size = to.size();
    if (lzo1x_1_compress(input_of(block), block.size(), output_of(to), &size, work_.get()) != LZO_E_OK)
      throw Error(ErrorKind::internal, "LZO could not compress a block of {} bytes", block.size());
    return scratch_.first(size);
  }

 private:
  std::unique_ptr<std::byte[]> work_;
  Scratch scratch_;
};

class LzoDecompressor final : public Decompressor {
 public:
  LzoDecompressor() { start_library(); }

  Expected<Bytes, std::string> decompress(Bytes from, std::size_t limit) override {
    for (std::size_t room = std::min(limit, usual_block);; room = std::min(limit, room * 2)) {
      const auto to = scratch_.at_least(room).first(room);
      lzo_uint size = to.size();
      const int result = lzo1x_decompress_safe(input_of(from), from.size(), output_of(to), &size, nullptr);
      if (result == LZO_E_OK) return scratch_.first(size);
      if (result != LZO_E_OUTPUT_OVERRUN)
        return unexpected(fmt::format("LZO block is damaged (reason {})", result));
      if (room >= limit) return unexpected(fmt::format("LZO block unfolds to more than {} bytes", limit));
    }
  }

 private:
  Scratch scratch_;
};

}  // namespace

std::unique_ptr<Compressor> make_lzo_compressor() { return std::make_unique<LzoCompressor>(); }
std::unique_ptr<Decompressor> make_lzo_decompressor() { return std::make_unique<LzoDecompressor>(); }

}  // namespace holdfast::codec
