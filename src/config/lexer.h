// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/surroundings.h"
#include "config/syntax_error.h"
#include "config/token.h"

namespace holdfast::config {

/// One file or one command's output, cut into physical lines.
struct Source {
  std::string name;                ///< as given; "|command" for a command
  std::vector<std::string> lines;  ///< without line ends
};

/// Cuts configuration text into tokens (interop 06, section 2), following includes. Throws SyntaxError where the
/// text cannot be read on: an include that does not exist, a byte order mark of UTF-16.
class Lexer {
 public:
  /// Which characters begin a word that ends at the next blank.
  enum class Mode : std::uint8_t {
    keywords,           ///< none: letters begin an identifier, digits a number
    words,              ///< letters: Run
    words_and_numbers,  ///< letters and digits: PluginNames, FileSet options
  };

  /// Reads what `pattern` names, several files in reverse order. Throws SyntaxError where there is nothing.
  Lexer(const std::string& pattern, Surroundings& surroundings);

  Token next(Mode mode = Mode::keywords);
  /// `token` comes again with the next call of next(), whatever its mode. One token at most.
  void unget(Token token);

  /// How many braces are open, by the tokens given out.
  int depth() const { return depth_; }
  /// Whether the last token given out was the end of a line.
  bool is_at_line_end() const { return is_at_line_end_; }

  /// Whether the character space follows at once: it joins the parts of a duration.
  bool is_space_next() const;

  /// What is left of the physical line, for directives whose form depends on it.
  std::string_view rest_of_line() const;

  /// The physical line a place lies in; empty where there is none.
  std::string_view line_at(const Place& place) const;

 private:
  struct Position {
    std::shared_ptr<const Source> source;
    unsigned depth = 0;      ///< of includes
    std::size_t line = 0;    ///< index
    std::size_t column = 0;  ///< index; the length of the line means its end
  };

  bool is_exhausted() const { return open_.back().line >= open_.back().source->lines.size(); }
  char peek() const;
  void advance();
  void skip_blanks();
  Place place() const;

  Token scan(Mode mode);
  Token word(Mode mode);
  Token quoted();
  bool continues_quoted();
  void include();
  std::string include_name();
  void open(const std::string& pattern, const Place& from, unsigned depth);
  void open_command(const std::string& command, const Place& from, unsigned depth);
  std::shared_ptr<const Source> read(const std::string& path, const Place& from);
  void push(std::shared_ptr<const Source> source, const Place& from, unsigned depth);

  Surroundings& surroundings_;
  std::vector<Position> open_;  ///< what is read now last; the matches of one pattern lie here in reverse
  std::map<std::string, std::shared_ptr<const Source>> sources_;
  std::optional<Token> ungot_;
  Place end_;  ///< where the last source ended
  unsigned opened_ = 0;
  int depth_ = 0;
  bool is_at_line_end_ = true;
};

/// Words of a command line: separated by blanks; one that begins with " or ' extends to the same quote; no escapes; at
/// most 100 (interop 06, section 9.4).
std::vector<std::string> command_words(std::string_view command);

}  // namespace holdfast::config
