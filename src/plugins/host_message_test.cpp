// SPDX-License-Identifier: AGPL-3.0-or-later
#include "plugins/host_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/base/thrown.h"

namespace holdfast::plugins {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::thrown_kind;

Buffer message(std::vector<std::string_view> fields) {
  Buffer bytes;
  append_message(bytes, fields);
  return bytes;
}

std::string reason(std::vector<std::string_view> fields) {
  const auto offer = read_offer(fields);
  return offer ? "" : offer.error();
}

TEST(HostMessage, ComesBackFieldByField) {
  const auto bytes = message({"data", std::string_view("\0\xff", 2), ""});
  EXPECT_EQ(bytes.size(), 4U + 4 + 4 + 4 + 2 + 4);
  EXPECT_EQ(message_length(bytes), bytes.size());
  EXPECT_THAT(parse_message(bytes), ElementsAre("data", std::string_view("\0\xff", 2), ""));
}

TEST(HostMessage, ThatIsNotWholeYetHasNoLength) {
  const auto bytes = message({"x"});
  for (std::size_t size = 0; size < 4; ++size)
    EXPECT_EQ(message_length(Bytes(bytes).first(size)), std::nullopt);
}

TEST(HostMessage, WithLengthsThatLieIsRefused) {
  auto bytes = message({"one", "two"});
  for (std::size_t size = 5; size < bytes.size(); ++size) {
    if (size == 4 + 4 + 3) continue;  // the first field alone
    EXPECT_EQ(thrown_kind([&] { parse_message(Bytes(bytes).first(size)); }), ErrorKind::corrupt) << size;
  }
  EXPECT_EQ(thrown_kind([&] { parse_message(Bytes(bytes).first(4)); }), ErrorKind::corrupt);
  bytes[0] = std::byte{0xff};
  EXPECT_EQ(thrown_kind([&] { message_length(bytes); }), ErrorKind::corrupt);
}

TEST(HostMessage, OffersAnObject) {
  const auto offer =
      read_offer(Fields{"name", "/db/dump/", "type", "5", "stat", "mode=16877 mtime=-5", "data", "0"});
  ASSERT_TRUE(offer) << offer.error();
  EXPECT_EQ(offer->name, "/db/dump");
  EXPECT_EQ(offer->type, format::FileType::directory);
  EXPECT_EQ(offer->stat.mode, 040755U);
  EXPECT_EQ(offer->stat.modification.seconds, -5);
  EXPECT_FALSE(offer->has_data);
}

TEST(HostMessage, OffersNothingThatCannotBeStored) {
  EXPECT_THAT(reason({"type", "3"}), HasSubstr("without a name"));
  EXPECT_THAT(reason({"name", std::string_view("a\0b", 3)}), HasSubstr("name"));
  EXPECT_THAT(reason({"name", "x", "type", "23"}), HasSubstr("type"));
  EXPECT_THAT(reason({"name", "x", "stat", "mode=abc"}), HasSubstr("stat"));
  EXPECT_THAT(reason({"name", "x", "surprise", "1"}), HasSubstr("surprise"));
  EXPECT_THAT(reason({"name"}), HasSubstr("name"));
}

TEST(HostMessage, AddsAclsAndAttributes) {
  const auto extras = read_extras(Fields{"acl", "user::rwx", "xattr", "user.a", "1"});
  ASSERT_TRUE(extras);
  EXPECT_EQ(extras->acl, "user::rwx");
  ASSERT_EQ(extras->attributes.size(), 1U);
  EXPECT_EQ(extras->attributes[0].name, "user.a");
  EXPECT_FALSE(read_extras(Fields{"xattr", "user.a"}));
}

TEST(HostMessage, AsksAboutFilesThatHaveANameAndAKind) {
  const auto file = read_named_file(Fields{"/db/", "5", "size=3"});
  ASSERT_TRUE(file);
  EXPECT_EQ(file->name, "/db");
  EXPECT_EQ(file->type, format::FileType::directory);
  EXPECT_EQ(file->stat.size, 3);
  EXPECT_FALSE(read_named_file(Fields{"", "5", "size=3"}));
  EXPECT_FALSE(read_named_file(Fields{"/db", "23", "size=3"}));
  EXPECT_FALSE(read_named_file(Fields{"/db", "5", "size"}));
  EXPECT_FALSE(read_named_file(Fields{"/db", "5"}));
}

TEST(HostMessage, ChangesTheFileSetInPlacesThatAreKnown) {
  const auto change = read_change(Fields{"before", "O M", "F /x"});
  ASSERT_TRUE(change);
  EXPECT_EQ(change->place, FileSetChange::Place::before);
  EXPECT_THAT(change->lines, ElementsAre("O M", "F /x"));
  EXPECT_FALSE(read_change(Fields{"above", "F /x"}));
  EXPECT_FALSE(read_change(Fields{}));
}

TEST(HostMessage, DescribesAFileWithAllItsNumbers) {
  os::FileStat stat;
  stat.mode = 0100644;
  stat.size = -1;
  stat.uid = 1000;
  stat.modification.seconds = 1735689600;
  const auto again = read_description(describe(stat));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->mode, stat.mode);
  EXPECT_EQ(again->size, -1);
  EXPECT_EQ(again->uid, 1000U);
  EXPECT_EQ(again->modification.seconds, 1735689600);
}

}  // namespace
}  // namespace holdfast::plugins
