// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/lexer.h"

#include <gmock/gmock.h>

#include "testing/config/memory_surroundings.h"

namespace holdfast::config {
namespace {

using testing::ElementsAre;
using testing_support::MemorySurroundings;

/// The tokens as "kind:text"; line ends as "|".
std::vector<std::string> tokens(MemorySurroundings surroundings, Lexer::Mode mode = Lexer::Mode::keywords) {
  Lexer lexer("test.conf", surroundings);
  std::vector<std::string> found;
  for (Token token = lexer.next(mode); !token.is(Token::Kind::end_of_file); token = lexer.next(mode)) {
    switch (token.kind) {
      case Token::Kind::end_of_line: found.push_back("|"); break;
      case Token::Kind::identifier: found.push_back("i:" + token.text); break;
      case Token::Kind::unquoted: found.push_back("u:" + token.text); break;
      case Token::Kind::quoted: found.push_back("q:" + token.text); break;
      case Token::Kind::number: found.push_back("n:" + token.text); break;
      case Token::Kind::error: found.push_back("e:" + token.text); break;
      default: found.push_back(token.text);
    }
  }
  return found;
}

std::vector<std::string> tokens(const std::string& text, Lexer::Mode mode = Lexer::Mode::keywords) {
  return tokens(MemorySurroundings(text), mode);
}

TEST(Lexer, DropsBlanksInsideIdentifiers) {
  EXPECT_THAT(tokens("Full Backup Pool = x"), ElementsAre("i:FullBackupPool", "=", "i:x", "|"));
  EXPECT_THAT(tokens("Foo Bar Baz"), ElementsAre("i:FooBarBaz", "|"));
}

TEST(Lexer, TurnsIdentifiersWithOtherCharactersIntoStrings) {
  EXPECT_THAT(tokens("Foo-Bar Baz"), ElementsAre("u:Foo-Bar", "i:Baz", "|"));
  EXPECT_THAT(tokens("Foo Bar-Baz"), ElementsAre("u:FooBar-Baz", "|"));
  EXPECT_THAT(tokens("foo1 bar"), ElementsAre("u:foo1", "i:bar", "|"));
  EXPECT_THAT(tokens("root@localhost"), ElementsAre("u:root@localhost", "|"));
  EXPECT_THAT(tokens("caf\xC3\xA9"), ElementsAre("u:caf\xC3\xA9", "|"));
}

TEST(Lexer, TellsNumbersFromStringsThatBeginWithDigits) {
  EXPECT_THAT(tokens("123"), ElementsAre("n:123", "|"));
  EXPECT_THAT(tokens("123abc"), ElementsAre("u:123abc", "|"));
  EXPECT_THAT(tokens("5}"), ElementsAre("u:5", "}", "|"));
  EXPECT_THAT(tokens("-5"), ElementsAre("u:-5", "|"));
}

TEST(Lexer, TreatsSingleQuotesAsOrdinaryCharacters) {
  EXPECT_THAT(tokens("'a b'"), ElementsAre("u:'a", "u:b'", "|"));
}

TEST(Lexer, EndsLinesAtSemicolonsAndComments) {
  EXPECT_THAT(tokens("a;b # c\nd"), ElementsAre("i:a", "|", "i:b", "|", "i:d", "|"));
  EXPECT_THAT(tokens("abc#c"), ElementsAre("i:abc", "|"));
}

TEST(Lexer, AcceptsEveryLineEndAndTheUtf8Mark) {
  EXPECT_THAT(tokens("\xEF\xBB\xBF"
                     "a\r\nb\rc\nd"),
              ElementsAre("i:a", "|", "i:b", "|", "i:c", "|", "i:d", "|"));
}

TEST(Lexer, RefusesUtf16) {
  EXPECT_THROW(tokens("\xFF\xFE"
                      "a"),
               SyntaxError);
  EXPECT_THROW(tokens("\xFE\xFF"
                      "a"),
               SyntaxError);
}

TEST(Lexer, UnescapesQuotedStrings) {
  EXPECT_THAT(tokens(R"("a\"b\\c\nd")"), ElementsAre("q:a\"b\\cnd", "|"));
  EXPECT_THAT(tokens("\"a\nb\\\nc\""), ElementsAre("q:a\nb\nc", "|"));
}

TEST(Lexer, JoinsQuotedStringsThatFollowEachOther) {
  EXPECT_THAT(tokens("\"one\"\n  \"two\" x"), ElementsAre("q:onetwo", "i:x", "|"));
  EXPECT_THAT(tokens("\"a\" \"b\""), ElementsAre("q:ab", "|"));
  EXPECT_THAT(tokens("\"one\" # c\n\"two\""), ElementsAre("q:one", "|", "q:two", "|"));
  EXPECT_THAT(tokens("\"one\"\n\n\"two\""), ElementsAre("q:one", "|", "|", "q:two", "|"));
  EXPECT_THAT(tokens("\"one\",\n\"two\""), ElementsAre("q:one", ",", "|", "q:two", "|"));
}

TEST(Lexer, ReportsAMissingClosingQuoteWhereTheStringBegan) {
  MemorySurroundings surroundings("a\n  \"b\nc");
  Lexer lexer("test.conf", surroundings);
  lexer.next();
  lexer.next();
  const Token token = lexer.next();
  EXPECT_TRUE(token.is(Token::Kind::error));
  EXPECT_EQ(token.place.line, 2u);
  EXPECT_EQ(token.place.column, 3u);
  EXPECT_EQ(lexer.line_at(token.place), "  \"b");
  EXPECT_TRUE(lexer.next().is(Token::Kind::end_of_file));
}

TEST(Lexer, KeepsBlanksApartWhereWordsAreWanted) {
  EXPECT_THAT(tokens("Full 1st sun at 01:30", Lexer::Mode::words),
              ElementsAre("u:Full", "u:1st", "u:sun", "u:at", "u:01:30", "|"));
  EXPECT_THAT(tokens("5 a", Lexer::Mode::words), ElementsAre("n:5", "u:a", "|"));
  EXPECT_THAT(tokens("5 a", Lexer::Mode::words_and_numbers), ElementsAre("u:5", "u:a", "|"));
}

TEST(Lexer, ReadsIncludesWhereATokenCouldStart) {
  MemorySurroundings surroundings("a; @\"my file\" c");
  surroundings.files["my file"] = "b";
  EXPECT_THAT(tokens(surroundings), ElementsAre("i:a", "|", "i:b", "|", "i:c", "|"));
  EXPECT_THAT(tokens("a @b"), ElementsAre("u:a@b", "|")) << "blanks do not end an identifier";
}

TEST(Lexer, ReadsMatchesOfAPatternInReverseOrder) {
  MemorySurroundings surroundings("@x*.conf");
  surroundings.files["x1.conf"] = "first";
  surroundings.files["x2.conf"] = "second";
  EXPECT_THAT(tokens(surroundings), ElementsAre("i:second", "|", "i:first", "|", "|"));
}

TEST(Lexer, MissesNoMatchesButMissesFiles) {
  EXPECT_THAT(tokens("@none*"), ElementsAre("|"));
  EXPECT_THROW(tokens("@none"), SyntaxError);
}

TEST(Lexer, ReadsTheOutputOfCommands) {
  MemorySurroundings surroundings("@|\"sh -c 'echo x'\"\n@|echo Y");
  surroundings.commands["sh -c echo x"] = "\"one\"\ntwo\n";
  surroundings.commands["echo"] = "\n";
  EXPECT_THAT(tokens(surroundings), ElementsAre("q:one", "|", "i:two", "|", "|", "|", "i:Y", "|"));
}

TEST(Lexer, NoticesAFileThatIncludesItself) { EXPECT_THROW(tokens("@test.conf\n@test.conf"), SyntaxError); }

TEST(CommandWords, KeepQuotedPartsTogether) {
  EXPECT_THAT(command_words("sh -c 'a b' \"c d\" e'f g"), ElementsAre("sh", "-c", "a b", "c d", "e'f", "g"));
  EXPECT_THAT(command_words("  "), ElementsAre());
  EXPECT_EQ(command_words(std::string(400, ' ') + "a").size(), 1u);
}

}  // namespace
}  // namespace holdfast::config
