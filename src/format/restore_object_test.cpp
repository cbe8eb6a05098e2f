// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/restore_object.h"

#include <gtest/gtest.h>

#include <string>

namespace holdfast::format {
namespace {

using namespace std::string_literals;

const auto whole = "7 27 1 5 12 3 python:module=x\0config.ini\0hello\0"s;

TEST(RestoreObject, IsParsedFieldByField) {
  const auto object = parse_restore_object(as_bytes(whole));
  ASSERT_TRUE(object);
  EXPECT_EQ(object->file_index, 7U);
  EXPECT_EQ(object->type, 27);
  EXPECT_EQ(object->index, 1);
  EXPECT_EQ(object->full_length, 12U);
  EXPECT_EQ(object->compression, 3);
  EXPECT_EQ(object->plugin, "python:module=x");
  EXPECT_EQ(object->name, "config.ini");
  EXPECT_EQ(object->object, "hello");
}

TEST(RestoreObject, IsRefusedWhereAnythingLacks) {
  // The last byte, a NUL behind the object, says nothing.
  for (std::size_t length = 0; length + 1 < whole.size(); ++length)
    EXPECT_FALSE(parse_restore_object(as_bytes(std::string_view(whole).substr(0, length)))) << length;
  EXPECT_FALSE(parse_restore_object(as_bytes("x 27 1 5 12 3 p\0n\0hello"s)));
  EXPECT_FALSE(parse_restore_object(as_bytes("7 27 1 4000000000 12 3 p\0n\0hello"s)));
}

}  // namespace
}  // namespace holdfast::format
