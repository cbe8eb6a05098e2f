// SPDX-License-Identifier: AGPL-3.0-or-later
#include "selection/option_letters.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/units.h"

namespace holdfast::selection {

namespace {

using codec::Algorithm;
using codec::Compression;
using crypto::DigestKind;

struct Flag {
  char letter;
  bool FileOptions::*option;
  bool value;
};
constexpr std::array flags{
    Flag{'f', &FileOptions::cross_file_systems, true},
    Flag{'h', &FileOptions::recurse, false},
    Flag{'H', &FileOptions::hard_links, false},
    Flag{'s', &FileOptions::sparse, true},
    Flag{'r', &FileOptions::read_fifo, true},
    Flag{'p', &FileOptions::portable, true},
    Flag{'m', &FileOptions::modification_time_only, true},
    Flag{'k', &FileOptions::keep_access_time, true},
    Flag{'K', &FileOptions::no_access_time, true},
    Flag{'W', &FileOptions::enhanced_wild, true},
    Flag{'e', &FileOptions::exclude, true},
    Flag{'i', &FileOptions::ignore_case, true},
    Flag{'A', &FileOptions::acl, true},
    Flag{'X', &FileOptions::extended_attributes, true},
    Flag{'c', &FileOptions::check_changes, true},
    Flag{'N', &FileOptions::honor_no_dump, true},
};
// Defaults chosen explicitly, the replace rule of restores, and options of other systems.
constexpr std::string_view meaningless = "0awnRx";

template <typename Value>
struct Word {
  std::string_view letters;
  Value value;
};
// Longer ones first.
constexpr std::array signatures{
    Word<DigestKind>{"S2", DigestKind::sha256}, Word<DigestKind>{"S3", DigestKind::sha512},
    Word<DigestKind>{"S4", DigestKind::xxh128}, Word<DigestKind>{"S1", DigestKind::sha1},
    Word<DigestKind>{"S", DigestKind::sha1},    Word<DigestKind>{"M", DigestKind::md5},
};
constexpr std::array compressions{
    Word<Compression>{"Zff", {Algorithm::lzfast, 1}},
    Word<Compression>{"Zf4", {Algorithm::lz4, 1}},
    Word<Compression>{"Zfh", {Algorithm::lz4hc, 1}},
    Word<Compression>{"Zo", {Algorithm::lzo, 0}},
};
constexpr std::array ciphers{
    Word<std::string_view>{"E3", "3des"},
    Word<std::string_view>{"Ea1", "aes128"},
    Word<std::string_view>{"Ea2", "aes192"},
    Word<std::string_view>{"Ea3", "aes256"},
    Word<std::string_view>{"Eb", "blowfish"},
    Word<std::string_view>{"Ec1", "camellia128"},
    Word<std::string_view>{"Ec2", "camellia192"},
    Word<std::string_view>{"Ec3", "camellia256"},
    Word<std::string_view>{"Eh1", "aes128hmacsha1"},
    Word<std::string_view>{"Eh2", "aes256hmacsha1"},
};
using Shadowing = FileOptions::Shadowing;
constexpr std::array shadowings{
    Word<Shadowing>{"d1", Shadowing::local_warn},
    Word<Shadowing>{"d2", Shadowing::local_remove},
    Word<Shadowing>{"d3", Shadowing::global_warn},
    Word<Shadowing>{"d4", Shadowing::global_remove},
};

/// Reads letters from the front of a text.
class Letters {
 public:
  explicit Letters(std::string_view text) : left_(text) {}

  bool at_end() const { return left_.empty(); }
  char take() {
    const char letter = left_.front();
    left_.remove_prefix(1);
    return letter;
  }
  bool take_word(std::string_view word) {
    if (!left_.starts_with(word)) return false;
    left_.remove_prefix(word.size());
    return true;
  }
  template <typename Words>
  auto take_one_of(const Words& words) -> std::optional<decltype(words.front().value)> {
    for (const auto& word : words)
      if (take_word(word.letters)) return word.value;
    return std::nullopt;
  }
  /// Up to the next colon, which is taken too, or to the end.
  std::string take_argument() {
    const auto end = std::min(left_.find(':'), left_.size());
    std::string argument(left_.substr(0, end));
    left_.remove_prefix(std::min(end + 1, left_.size()));
    return argument;
  }

