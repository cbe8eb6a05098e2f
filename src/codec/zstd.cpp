// SPDX-License-Identifier: AGPL-3.0-or-later
#include "codec/zstd.h"

#include <fmt/core.h>
#include <zstd.h>

#include <algorithm>
#include <new>

#include "base/error.h"
#include "codec/incompressible.h"
#include "codec/scratch.h"

namespace holdfast::codec {

namespace {

constexpr int highest_level = 19;  // those above need much memory to decompress as well
// Above it, trying in vain costs more than asking first.
constexpr int highest_quick_level = 3;

struct FreeCompression {
  void operator()(ZSTD_CCtx* context) const { ::ZSTD_freeCCtx(context); }
};
struct FreeDecompression {
  void operator()(ZSTD_DCtx* context) const { ::ZSTD_freeDCtx(context); }
};

class ZstdCompressor final : public Compressor {
 public:
  explicit ZstdCompressor(int level)
      : context_(::ZSTD_createCCtx()), level_(std::clamp(level, 1, highest_level)) {
    if (!context_) throw std::bad_alloc();
  }

  Bytes compress(Bytes block) override {
    const auto to = scratch_.at_least(::ZSTD_compressBound(block.size()));
    const bool is_worth_it = level_ <= highest_quick_level || !test_.holds_for(block);
    ::ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, is_worth_it ? level_ : 1);
    const auto size = ::ZSTD_compress2(context_.get(), to.data(), to.size(), block.data(), block.size());
    if (::ZSTD_isError(size) != 0)
      throw Error(ErrorKind::internal, "zstd could not compress a block of {} bytes: {}", block.size(),
                  ::ZSTD_getErrorName(size));
    return scratch_.first(size);
  }

 private:
  std::unique_ptr<ZSTD_CCtx, FreeCompression> context_;
  int level_;
  IncompressibleTest test_;
  Scratch scratch_;
};

class ZstdDecompressor final : public Decompressor {
 public:
  ZstdDecompressor() : context_(::ZSTD_createDCtx()) {
    if (!context_) throw std::bad_alloc();
  }

  Expected<Bytes, std::string> decompress(Bytes from, std::size_t limit) override {
    const auto size = ::ZSTD_getFrameContentSize(from.data(), from.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
      return unexpected(std::string("zstd frame is damaged, or does not tell the length of its content"));
    if (size > limit) return unexpected(fmt::format("zstd frame unfolds to more than {} bytes", limit));
    // Nothing may follow the frame, which would be one more way to hold data that nobody counts.
    if (::ZSTD_findFrameCompressedSize(from.data(), from.size()) != from.size())
      return unexpected(std::string("zstd frame is cut off, or something follows it"));
    const auto to = scratch_.at_least(static_cast<std::size_t>(size));
    const auto found = ::ZSTD_decompressDCtx(context_.get(), to.data(), static_cast<std::size_t>(size),
                                             from.data(), from.size());
    if (::ZSTD_isError(found) != 0)
      return unexpected(fmt::format("zstd frame is damaged: {}", ::ZSTD_getErrorName(found)));
    return scratch_.first(found);
  }

 private:
  std::unique_ptr<ZSTD_DCtx, FreeDecompression> context_;
  Scratch scratch_;
};

}  // namespace

std::unique_ptr<Compressor> make_zstd_compressor(int level) {
  return std::make_unique<ZstdCompressor>(level);
}
std::unique_ptr<Decompressor> make_zstd_decompressor() { return std::make_unique<ZstdDecompressor>(); }

}  // namespace holdfast::codec
