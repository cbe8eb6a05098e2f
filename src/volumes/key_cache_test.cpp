// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/key_cache.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "testing/device/temporary_directory.h"

namespace holdfast::volumes {
namespace {

const Time now = from_unix_seconds(1'800'000'000);

struct KeyKeeperTest : testing::Test {
  testing_support::TemporaryDirectory directory;
  std::string path = directory.path() + "/sd.keys";
  KeyKeeper keeper{path};
};

TEST_F(KeyKeeperTest, KeepsWhatItWasGivenBesideWhatOthersPutIn) {
  keeper.keep("A00001", "first", now);
  KeyCache by_tool(path);
  by_tool.put("B00001", "tool", now);
  by_tool.save(now);
  keeper.keep("A00001", "second", now);
  const KeyCache cache(path);
  ASSERT_EQ(cache.entries().size(), 2U);
  EXPECT_EQ(cache.entries().at("A00001").key, "second");
  EXPECT_EQ(cache.entries().at("B00001").key, "tool");
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
}

TEST_F(KeyKeeperTest, WritesNothingForAKeyThatIsThereSinceToday) {
  keeper.keep("A00001", "key", now);
  keeper.keep("A00001", "key", now + std::chrono::hours(23));
  EXPECT_EQ(KeyCache(path).entries().at("A00001").added, now);
  keeper.keep("A00001", "key", now + std::chrono::hours(25));
  EXPECT_EQ(KeyCache(path).entries().at("A00001").added, now + std::chrono::hours(25));
}

TEST_F(KeyKeeperTest, DoesNotTouchAFileThatIsSomethingElse) {
  std::ofstream(path) << "something else\n";
  EXPECT_THROW(keeper.keep("A00001", "key", now), Error);
  EXPECT_EQ(std::filesystem::file_size(path), 15U);
}

}  // namespace
}  // namespace holdfast::volumes
