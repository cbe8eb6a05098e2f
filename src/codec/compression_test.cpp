// SPDX-License-Identifier: AGPL-3.0-or-later
#include "codec/compression.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "codec/block_methods.h"
#include "codec/incompressible.h"
#include "testing/base/hex.h"

namespace holdfast::codec {
namespace {

constexpr std::array algorithms{Algorithm::gzip, Algorithm::lzo,   Algorithm::lzfast,
                                Algorithm::lz4,  Algorithm::lz4hc, Algorithm::zstd};

using testing_support::from_hex;

struct Vector {
  Algorithm algorithm;
  int level;
  std::string_view stored;
  std::string original;
  bool is_ours;  // what we write, too; the other one was written with other matches
};

// Interop 05, section 6.
const std::vector<Vector> vectors{
    {Algorithm::lz4, 1, "466173744c5a001806000000 06000000 68656c6c6f0a 466173744c5a00c80000000000000000",
     "hello\n", true},
    {Algorithm::gzip, 9, "78dacb48cdc9c9e70200084b021f", "hello\n", true},
    {Algorithm::lzo, 0, "1768656c6c6f0a110000", "hello\n", true},
    {Algorithm::lzfast, 1,
     "466173744c5a00c80a00000060000000 010000e0520102000000 466173744c5a00c80000000000000000",
     std::string(96, '\0'), false},
};

TEST(Compression, UnfoldsTheVectorsOfTheSpecification) {
  for (const auto& vector : vectors) {
    const auto decompressor = make_decompressor(vector.algorithm);
    const auto unfolded = decompressor->decompress(from_hex(vector.stored), largest_block);
    ASSERT_TRUE(unfolded) << to_string(vector.algorithm) << ": " << unfolded.error();
    EXPECT_EQ(as_text(*unfolded), vector.original) << to_string(vector.algorithm);
  }
}

TEST(Compression, WritesTheVectorsOfTheSpecification) {
  for (const auto& vector : vectors) {
    if (!vector.is_ours) continue;
    const auto compressor = make_compressor({vector.algorithm, vector.level});
    EXPECT_TRUE(equal(compressor->compress(as_bytes(vector.original)), from_hex(vector.stored)))
        << to_string(vector.algorithm);
  }
}

TEST(Compression, RefusesEveryPrefixOfAVector) {
  for (const auto& vector : vectors) {
    const Buffer stored = from_hex(vector.stored);
    for (std::size_t size = 0; size < stored.size(); ++size) {
      const auto unfolded =
          make_decompressor(vector.algorithm)->decompress(Bytes(stored).first(size), largest_block);
      EXPECT_FALSE(unfolded) << to_string(vector.algorithm) << " cut to " << size;
    }
  }
}

TEST(Compression, RefusesToUnfoldMoreThanTheLimit) {
  const Buffer zeros(1'000'000);
  for (const auto algorithm : algorithms) {
    const auto compressor = make_compressor({algorithm, 6});
    const auto stored = compressor->compress(zeros);
    const auto decompressor = make_decompressor(algorithm);
    EXPECT_FALSE(decompressor->decompress(stored, zeros.size() - 1)) << to_string(algorithm);
    EXPECT_TRUE(decompressor->decompress(stored, zeros.size())) << to_string(algorithm);
  }
}

/// Data between random and repetitive, so that literals, short and long matches all come up.
Buffer sample(std::uint32_t seed) {
  std::minstd_rand engine(seed + 1);
  const auto random = [&] { return static_cast<std::uint32_t>(engine()); };
  Buffer data(random() % (seed % 7 == 0 ? 600'000 : 5'000));
  const unsigned letters = 1 + random() % 256, longest_run = 1 + random() % 500;
  for (std::size_t at = 0; at < data.size();) {
    const std::size_t run = std::min<std::size_t>(1 + random() % longest_run, data.size() - at);
    const std::size_t distance = 1 + random() % 20'000;
    for (std::size_t i = 0; i < run; ++i, ++at)
      data[at] = distance < at && run > 3 ? data[at - distance] : static_cast<std::byte>(random() % letters);
  }
  return data;
}

TEST(Compression, BringsBackWhatItWasGiven) {
  for (const auto algorithm : algorithms) {
    const auto compressor = make_compressor({algorithm, 6});
    const auto decompressor = make_decompressor(algorithm);
    for (std::uint32_t seed = 0; seed < (algorithm == Algorithm::lz4hc ? 40U : 150U); ++seed) {
      const Buffer data = sample(seed);
      const auto unfolded = decompressor->decompress(compressor->compress(data), largest_block);
      ASSERT_TRUE(unfolded) << to_string(algorithm) << " seed " << seed << ": " << unfolded.error();
      ASSERT_TRUE(equal(*unfolded, data)) << to_string(algorithm) << " seed " << seed;
    }
  }
}

TEST(Compression, SurvivesDamagedInput) {
  for (const auto algorithm : algorithms) {
    const auto compressor = make_compressor({algorithm, 6});
    const auto decompressor = make_decompressor(algorithm);
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
      Buffer stored = to_buffer(compressor->compress(sample(seed % 20)));
      std::minstd_rand random(seed + 1);
      for (int i = 0; i < 3; ++i)
        stored[random() % stored.size()] ^= static_cast<std::byte>(1 + random() % 255);
      const auto unfolded = decompressor->decompress(stored, largest_block);
      if (unfolded) {
        EXPECT_LE(unfolded->size(), largest_block);
      }
    }
  }
}

/// What no method makes smaller.
Buffer noise(std::size_t size) {
  std::mt19937 random(1);
  Buffer data(size);
  for (auto& byte : data) byte = static_cast<std::byte>(random());
  return data;
}

TEST(Compression, MakesIncompressibleDataHardlyLonger) {
  for (const auto algorithm : algorithms)
    for (const int level : {1, 6, 19})
      for (const std::size_t size : {9'000U, 65'535U, 65'536U, 262'144U, 700'000U}) {
        const Buffer data = noise(size);
        const auto compressor = make_compressor({algorithm, level});
        const auto decompressor = make_decompressor(algorithm);
        const auto stored = compressor->compress(data);
        EXPECT_LE(stored.size(), size + size / 240 + 100) << to_string(algorithm) << " " << size;
        const auto unfolded = decompressor->decompress(stored, size);
        ASSERT_TRUE(unfolded) << to_string(algorithm) << " " << size << ": " << unfolded.error();
        EXPECT_TRUE(equal(*unfolded, data)) << to_string(algorithm) << " " << size;
      }
}

TEST(Compression, TakesEveryBlockForWhatItIs) {
  const auto compressor = make_compressor({Algorithm::gzip, 6});
  const Buffer text(262'144, std::byte{'x'});
  EXPECT_GT(compressor->compress(noise(262'144)).size(), 262'144U);
  EXPECT_LT(compressor->compress(text).size(), 1'000U);
  EXPECT_GT(compressor->compress(noise(262'144)).size(), 262'144U);
}

TEST(IncompressibleTest, HoldsForNoiseAndNothingElse) {
  IncompressibleTest test;
  EXPECT_TRUE(test.holds_for(noise(262'144)));
  EXPECT_TRUE(test.holds_for(noise(8192)));
  EXPECT_FALSE(test.holds_for(noise(100))) << "too small to tell";
  EXPECT_FALSE(test.holds_for(Buffer(262'144)));
  Buffer repeats = noise(100'000);
  append(repeats, Buffer(repeats));
  EXPECT_TRUE(test.holds_for(repeats)) << "farther apart than LZ4 and zlib see";
  Buffer close = noise(20'000);
  for (int i = 0; i < 3; ++i) append(close, Buffer(close));
  EXPECT_FALSE(test.holds_for(close)) << "each byte once, and then again";
  Buffer digits = noise(262'144);
  for (auto& byte : digits) byte = static_cast<std::byte>('0' + static_cast<int>(byte) % 10);
  EXPECT_FALSE(test.holds_for(digits));
  Buffer holes = noise(262'144);
  std::fill(holes.begin() + 100'000, holes.begin() + 115'000, std::byte{0});
  EXPECT_FALSE(test.holds_for(holes));
}

TEST(Zstd, RefusesFramesThatLieAboutTheirLengthOrHoldMore) {
  const auto compressor = make_compressor({Algorithm::zstd, 3});
  const auto decompressor = make_decompressor(Algorithm::zstd);
  const Buffer good = to_buffer(compressor->compress(as_bytes(std::string_view("hello\n"))));
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(decompressor->decompress(Bytes(good).first(size), largest_block)) << size;
  Buffer two = good;
  append(two, Buffer(good));
  EXPECT_FALSE(decompressor->decompress(two, largest_block));
  // A bomb: a frame that claims more than anybody writes is refused before any memory is taken for it.
  const auto bomb = from_hex("28b52ffd e0 ffffffffffffff7f 010000");
  const auto outcome = decompressor->decompress(bomb, largest_block);
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error(), testing::HasSubstr("more than 16777216 bytes"));
}

TEST(Compression, MakesRepetitiveDataSmaller) {
  Buffer text;
  for (int i = 0; i < 10'000; ++i) append(text, as_bytes(fmt::format("line {} of a log\n", i)));
  for (const auto algorithm : algorithms)
    EXPECT_LT(make_compressor({algorithm, 6})->compress(text).size(), text.size() / 2)
        << to_string(algorithm);
}

TEST(FastLz, UnfoldsBothLevels) {
  const auto method = make_fastlz_method();
  Buffer to(4);
  // Level 2: one literal "a", then three from distance 1 with the long form of a length.
  EXPECT_TRUE(method->decompress(from_hex("20 61 2000"), to));
  EXPECT_EQ(as_text(to), "aaaa");
  Buffer longer(1 + 3 + 6 + 255 + 7);
  EXPECT_TRUE(method->decompress(from_hex("20 61 e0ff0700"), longer));
  EXPECT_EQ(as_text(longer), std::string(longer.size(), 'a'));
}

}  // namespace
}  // namespace holdfast::codec
