// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>

#include "base/endian.h"
#include "crypto/crc32.h"
#include "format/block_builder.h"
#include "testing/volumes/volume_world.h"
#include "volumes/checker/check_volume.h"
#include "volumes/volume_label.h"

namespace holdfast::volumes {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing_support::attributes_of;
using testing_support::MemoryDrive;
using testing_support::TestRecord;

constexpr VolumeSession session{5, 1'700'000'000};
constexpr std::int32_t start = -4, end = -5;

std::string session_label(std::uint32_t files, std::uint64_t bytes, bool is_end) {
  format::SessionLabel label;
  label.job_id = JobId(7);
  label.written = from_unix_seconds(1'700'000'000);
  label.pool = "Full";
  label.job = "job.7";
  if (is_end) label.end = format::SessionEnd{.files = files, .bytes = bytes};
  return std::string(as_text(format::encode(label)));
}

/// What the checker says of one session with these records between its labels.
std::string found_in(const std::vector<TestRecord>& records, std::size_t block_size = 4096) {
  MemoryDrive drive;
  const auto medium = drive.create("V");
  const os::SystemClock clock;
  write_label(*medium, new_label({.program = "test", .host = "host"}, clock, "V", "Full", "File"), {});
  format::BlockBuilder builder(session, block_size);
  const auto write = [&] { medium->write_block(builder.take_block(crypto::crc32).bytes); };
  for (const auto& record : records) {
    format::BlockBuilder::Outgoing outgoing{
        .file_index = record.file_index, .stream = record.stream, .left = as_bytes(record.payload)};
    if (record.file_index < 0 && !builder.has_room_for(record.payload.size())) write();
    while (!builder.add(outgoing)) write();
  }
  if (!builder.is_empty()) write();
  FindingList list;
  VolumeChecker checker(list);
  check_volume(*drive.open("V", device::Drive::Access::read), "V", checker);
  checker.finish();
  return list.text(Severity::warning);
}

/// Between the labels of a session that say what they must.
std::string found_between_labels(std::vector<TestRecord> records) {
  std::uint64_t bytes = 0;
  for (const auto& record : records) bytes += record.payload.size();
  const auto files = records.empty() ? 0 : static_cast<std::uint32_t>(records.back().file_index);
  records.insert(records.begin(), {start, 7, session_label(0, 0, false)});
  records.push_back({end, 7, session_label(files, bytes, true)});
  return found_in(records);
}

std::string number(std::uint64_t value) {
  std::string text(8, '\0');
  store(reinterpret_cast<std::byte*>(text.data()), value);
  return text;
}

std::string sparse_attributes(std::int32_t index, const char* stream) {
  return std::to_string(index) + " 3 /f\0P0A FARs IGk B A A A BAA A A BfXhAA BfXhAA BrA2PE A A "s + stream +
         "\0\0\0"s + "0\0"s;
}

TEST(BrokenRule, IsNoneInASessionAsItShouldBe) {
  EXPECT_EQ(found_between_labels({}), "");
  EXPECT_EQ(
      found_between_labels({{1, 1, attributes_of(1, "/a", 4)}, {1, 2, "data"}, {1, 3, std::string(16, 'd')}}),
      "");
  EXPECT_EQ(
      found_between_labels(
          {{1, 1, sparse_attributes(1, "G")}, {1, 6, number(0) + "data"}, {1, 6, number(262136) + "data"}}),
      "");
}

TEST(BrokenRule, OfRecordsIsFound) {
  const struct {
    std::vector<TestRecord> records;
    const char* text;
  } table[] = {
      {{{1, 2, "data"}}, "the file begins with stream 2 instead of its attributes"},
      {{{1, 1, attributes_of(1, "/a", 0)}, {1, 1, attributes_of(1, "/a", 0)}},
       "attributes of the file come twice"},
      {{{1, 1, attributes_of(1, "/a", 0)}, {3, 1, attributes_of(3, "/c", 0)}}, "file 3 follows file 1"},
      {{{2, 1, attributes_of(2, "/a", 0)}, {1, 1, attributes_of(1, "/c", 0)}}, "file 1 behind file 2"},
      {{{1, 1, attributes_of(1, "/a", 0)}, {1, 3, "short"}}, "a digest of 5 bytes, on stream 3 it has 16"},
      {{{1, 1, attributes_of(1, "/a", 9)}, {1, 2, "data"}},
       "the file had 9 bytes when it was saved, 4 are here"},
      {{{1, 1, attributes_of(1, "/a", 4)}, {1, 6, number(0) + "data"}},
       "data on stream 6, the attributes announce 2"},
      {{{1, 1, sparse_attributes(1, "G")}, {1, 6, number(9) + "data"}, {1, 6, number(5) + "data"}},
       "a block at offset 5 behind one at 9"},
      {{{1, 1, sparse_attributes(1, "G")}, {1, 6, "short"}}, "5 bytes are too few for an offset"},
      {{{1, 1, sparse_attributes(1, "d")}, {1, 29, "GZIP"}}, "4 bytes are too few for a compression header"},
      {{{1, 1, sparse_attributes(1, "d")}, {1, 29, "GZIP\0\0\0\x09\0\1\0\2"s}},
       "Compressed header version error. version=0x2"},
      {{{1, 1, sparse_attributes(1, "d")}, {1, 29, "ABCD\0\0\0\0\0\1\0\1"s}},
       "Compression algorithm 0x41424344 found"},
      {{{1, 1, attributes_of(1, "/a", 0)}, {1, 1998, "nothing"}}, "Illegal xattr stream, no XATTR_MAGIC"},
      {{{1, 1, attributes_of(1, "/a", 0)}, {1, 1998, "\0\x5c\x58\x84\0\0\0\x09name"s}},
       "an extended attribute is longer than its record"},
      {{{1, 1, attributes_of(1, "/a", 0)}, {1, 19, "signed"}}, "no signature or session record"},
      {{{1, 1, attributes_of(1, "/a", 0)}, {1, 77, "?"}}, "stream 77 is not known"},
      {{{1, 1, attributes_of(1, "/a", 0)}, {1, 2 | 0x800, "data"}}, "stream 0x802 has flags"},
      {{{1, 1, "1 3 /a"}}, "attributes are cut off"},
      {{{1, 1, "one\0\0\0\0\0"s}}, "attributes do not begin with file index and type"},
      {{{1, 1,
         "1 3 /a\0gB A !\0\0\0"
         "0\0"s}},
       "the packed stat cannot be read"},
      {{{1, 1,
         "1 77 /a\0P0A FARs IGk B A A A A A A A A A A A C\0\0\0"
         "0\0"s}},
       "file type 77 is not one that is stored"},
      {{{1, 1,
         "1 4 /a\0P0A FARs KH/ B A A A A A A A A A A A C\0\0\0"
         "0\0"s}},
       "file type 4 without a link"},
      {{{1, 1,
         "1 5 /a\0P0A FARs EHt B A A A A A A A A A A A C\0\0\0"
         "0\0"s}},
       "the name of a directory does not end in /"},
      {{{0, 1, "x"}}, "FileIndex 0 has no meaning"},
      {{{-2, 0, "x"}}, "a record with FileIndex -2 among those of a session"},
  };
  for (const auto& [records, text] : table) EXPECT_THAT(found_between_labels(records), HasSubstr(text));
}

TEST(BrokenRule, OfSessionsIsFound) {
  const TestRecord first{start, 7, session_label(0, 0, false)};
  const TestRecord last{end, 7, session_label(0, 0, true)};
  const struct {
    std::vector<TestRecord> records;
    const char* text;
  } table[] = {
      {{first}, "the session has no end"},
      {{last}, "the session began on another volume"},
      {{first, first, last}, "the session begins a second time"},
      {{first, last, last}, "a record behind the end of its session"},
      {{first, last, {1, 1, attributes_of(1, "/a", 0)}}, "a record behind the end of its session"},
      {{{start, 8, first.payload}, last}, "the label of JobId 7 stands in a record of JobId 8"},
      {{first, {end, 7, session_label(2, 0, true)}}, "JobFiles 2, the last file is 0"},
      {{first, {end, 7, session_label(0, 2, true)}}, "JobBytes 2, the records have 0"},
      {{first, {end, 7, last.payload.substr(0, 60)}}, "the label ends before its field"},
      {{first, {end, 7, last.payload + "more"}}, "4 bytes stand behind the last field of the label"},
      {{first, {end, 7, "Bacula 1.0 immortal\n\0"s}}, "Volume Header Id bad"},
  };
  for (const auto& [records, text] : table) EXPECT_THAT(found_in(records), HasSubstr(text));
}

}  // namespace
}  // namespace holdfast::volumes
