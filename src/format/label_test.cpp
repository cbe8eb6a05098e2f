// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/label.h"

#include <gtest/gtest.h>

#include "format/block_builder.h"
#include "testing/format/bytes_of.h"

namespace holdfast::format {
namespace {

using testing_support::slow_crc32;
using testing_support::worked_volume;

constexpr std::size_t label_length = 189;
constexpr VolumeSession session{1, 1699999999};

VolumeLabel example_label() {
  const Time labelled(std::chrono::microseconds(1700000000123456));
  return {.labelled = labelled,
          .written = Time(std::chrono::microseconds(1700000000123460)),
          .volume = "Vol-0001",
          .previous_volume = "",
          .pool = "Full",
          .media_type = "File",
          .host = "host1",
          .program = "bareos-sd",
          .version = "Ver. 25.1.0 03 August 2026",
          .build = "Build 2026-08-03 08:44:12"};
}

SessionLabel example_start() {
  return {.job_id = JobId(7),
          .written = {},
          .pool = "Full",
          .job_name = "job1",
          .client = "cli-fd",
          .job = "job1.2023-11-14_22.13.20_03",
          .file_set = "fs1",
          .file_set_md5 = "",
          .end = {}};
}

TEST(WorkedExample, HoldsTheLabelsItSays) {
  const auto volume = worked_volume();
  ASSERT_EQ(volume.size(), 678U);
  const auto label_block = Bytes(volume).first(label_length);
  RecordCursor label_records(label_block);
  const auto piece = label_records.next();
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->header.file_index, -2);
  auto label = parse_volume_label(piece->data);
  ASSERT_TRUE(label);
  EXPECT_EQ(label->volume, "Vol-0001");
  EXPECT_EQ(label->media_type, "File");
  EXPECT_EQ(label->build, "Build 2026-08-03 08:44:12");
  EXPECT_EQ(encode(*label), to_buffer(piece->data));
  EXPECT_EQ(build_single_record_block({}, {.file_index = -2, .length = 153}, encode(*label), slow_crc32),
            to_buffer(label_block));
}

TEST(WorkedExample, IsRebuiltByteForByteFromItsRecords) {
  const auto volume = worked_volume();
  const auto data = Bytes(volume).subspan(label_length);
  const auto header = parse_block_header(data);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->session, session);
  BlockBuilder builder(session, default_block_size);
  RecordCursor cursor(data);
  while (const auto piece = cursor.next()) {
    Buffer payload = to_buffer(piece->data);
    if (piece->is_label()) {
      const auto edge = piece->header.file_index == -4 ? SessionEdge::start : SessionEdge::end;
      const auto label = parse_session_label(piece->data, edge);
      ASSERT_TRUE(label);
      payload = encode(*label);
    }
    BlockBuilder::Outgoing record{
        .file_index = piece->header.file_index, .stream = piece->header.stream, .left = payload};
    ASSERT_TRUE(builder.add(record));
  }
  EXPECT_EQ(builder.take_block(slow_crc32).bytes, to_buffer(data));
}

TEST(WorkedExample, HoldsTheSessionItSays) {
  const auto volume = worked_volume();
  RecordCursor cursor(Bytes(volume).subspan(label_length));
  const auto start = parse_session_label(cursor.next()->data, SessionEdge::start);
  ASSERT_TRUE(start);
  auto expected = example_start();
  expected.written = start->written;
  expected.file_set_md5 = start->file_set_md5;
  EXPECT_EQ(*start, expected);
  cursor.next(), cursor.next(), cursor.next();
  const auto end = parse_session_label(cursor.next()->data, SessionEdge::end);
  ASSERT_TRUE(end);
  ASSERT_TRUE(end->end);
  EXPECT_EQ(end->end->files, 1U);
  EXPECT_EQ(end->end->bytes, 105U);
  EXPECT_EQ(end->end->status, 'T');
  EXPECT_FALSE(cursor.next());
}

TEST(VolumeLabels, OfEveryPrefixAreRefused) {
  const auto payload = encode(example_label());
  EXPECT_EQ(*parse_volume_label(payload), example_label());
  for (std::size_t length = 0; length < payload.size(); ++length) {
    EXPECT_FALSE(parse_volume_label(Bytes(payload).first(length))) << length;
  }
}

TEST(SessionLabels, OfEveryPrefixAreRefused) {
  auto label = example_start();
  label.end = SessionEnd{.files = 3, .bytes = 1ULL << 40, .errors = 2, .status = 'E'};
  const auto payload = encode(label);
  EXPECT_EQ(*parse_session_label(payload, SessionEdge::end), label);
  for (std::size_t length = 0; length < payload.size(); ++length) {
    EXPECT_FALSE(parse_session_label(Bytes(payload).first(length), SessionEdge::end)) << length;
  }
}

TEST(VolumeLabels, OfOtherProductsAreNamed) {
  auto payload = encode(example_label());
  payload[0] = std::byte{'X'};
  EXPECT_EQ(parse_volume_label(payload).error().kind, LabelFault::Kind::wrong_id);
  payload = encode(example_label());
  payload[label_id.size() + 4] = std::byte{11};
  EXPECT_EQ(parse_volume_label(payload).error().kind, LabelFault::Kind::wrong_version);
  EXPECT_EQ(parse_volume_label(payload).error().found, "11");
}

TEST(VolumeLabels, CutTextsThatWouldOverrunAReader) {
  auto label = example_label();
  for (auto* text : {&label.volume, &label.previous_volume, &label.pool, &label.pool_type, &label.media_type,
                     &label.host, &label.program, &label.version, &label.build}) {
    *text = std::string(500, 'x');
  }
  const auto payload = encode(label);
  EXPECT_LE(payload.size(), max_label_payload);
  EXPECT_EQ(parse_volume_label(payload)->volume.size(), 127U);
  EXPECT_EQ(parse_volume_label(payload)->build.size(), 49U);
}

}  // namespace
}  // namespace holdfast::format
