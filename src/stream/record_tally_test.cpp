// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stream/record_tally.h"

#include <gtest/gtest.h>

#include <vector>

namespace holdfast::stream {
namespace {

constexpr std::int32_t attributes = 1;
constexpr std::int32_t data = 2;
constexpr std::int32_t md5 = 3;

struct TestRecord {
  std::int32_t file_index;
  std::int32_t stream;
  std::string payload;
};

RecordCounts counts_of(const std::vector<TestRecord>& records) {
  RecordTally tally;
  for (const auto& record : records) tally.add(record.file_index, record.stream, as_bytes(record.payload));
  return tally.finish();
}

const std::vector<TestRecord> two_files{
    {1, attributes, "1 3 /a"}, {1, data, "abc"}, {1, md5, "0123456789abcdef"}, {2, attributes, "2 5 /b/"}};

TEST(RecordTally, CountsFilesRecordsAndBytes) {
  const RecordCounts counts = counts_of(two_files);
  EXPECT_EQ(counts.files, 2U);
  EXPECT_EQ(counts.records, 4U);
  EXPECT_EQ(counts.bytes, 6U + 3 + 16 + 7);
  EXPECT_EQ(counts.digest.size(), 32U);
}

TEST(RecordTally, TheDigestKnowsEveryCatalogRecordItsPlaceAndItsOrder) {
  const std::string digest = counts_of(two_files).digest;
  for (const std::size_t at : {0U, 2U, 3U}) {
    auto changed = two_files;
    changed[at].payload.back() ^= 1;
    EXPECT_NE(counts_of(changed).digest, digest) << "payload of record " << at;
    changed = two_files;
    changed[at].file_index += 7;
    EXPECT_NE(counts_of(changed).digest, digest) << "index of record " << at;
    changed = two_files;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(at));
    EXPECT_NE(counts_of(changed).digest, digest) << "record " << at << " missing";
  }
  auto swapped = two_files;
  std::swap(swapped[0], swapped[3]);
  EXPECT_NE(counts_of(swapped).digest, digest);
}

TEST(RecordTally, TheBorderBetweenRecordsBelongsToTheDigest) {
  EXPECT_NE(counts_of({{1, attributes, "ab"}, {1, md5, "c"}}).digest,
            counts_of({{1, attributes, "a"}, {1, md5, "bc"}}).digest);
}

TEST(RecordTally, DataAndFlagsOfStreamsLeaveTheDigestAsItIs) {
  auto changed = two_files;
  changed[1].payload = "abcd";
  EXPECT_EQ(counts_of(changed).digest, counts_of(two_files).digest);
  EXPECT_NE(counts_of(changed), counts_of(two_files));
}

}  // namespace
}  // namespace holdfast::stream
