// SPDX-License-Identifier: AGPL-3.0-or-later
#include "codec/frames.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/endian.h"
#include "codec/scratch.h"

namespace holdfast::codec {

namespace {

constexpr std::string_view magic("FastLZ\0", 7);
constexpr std::size_t header_size = 16;
constexpr std::size_t largest_frame = 262144;
constexpr std::uint8_t size_exponent = 8;  // largest_frame == 2^(10 + 8)
constexpr std::uint8_t exponent_mask = 0x0F;
constexpr std::uint8_t raw = 0x10, compressed = 0xC0;
// Smaller blocks are not worth the try.
constexpr std::size_t smallest_compressed = 65;

void store_header(std::byte* to, std::uint8_t type, std::size_t stored, std::size_t original) {
  std::memcpy(to, magic.data(), magic.size());
  store(to + 7, static_cast<std::uint8_t>(type | size_exponent));
  store(to + 8, static_cast<std::uint32_t>(stored), std::endian::little);
  store(to + 12, static_cast<std::uint32_t>(original), std::endian::little);
}

class FrameCompressor final : public Compressor {
 public:
  explicit FrameCompressor(std::unique_ptr<BlockMethod> method) : method_(std::move(method)) {}

  Bytes compress(Bytes block) override {
    const std::size_t frames = (block.size() + largest_frame - 1) / largest_frame + 1;
    const auto to = scratch_.at_least(block.size() + frames * header_size);
    std::size_t used = 0;
    while (!block.empty()) {
      const auto piece = block.first(std::min(block.size(), largest_frame));
      used += store_frame(piece, to.subspan(used));
      block = block.subspan(piece.size());
    }
    store_header(&to[used], compressed, 0, 0);
    return scratch_.first(used + header_size);
  }

 private:
  std::size_t store_frame(Bytes piece, MutableBytes to) {
    const auto content = to.subspan(header_size);
    std::size_t stored = 0;
    if (piece.size() >= smallest_compressed)
      stored = method_->compress(piece, content.first(piece.size() - 1));
    if (stored > 0) {
      store_header(to.data(), compressed, stored, piece.size());
    } else {
      stored = piece.size();
      std::memcpy(content.data(), piece.data(), stored);
      store_header(to.data(), raw, stored, stored);
    }
    return header_size + stored;
  }

  std::unique_ptr<BlockMethod> method_;
  Scratch scratch_;
};

struct Frame {
  bool is_raw = false;
  std::size_t original = 0;
  Bytes content;
  bool is_last() const { return !is_raw && original == 0 && content.empty(); }
};

std::optional<Frame> take_frame(ByteReader& from) {
  const auto name = from.take_bytes(magic.size());
  const auto type = from.take<std::uint8_t>();
  const auto stored = from.take<std::uint32_t>(std::endian::little);
  const auto original = from.take<std::uint32_t>(std::endian::little);
  if (!name || as_text(*name) != magic || !original) return std::nullopt;
  const int method = *type & ~exponent_mask;
  if ((method != raw && method != compressed) || (*type & exponent_mask) > size_exponent) return std::nullopt;
  const auto content = from.take_bytes(*stored);
  if (!content || *original > largest_frame) return std::nullopt;
  if (method == raw && *stored != *original) return std::nullopt;
  return Frame{method == raw, *original, *content};
}

class FrameDecompressor final : public Decompressor {
 public:
  explicit FrameDecompressor(std::unique_ptr<BlockMethod> method) : method_(std::move(method)) {}

  Expected<Bytes, std::string> decompress(Bytes from, std::size_t limit) override {
    ByteReader reader(from);
    std::size_t done = 0;
    for (;;) {
      const auto frame = take_frame(reader);
      if (!frame) return unexpected(fmt::format("the frame after {} bytes is damaged", done));
      if (frame->is_last()) return done == 0 ? Bytes() : scratch_.first(done);
      if (frame->original > limit - done)
        return unexpected(fmt::format("the frames unfold to more than {} bytes", limit));
      const auto to = scratch_.grown_to(std::max(done + frame->original, usual_block), done)
                          .subspan(done, frame->original);
      if (!unfold(*frame, to)) return unexpected(fmt::format("the frame after {} bytes is damaged", done));
      done += frame->original;
    }
  }

 private:
  bool unfold(const Frame& frame, MutableBytes to) {
    if (!frame.is_raw) return method_->decompress(frame.content, to);
    std::copy(frame.content.begin(), frame.content.end(), to.begin());
    return true;
  }

  std::unique_ptr<BlockMethod> method_;
  Scratch scratch_;
};

}  // namespace

std::unique_ptr<Compressor> make_frame_compressor(std::unique_ptr<BlockMethod> method) {
  return std::make_unique<FrameCompressor>(std::move(method));
}
std::unique_ptr<Decompressor> make_frame_decompressor(std::unique_ptr<BlockMethod> method) {
  return std::make_unique<FrameDecompressor>(std::move(method));
}

}  // namespace holdfast::codec
