// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/table.h"

#include <gtest/gtest.h>

#include "testing/director/console_double.h"

namespace holdfast::director::console {
namespace {

constexpr auto number = Column::Kind::number;

/// What a console in this mode is sent.
std::string rendered(const Table& table, TableStyle style, Settings settings = {}) {
  testing_support::ScriptedConsole console({});
  Output out(console, settings);
  {
    const auto array = out.array("rows");
    render(out, table, style);
  }
  out.finish(Output::Status::ok);
  return console.screen();
}

const Table example{{{"jobid", number}, {"name"}, {"jobbytes", number}},
                    {{"1234", "a-fd", "1234567"}, {"1235", std::nullopt, "12"}}};

TEST(Table, LooksAsInTheChapter) {
  EXPECT_EQ(rendered(example, TableStyle::horizontal),
            "+-------+------+-----------+\n"
            "| jobid | name | jobbytes  |\n"
            "+-------+------+-----------+\n"
            "|  1234 | a-fd | 1,234,567 |\n"
            "|  1235 |      |        12 |\n"
            "+-------+------+-----------+\n");
}

TEST(Table, HasNoDecorationForPrograms) {
  Settings settings;
  settings.api = Api::plain;
  EXPECT_EQ(rendered(example, TableStyle::horizontal, settings),
            "  1234 | a-fd | 1,234,567 |\n  1235 |      |        12 |\n");
}

TEST(Table, LeavesNumbersAloneWithGui) {
  Settings settings;
  settings.gui = true;
  EXPECT_EQ(
      rendered({{{"jobid", number}, {"b", number}}, {{"1", "4000"}}}, TableStyle::horizontal, settings),
      "+-------+-------+\n| jobid | b     |\n+-------+-------+\n| 1     | 4000  |\n+-------+-------+\n");
}

TEST(Table, GivesTextsInJson) {
  Settings settings;
  settings.api = Api::json;
  settings.compact = true;
  EXPECT_EQ(
      rendered(example, TableStyle::horizontal, settings),
      R"({"jsonrpc":"2.0","id":null,"result":{"rows":[{"jobid":"1234","name":"a-fd","jobbytes":"1234567"},)"
      R"({"jobid":"1235","name":"","jobbytes":"12"}]}})");
}

TEST(Table, AlignsNamesOfAVerticalList) {
  EXPECT_EQ(rendered(example, TableStyle::vertical),
            "    jobid: 1234\n     name: a-fd\n jobbytes: 1,234,567\n\n"
            "    jobid: 1235\n     name: \n jobbytes: 12\n\n");
}

TEST(Table, SaysThatThereIsNothing) {
  EXPECT_EQ(rendered({{{"a"}}, {}}, TableStyle::horizontal), "No results to list.\n");
}

TEST(Table, CountsCharactersNotBytes) {
  EXPECT_EQ(rendered({{{"name"}}, {{"K\xC3\xB6ln"}, {"Ulm"}}}, TableStyle::horizontal),
            "+------+\n| name |\n+------+\n| K\xC3\xB6ln |\n| Ulm  |\n+------+\n");
}

TEST(Table, KeepsPercentSignsAndControlCharactersInValues) {
  EXPECT_NE(rendered({{{"name"}}, {{"%s%n\x01"}}}, TableStyle::horizontal).find("%s%n\x01"),
            std::string::npos);
}

TEST(NumberWithThousands, LeavesWhatIsNoWholeNumber) {
  EXPECT_EQ(number_with_thousands("1234567"), "1,234,567");
  EXPECT_EQ(number_with_thousands("-2000"), "-2,000");
  EXPECT_EQ(number_with_thousands("1.5"), "1.5");
  EXPECT_EQ(number_with_thousands(""), "");
}

}  // namespace
}  // namespace holdfast::director::console
