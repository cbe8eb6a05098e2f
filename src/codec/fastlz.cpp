// SPDX-License-Identifier: AGPL-3.0-or-later
#include <array>
#include <optional>

#include "base/endian.h"
#include "codec/block_methods.h"

namespace holdfast::codec {

namespace {

// The format (interop 05, section 6): instructions that copy literals or repeat what stands `distance` before.
constexpr std::size_t longest_literals = 32;
constexpr std::size_t shortest_match = 3;
constexpr std::size_t longest_match = 6 + 255 + shortest_match;
constexpr std::size_t largest_distance = 8192;

/// Writes level 1 instructions into a buffer that may turn out too small.
class InstructionWriter {
 public:
  explicit InstructionWriter(MutableBytes to) : to_(to) {}

  void literals(Bytes bytes) {
    while (!bytes.empty()) {
      const auto run = bytes.first(std::min(bytes.size(), longest_literals));
      put(run.size() - 1);
      if (fits(run.size())) {
        std::memcpy(&to_[used_], run.data(), run.size());
        used_ += run.size();
      }
      bytes = bytes.subspan(run.size());
    }
  }
  void match(std::size_t distance, std::size_t length) {
    const std::size_t coded = length - shortest_match, back = distance - 1;
    put((std::min<std::size_t>(coded, 6) + 1) << 5 | back >> 8);
    if (coded >= 6) put(coded - 6);
    put(back & 255);
  }
  std::size_t size() const { return full_ ? 0 : used_; }

 private:
  bool fits(std::size_t count) {
    if (to_.size() - used_ < count) full_ = true;
    return !full_;
  }
  void put(std::size_t value) {
    if (fits(1)) to_[used_++] = static_cast<std::byte>(value);
  }
  MutableBytes to_;
  std::size_t used_ = 0;
  bool full_ = false;
};

std::size_t match_length(Bytes block, std::size_t earlier, std::size_t here) {
  const std::size_t limit = std::min(longest_match, block.size() - here);
  std::size_t length = 0;
  while (length < limit && block[earlier + length] == block[here + length]) ++length;
  return length;
}

/// Reads both levels; every read and every copy is checked.
class InstructionReader {
 public:
  InstructionReader(Bytes from, MutableBytes to) : from_(from), to_(to) {}

  bool run() {
    auto first = from_.take<std::uint8_t>();
    if (!first || (*first >> 5) > 1) return to_.empty() && !first;
    level_ = (*first >> 5) + 1;
    std::optional<std::uint8_t> instruction = static_cast<std::uint8_t>(*first & 31);
    for (; instruction; instruction = from_.take<std::uint8_t>())
      if (!(*instruction < 32 ? copy_literals(*instruction + 1U) : copy_match(*instruction))) return false;
    return done_ == to_.size();
  }

 private:
  bool copy_literals(std::size_t count) {
    const auto literals = from_.take_bytes(count);
    if (!literals || to_.size() - done_ < count) return false;
    std::memcpy(&to_[done_], literals->data(), count);
    done_ += count;
    return true;
  }
  bool copy_match(std::uint8_t instruction) {
    std::size_t length = (instruction >> 5) - 1U;
    std::size_t distance = static_cast<std::size_t>(instruction & 31) << 8;
    if (length == 6 && !add_length(length)) return false;
    const auto low = from_.take<std::uint8_t>();
    if (!low) return false;
    distance += *low;
    if (level_ == 2 && *low == 255 && (instruction & 31) == 31) {
      const auto far = from_.take<std::uint16_t>();
      if (!far) return false;
      distance = *far + std::size_t{8191};
    }
    return repeat(distance + 1, length + shortest_match);
  }
  bool add_length(std::size_t& length) {
    for (;;) {
      const auto more = from_.take<std::uint8_t>();
      if (!more) return false;
      length += *more;
      if (level_ == 1 || *more != 255) return true;
    }
  }
  bool repeat(std::size_t distance, std::size_t length) {
    if (distance > done_ || to_.size() - done_ < length) return false;
    // Byte by byte: the copy may overlap its source, which is how runs are made.
    for (; length > 0; --length, ++done_) to_[done_] = to_[done_ - distance];
    return true;
  }

  ByteReader from_;
  MutableBytes to_;
  std::size_t done_ = 0;
  int level_ = 1;
};

class FastLz final : public BlockMethod {
 public:
  std::size_t compress(Bytes block, MutableBytes to) override {
    InstructionWriter out(to);
    last_.fill(0);
    std::size_t unwritten = 0, here = 1;  // the first instruction must be literals
    while (here + 4 <= block.size()) {
      std::uint32_t& slot = last_[hash(block, here)];
      const std::size_t earlier = slot;
      slot = static_cast<std::uint32_t>(here);
      const bool near = here - earlier <= largest_distance && earlier < here;
      const std::size_t length = near ? match_length(block, earlier, here) : 0;
      if (length < shortest_match) {
        ++here;
        continue;
      }
      out.literals(block.subspan(unwritten, here - unwritten));
      out.match(here - earlier, length);
      here += length;
      unwritten = here;
    }
    out.literals(block.subspan(unwritten));
    return out.size();
  }
  bool decompress(Bytes from, MutableBytes to) override { return InstructionReader(from, to).run(); }

 private:
  static std::size_t hash(Bytes block, std::size_t at) {
    const auto value = load<std::uint32_t>(&block[at], std::endian::little) & 0xFFFFFF;
    return (value * 2654435761U) >> 19;
  }
  std::array<std::uint32_t, 8192> last_;
};

}  // namespace

std::unique_ptr<BlockMethod> make_fastlz_method() { return std::make_unique<FastLz>(); }

}  // namespace holdfast::codec
