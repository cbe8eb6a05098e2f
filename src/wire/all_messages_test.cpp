// SPDX-License-Identifier: AGPL-3.0-or-later
#include "wire/all_messages.h"

#include <gtest/gtest.h>

#include <vector>

#include "wire/fileset_line.h"

namespace holdfast::wire {
namespace {

/// Words, numbers and separators in all kinds of wrong places.
const std::vector<std::string> garbage{
    "",
    "\n",
    "JobId=",
    "CatReq Job=x UpdateMedia VolName=",
    "CatReq Job=",
    "-1 -1 -1",
    "99999999999999999999999999999999 1 0",
    std::string(3, '\0'),
    std::string("1 1 V \0\0", 8),
    std::string(5000, 'x'),
    std::string(5000, ' '),
    "level = accurate_accurate_full  mtime_only=0",
    "restore replace=",
};

TEST(AllMessages, GarbageIsRefusedOrReadByTheLenientRules) {
  for (const std::string& text : garbage) {
    for_each_message([&text]<typename Message>() {
      const auto decoded = decode<Message>(text);
      if (!decoded) {
        EXPECT_FALSE(decoded.error().reason.empty());
      }
    });
  }
}

TEST(AllMessages, EveryPrefixFailsWithAReasonOrIsReadByTheLenientRules) {
  for_each_message([]<typename Message>() {
    const std::string text = encode(Message{});
    for (std::size_t length = 0; length <= text.size(); ++length) {
      // A copy of its own, so that reading past the end shows under the address sanitizer.
      const std::vector<char> prefix(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(length));
      const auto decoded = decode<Message>(std::string_view(prefix.data(), prefix.size()));
      if (!decoded) {
        EXPECT_FALSE(decoded.error().reason.empty()) << text.substr(0, length);
      }
    }
  });
}

}  // namespace
}  // namespace holdfast::wire
