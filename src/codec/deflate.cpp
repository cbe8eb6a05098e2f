// SPDX-License-Identifier: AGPL-3.0-or-later
#include "codec/deflate.h"

#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "base/endian.h"
#include "base/error.h"
#include "codec/incompressible.h"
#include "codec/scratch.h"

namespace holdfast::codec {

namespace {

// zlib takes a pointer to non-const and does not write through it.
Bytef* input_of(Bytes bytes) { return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data())); }
Bytef* output_of(MutableBytes bytes) { return reinterpret_cast<Bytef*>(bytes.data()); }
uInt size_of(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

class Deflate final : public Compressor {
 public:
  explicit Deflate(int level) {
    if (deflateInit(&stream_, level) != Z_OK) throw std::bad_alloc();
  }
  ~Deflate() override { deflateEnd(&stream_); }

  Bytes compress(Bytes block) override {
    if (test_.holds_for(block)) return stored(block);
    deflateReset(&stream_);
    const auto to = scratch_.at_least(deflateBound(&stream_, block.size()));
    stream_.next_in = input_of(block);
    stream_.avail_in = size_of(block.size());
    stream_.next_out = output_of(to);
    stream_.avail_out = size_of(to.size());
    if (deflate(&stream_, Z_FINISH) != Z_STREAM_END)
      throw Error(ErrorKind::internal, "zlib could not compress a block of {} bytes", block.size());
    return scratch_.first(stream_.total_out);
  }

 private:
  /// The block as it is, in a stream that every reader of zlib understands: what level 0 would make.
  Bytes stored(Bytes block) {
    constexpr std::size_t most = 65535, header_size = 5, frame_size = 6;
    const auto count = (block.size() + most - 1) / most;
    const auto to = scratch_.at_least(block.size() + count * header_size + frame_size);
    std::byte* at = to.data();
    *at++ = std::byte{0x78};
    *at++ = std::byte{0x01};
    const auto checksum = static_cast<std::uint32_t>(adler32_z(1, input_of(block), block.size()));
    while (!block.empty()) {
      const auto piece = block.first(std::min(block.size(), most));
      block = block.subspan(piece.size());
      const auto length = static_cast<std::uint16_t>(piece.size());
      *at++ = static_cast<std::byte>(block.empty());  // the last one, of the kind "stored"
      store(at, length, std::endian::little);
      store(at + 2, static_cast<std::uint16_t>(~length), std::endian::little);
      at = std::copy(piece.begin(), piece.end(), at + 4);
    }
    store(at, checksum);
    return scratch_.first(static_cast<std::size_t>(at + 4 - to.data()));
  }

  z_stream stream_{};
  IncompressibleTest test_;
  Scratch scratch_;
};

class Inflate final : public Decompressor {
 public:
  Inflate() {
    if (inflateInit(&stream_) != Z_OK) throw std::bad_alloc();
  }
  ~Inflate() override { inflateEnd(&stream_); }

  Expected<Bytes, std::string> decompress(Bytes from, std::size_t limit) override {
    inflateReset(&stream_);
    stream_.next_in = input_of(from);
    stream_.avail_in = size_of(from.size());
    std::size_t room = std::min(limit, usual_block);
    for (;;) {
      const auto to = scratch_.grown_to(room, stream_.total_out).first(room);
      stream_.next_out = output_of(to.subspan(stream_.total_out));
      stream_.avail_out = size_of(to.size() - stream_.total_out);
      const int result = inflate(&stream_, Z_FINISH);
      if (result == Z_STREAM_END) return scratch_.first(stream_.total_out);
      if (result != Z_BUF_ERROR && result != Z_OK) return unexpected(problem(result));
      if (stream_.total_out < room) return unexpected(std::string("zlib stream ends too early"));
      if (room >= limit) return unexpected(fmt::format("zlib stream unfolds to more than {} bytes", limit));
      room = std::min(limit, room * 2);
    }
  }

 private:
  std::string problem(int result) const {
    return fmt::format("zlib stream is damaged: {}", stream_.msg != nullptr ? stream_.msg : zError(result));
  }
  z_stream stream_{};
  Scratch scratch_;
};

}  // namespace

std::unique_ptr<Compressor> make_deflate(int level) {
  return std::make_unique<Deflate>(std::clamp(level, 1, 9));
}
std::unique_ptr<Decompressor> make_inflate() { return std::make_unique<Inflate>(); }

}  // namespace holdfast::codec