 private:
  std::string_view left_;
};

/// Letters with an argument up to a colon. False where this is none of them.
bool read_argument(Letters& letters, FileOptions& options) {
  if (letters.take_word("C")) {
    options.accurate_letters = letters.take_argument();
  } else if (letters.take_word("V")) {
    options.verify_letters = letters.take_argument();
  } else if (letters.take_word("P")) {
    options.strip_path = parse_number<std::uint32_t>(letters.take_argument()).value_or(0);
  } else if (letters.take_word("z")) {
    options.size = parse_size_limits(letters.take_argument());
  } else {
    return false;
  }
  return true;
}

bool read_gzip(Letters& letters, FileOptions& options) {
  for (int level = 0; level <= 9; ++level)
    if (letters.take_word(fmt::format("Z{}", level))) {
      // Level 0 stores: what compression would not make smaller anyway.
      if (level > 0) options.compression = Compression{Algorithm::gzip, level};
      return true;
    }
  return false;
}

/// "Zs<level>:", which Directors of Holdfast send where they know that client and storage understand it.
bool read_zstd(Letters& letters, FileOptions& options) {
  if (!letters.take_word("Zs")) return false;
  const auto level = parse_number<int>(letters.take_argument()).value_or(0);
  if (level >= 1 && level <= 19) options.compression = Compression{Algorithm::zstd, level};
  return true;
}

bool read_word(Letters& letters, FileOptions& options) {
  if (const auto signature = letters.take_one_of(signatures)) {
    options.signature = *signature;
  } else if (const auto compression = letters.take_one_of(compressions)) {
    options.compression = *compression;
  } else if (const auto cipher = letters.take_one_of(ciphers)) {
    options.cipher = *cipher;
  } else if (const auto shadowing = letters.take_one_of(shadowings)) {
    options.shadowing = *shadowing;
  } else if (letters.take_word("Ef")) {
    options.force_encryption = true;
  } else {
    return read_gzip(letters, options) || read_zstd(letters, options);
  }
  return true;
}

bool read_flag(char letter, FileOptions& options) {
  for (const auto& flag : flags)
    if (flag.letter == letter) {
      options.*flag.option = flag.value;
      return true;
    }
  return meaningless.find(letter) != std::string_view::npos;
}

}  // namespace

FileOptions parse_option_letters(std::string_view text, std::vector<std::string>* warnings) {
  FileOptions options;
  Letters letters(text);
  while (!letters.at_end()) {
    if (read_argument(letters, options) || read_word(letters, options)) continue;
    const char letter = letters.take();
    if (!read_flag(letter, options) && warnings != nullptr)
      warnings->push_back(fmt::format("Unknown include/exclude option: {}", printable({&letter, 1})));
  }
  return options;
}

std::optional<SizeLimits> parse_size_limits(std::string_view text) {
  SizeLimits limits;
  if (text.starts_with('<') || text.starts_with('>')) {
    const auto size = parse_size(text.substr(1));
    if (!size) return std::nullopt;
    // Strictly smaller, strictly greater; nothing is smaller than nothing.
    if (text.front() == '<') {
      limits.at_most = *size - std::min<std::uint64_t>(*size, 1);
    } else {
      limits.at_least = *size + 1;
    }
    return limits;
  }
  const auto dash = text.find('-', 1);
  if (dash != text.npos) {
    const auto from = parse_size(text.substr(0, dash)), to = parse_size(text.substr(dash + 1));
    if (!from || !to) return std::nullopt;
    return SizeLimits{*from, *to};
  }
  const auto size = parse_size(text);
  if (!size) return std::nullopt;
  return SizeLimits{*size - *size / 100, *size + *size / 100};
}

}  // namespace holdfast::selection
