// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/product.h"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

namespace holdfast {
namespace {

TEST(Product, HasTheVersionOfTheBuild) {
  std::ifstream in(HOLDFAST_SOURCE_DIR "/CMakeLists.txt");
  std::ostringstream text;
  text << in.rdbuf();
  std::smatch found;
  const std::string lists = text.str();
  ASSERT_TRUE(std::regex_search(lists, found, std::regex("project\\(holdfast VERSION ([0-9.]+)")));
  EXPECT_EQ(product, "Holdfast " + found[1].str());
}

}  // namespace
}  // namespace holdfast
