// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stream/xflate.h"

#include <gtest/gtest.h>

#include <random>

#include "base/endian.h"
#include "format/attributes.h"
#include "format/packed_stat.h"
#include "format/record.h"

namespace holdfast::stream {
namespace {

using codec::Algorithm;
using format::StreamId;
using Records = std::vector<std::pair<std::int32_t, Buffer>>;

constexpr std::array algorithms{Algorithm::gzip, Algorithm::lzo, Algorithm::lzfast, Algorithm::lz4,
                                Algorithm::lz4hc};
constexpr XflateRules inflating{.inflate = XflateRules::Inflate::yes, .deflate = {}};

XflateRules deflating(Algorithm algorithm = Algorithm::gzip) {
  return {.inflate = XflateRules::Inflate::no, .deflate = codec::Compression{algorithm, 6}};
}

struct Stage {
  explicit Stage(XflateRules rules)
      : xflate(rules, [this](const std::string& why) { warnings.push_back(why); }) {}

  Records pass(StreamId stream, Bytes payload) { return pass(format::number(stream), payload); }
  Records pass(std::int32_t stream, Bytes payload) {
    Records out;
    xflate.record(stream, payload,
                  [&](std::int32_t to, Bytes bytes) { out.emplace_back(to, to_buffer(bytes)); });
    return out;
  }
  std::vector<std::string> warnings;
  Xflate xflate;
};

Buffer at(std::uint64_t offset, Bytes data) {
  Buffer payload;
  ByteWriter writer(payload);
  writer.put(offset);
  writer.put_bytes(data);
  return payload;
}

Buffer attributes_announcing(StreamId stream) {
  format::PackedStat stat;
  stat.data_stream = stream;
  const auto packed = format::pack(stat);
  format::Attributes attributes;
  attributes.name = "/f";
  attributes.packed_stat = packed;
  Buffer payload;
  format::append_attributes(payload, attributes);
  return payload;
}

/// Half random, half zeros.
Buffer some_data(std::size_t size, unsigned seed) {
  std::minstd_rand random(seed);
  Buffer data(size);
  for (std::size_t i = 0; i < size / 2; ++i) data[i] = static_cast<std::byte>(random());
  return data;
}

TEST(Xflate, BringsBackWhatItCompressedByEveryAlgorithm) {
  for (const auto algorithm : algorithms)
    for (const std::size_t size : {0U, 1U, 6U, 4000U, 262'136U, 999'000U}) {
      Stage deflate(deflating(algorithm)), inflate(inflating);
      const auto data = some_data(size, 1);
      for (const auto stream : {StreamId::file_data, StreamId::windows_data}) {
        Buffer back;
        for (const auto& [middle, compressed] : deflate.pass(stream, data)) {
          EXPECT_EQ(middle,
                    format::number(stream == StreamId::file_data ? StreamId::compressed_data
                                                                 : StreamId::windows_compressed_data));
          EXPECT_LE(compressed.size(), format::max_written_record);
          for (const auto& [last, plain] : inflate.pass(middle, compressed)) {
            EXPECT_EQ(last, format::number(stream));
            append(back, plain);
          }
        }
        EXPECT_TRUE(back == data) << codec::to_string(algorithm) << " " << size;
      }
    }
}

TEST(Xflate, KeepsTheOffsetsOfSparseRecords) {
  for (const std::size_t size : {8U, 4000U, 990'000U}) {
    Stage deflate(deflating()), inflate(inflating);
    inflate.pass(StreamId::unix_attributes, attributes_announcing(StreamId::sparse_data));
    Buffer file(size + 100);
    const auto data = some_data(size, 2);
    for (const auto& [middle, compressed] : deflate.pass(StreamId::sparse_data, at(100, data))) {
      EXPECT_EQ(middle, format::number(StreamId::sparse_compressed_data));
      for (const auto& [last, plain] : inflate.pass(middle, compressed)) {
        EXPECT_EQ(last, format::number(StreamId::sparse_data));
        const auto record = format::parse_sparse(plain);
        ASSERT_TRUE(record && record->offset + record->data.size() <= file.size());
        std::copy(record->data.begin(), record->data.end(),
                  file.begin() + static_cast<std::ptrdiff_t>(record->offset));
      }
    }
    EXPECT_TRUE(equal(Bytes(file).subspan(100), data)) << size;
  }
}

TEST(Xflate, KeepsDataThatBeginsLikeItsOffset) {
  Stage deflate(deflating()), inflate(inflating);
  inflate.pass(StreamId::unix_attributes, attributes_announcing(StreamId::sparse_data));
  const auto record = at(0, Buffer(20));
  const auto compressed = deflate.pass(StreamId::sparse_data, record);
  ASSERT_EQ(compressed.size(), 1U);
  const auto back = inflate.pass(compressed[0].first, compressed[0].second);
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].second, record);
}

TEST(Xflate, MendsWhatThePeerCompressedTogetherWithItsOffset) {
  const auto record = at(5, as_bytes("hello"));
  const auto compressor = codec::make_compressor({Algorithm::gzip, 6});
  const auto twice = compressor->compress(record);
  format::CompressionHeader header;
  header.compressed_size = static_cast<std::uint32_t>(twice.size());
  header.level = 6;
  Buffer stored(8 + format::CompressionHeader::size);
  store(stored.data(), std::uint64_t{5});
  format::store(stored.data() + 8, header);
  append(stored, twice);
  Stage inflate(inflating);
  inflate.pass(StreamId::unix_attributes, attributes_announcing(StreamId::sparse_data));
  const auto back = inflate.pass(StreamId::sparse_compressed_data, stored);
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].second, record);
}

