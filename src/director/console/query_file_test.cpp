// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/query_file.h"

#include <gmock/gmock.h>

namespace holdfast::director::console {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(QueryFile, HoldsTitlesPromptsAndStatements) {
  const auto queries = parse_queries(
      "SELECT lost;\n# comment\n:First one\n*Enter a name:\n*Enter a day\nSELECT *\n  FROM Job\n WHERE "
      "Name='%1';\n"
      "!SELECT 2;\n\n:Second\nSELECT 1;\n:Empty\n:Not ended\nSELECT 3");
  ASSERT_THAT(queries, SizeIs(4));
  EXPECT_EQ(queries[0].title, "First one");
  EXPECT_THAT(queries[0].prompts, ElementsAre("Enter a name:", "Enter a day"));
  EXPECT_THAT(queries[0].statements, ElementsAre("SELECT *\nFROM Job\nWHERE Name='%1'", "!SELECT 2"));
  EXPECT_THAT(queries[1].statements, ElementsAre("SELECT 1"));
  EXPECT_THAT(queries[2].statements, IsEmpty());
  EXPECT_THAT(queries[3].statements, IsEmpty());
}

TEST(QueryFile, AnswersStayInsideTheirTexts) {
  std::vector<std::size_t> missing;
  EXPECT_EQ(fill_in("a='%1' AND b LIKE '%%%2%%' AND c='%3' %", {"x' OR 'y'='y", "%1"}, missing),
            "a='x'' OR ''y''=''y' AND b LIKE '%%1%' AND c='' %");
  EXPECT_THAT(missing, ElementsAre(3U));
}

TEST(QueryFile, AnyTextIsTaken) {
  for (const char* text : {"", ":", "*", ";", ":\n;", ":\n*\n*;\n%", "\n\n:\n!"})
    for (const auto& query : parse_queries(text)) EXPECT_THAT(query.title, IsEmpty()) << text;
  std::vector<std::size_t> missing;
  EXPECT_EQ(fill_in("%", {}, missing), "%");
  EXPECT_EQ(fill_in("%0%a", {}, missing), "%0%a");
  EXPECT_THAT(missing, IsEmpty());
}

}  // namespace
}  // namespace holdfast::director::console
