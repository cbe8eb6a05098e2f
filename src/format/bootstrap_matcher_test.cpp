// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/bootstrap_matcher.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace holdfast::format {
namespace {

constexpr VolumeSession session{1, 100};

BootstrapMatcher matcher_of(std::string_view text) {
  BootstrapMatcher matcher(parse_bootstrap(text).value());
  matcher.mount("A");
  return matcher;
}

bool selects(BootstrapMatcher& matcher, std::int32_t file_index, VolumeSession of = session,
             std::int32_t stream = 2) {
  return matcher.select(of, {.file_index = file_index, .stream = stream, .length = 1}).has_value();
}

Record attributes_of(const std::string& name, Buffer& payload) {
  payload = to_buffer("1 3 " + name);
  append(payload, as_bytes(std::string_view("\0A A A A A A A A A A A A A\0\0\0"
                                            "0\0",
                                            31)));
  return {.session = session, .file_index = 1, .stream = 1, .payload = payload};
}

TEST(BootstrapMatcher, TakesTheVolumesInOrderAndOnce) {
  const auto matcher = matcher_of("Volume=\"B|A\"\nVolume=\"A\"\nVolume=\"C\"\n");
  std::vector<std::string> names;
  for (const auto& volume : matcher.volumes()) names.push_back(volume.name);
  EXPECT_EQ(names, (std::vector<std::string>{"B", "A", "C"}));
}

TEST(BootstrapMatcher, SelectsBySessionAddressAndIndex) {
  auto matcher = matcher_of(
      "Volume=\"A\"\nVolSessionId=1\nVolSessionTime=100\nVolAddr=187-1000\nFileIndex=2-3\nFileIndex=5\n");
  EXPECT_EQ(matcher.next_start(), 187U);
  matcher.note_block(500);
  EXPECT_FALSE(selects(matcher, 1));
  EXPECT_TRUE(selects(matcher, 2));
  EXPECT_FALSE(selects(matcher, 2, {2, 100}));
  EXPECT_FALSE(selects(matcher, 4));
  EXPECT_TRUE(selects(matcher, 5));
  EXPECT_FALSE(matcher.is_done_with_volume());
  EXPECT_FALSE(selects(matcher, 6));
  EXPECT_TRUE(matcher.is_done_with_volume());
}

TEST(BootstrapMatcher, IsDoneBehindTheLastAddress) {
  auto matcher = matcher_of("Volume=\"A\"\nVolAddr=187-1000\nVolume=\"A\"\nVolAddr=5000-6000\n");
  matcher.note_block(1000);
  EXPECT_TRUE(selects(matcher, 1));
  EXPECT_EQ(matcher.next_start(), 187U);
  matcher.note_block(2000);
  EXPECT_FALSE(selects(matcher, 1));
  EXPECT_EQ(matcher.next_start(), 5000U);
  matcher.note_block(6001);
  EXPECT_TRUE(matcher.is_done_with_volume());
  EXPECT_EQ(matcher.next_start(), std::nullopt);
}

TEST(BootstrapMatcher, DoesNotJumpWhereASectionHasNoAddress) {
  const auto matcher = matcher_of("Volume=\"A\"\nVolAddr=187-1000\nVolume=\"A\"\nVolSessionId=3\n");
  EXPECT_EQ(matcher.next_start(), std::nullopt);
}

TEST(BootstrapMatcher, JumpsToFileAndBlock) {
  const auto matcher = matcher_of("Volume=\"A\"\nVolFile=1-1\nVolBlock=5-9\n");
  EXPECT_EQ(matcher.next_start(), (std::uint64_t{1} << 32) + 5);
}

TEST(BootstrapMatcher, ReadsTheLastOfCountFilesToItsEnd) {
  auto matcher = matcher_of("Volume=\"A\"\nVolSessionId=1\nVolSessionTime=100\nFileIndex=1-9\nCount=2\n");
  EXPECT_TRUE(selects(matcher, 1));
  EXPECT_TRUE(selects(matcher, 2));
  EXPECT_TRUE(selects(matcher, 2));
  EXPECT_FALSE(matcher.is_done_with_volume());
  EXPECT_FALSE(selects(matcher, 3));
  EXPECT_TRUE(matcher.is_done_with_volume());
}

TEST(BootstrapMatcher, DoesNotCountAcrossSessions) {
  auto matcher = matcher_of("Volume=\"A\"\nFileIndex=1-2\nCount=2\n");
  for (const std::uint32_t id : {1U, 2U, 1U, 2U}) {
    EXPECT_TRUE(selects(matcher, 1, {id, 100}));
    EXPECT_TRUE(selects(matcher, 2, {id, 100}));
  }
  EXPECT_FALSE(selects(matcher, 3));
  EXPECT_TRUE(selects(matcher, 1, {7, 100})) << "another session may lie behind a larger index";
}

TEST(BootstrapMatcher, SelectsByWhatTheSessionLabelSays) {
  auto matcher = matcher_of("Volume=\"A\"\nJobId=7-8\nClient=\"c1\"\nJob=\"j\"\n");
  EXPECT_FALSE(selects(matcher, 1)) << "no label seen";
  SessionLabel label{.job_id = JobId(7),
                     .written = {},
                     .pool = "",
                     .job_name = "",
                     .client = "c1",
                     .job = "j",
                     .file_set = "",
                     .file_set_md5 = "",
                     .end = {}};
  matcher.note_session(session, label);
  EXPECT_TRUE(selects(matcher, 1));
  label.client = "c2";
  matcher.note_session({2, 100}, label);
  EXPECT_FALSE(selects(matcher, 1, {2, 100}));
}

TEST(BootstrapMatcher, SelectsByStream) {
  auto matcher = matcher_of("Volume=\"A\"\nStream=1,3\n");
  EXPECT_TRUE(selects(matcher, 1, session, 3));
  EXPECT_FALSE(selects(matcher, 1, session, 2));
}

TEST(BootstrapMatcher, KeepsTheAnswerOfTheRegexUntilTheNextAttributes) {
  auto matcher = matcher_of("Volume=\"A\"\nFileRegex=^/etc/.*[ab]$\n");
  const auto section = matcher.select(session, {.file_index = 1, .stream = 1, .length = 1});
  ASSERT_TRUE(section);
  const Record data{.session = session, .file_index = 1, .stream = 2, .payload = {}};
  Buffer payload;
  EXPECT_TRUE(matcher.accept(*section, attributes_of("/etc/xa", payload)));
  EXPECT_TRUE(matcher.accept(*section, data));
  EXPECT_FALSE(matcher.accept(*section, attributes_of("/etc/xc", payload)));
  EXPECT_FALSE(matcher.accept(*section, data));
}

TEST(BootstrapMatcher, RefusesABrokenRegex) {
  EXPECT_THROW(matcher_of("Volume=\"A\"\nFileRegex=(((\n"), Error);
}

TEST(BootstrapMatcher, StartsAnewOnTheNextVolume) {
  auto matcher = matcher_of("Volume=\"A|B\"\nVolSessionId=1\nVolSessionTime=100\nVolAddr=187-1000\n");
  matcher.note_block(1001);
  EXPECT_TRUE(matcher.is_done_with_volume());
  matcher.mount("B");
  EXPECT_FALSE(matcher.is_done_with_volume());
  matcher.mount("C");
  EXPECT_TRUE(matcher.is_done_with_volume());
}

}  // namespace
}  // namespace holdfast::format