TEST(Xflate, LetsEverythingElsePass) {
  Stage both({.inflate = XflateRules::Inflate::yes, .deflate = codec::Compression{}});
  for (int stream = 1; stream < 2000; ++stream) {
    const auto id = static_cast<StreamId>(stream);
    const bool is_translated = id == StreamId::file_data || id == StreamId::sparse_data ||
                               id == StreamId::windows_data || id == StreamId::compressed_data ||
                               id == StreamId::sparse_compressed_data ||
                               id == StreamId::windows_compressed_data;
    if (is_translated) continue;
    EXPECT_EQ(both.pass(stream, as_bytes("whatever")), (Records{{stream, to_buffer("whatever")}})) << stream;
  }
}

TEST(Xflate, DecompressesWithoutCompressingAgain) {
  Stage deflate(deflating(Algorithm::lz4)),
      both({.inflate = XflateRules::Inflate::yes, .deflate = codec::Compression{}});
  const auto compressed = deflate.pass(StreamId::file_data, as_bytes("hello"));
  EXPECT_EQ(both.pass(compressed[0].first, compressed[0].second),
            (Records{{format::number(StreamId::file_data), to_buffer("hello")}}));
}

TEST(Xflate, KeepsTheFlagsOfStreams) {
  Stage deflate(deflating());
  const auto out = deflate.pass(format::number(StreamId::file_data) | 0x10000, as_bytes("hello"));
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].first, format::number(StreamId::compressed_data) | 0x10000);
}

TEST(Xflate, PassesWhatIsDamagedAndSaysSoOnce) {
  Stage deflate(deflating()), inflate(inflating);
  const auto compressed = deflate.pass(StreamId::sparse_data, at(7, as_bytes("hello hello hello")))[0].second;
  for (std::size_t size = 0; size < compressed.size(); ++size) {
    const Buffer cut(compressed.begin(), compressed.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(inflate.pass(StreamId::sparse_compressed_data, cut),
              (Records{{format::number(StreamId::sparse_compressed_data), cut}}));
  }
  EXPECT_EQ(inflate.warnings.size(), 1U);
  EXPECT_EQ(deflate.pass(StreamId::sparse_data, as_bytes("short")),
            (Records{{format::number(StreamId::sparse_data), to_buffer("short")}}));
}

}  // namespace
}  // namespace holdfast::stream
