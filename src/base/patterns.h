// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

namespace holdfast {

enum class LetterCase { exact, ignored };
enum class Occurrences { first, all };
enum class Slashes { matched_by_wildcards, only_by_themselves };

/// fnmatch(3): "*.o", "/home/*/cache", "[a-c]?".
bool wild_matches(const std::string& pattern, const std::string& text, LetterCase letters, Slashes slashes);

/// A POSIX extended regular expression, without back-references; the time a match takes grows with the length of the text
/// alone (docs/adr/0008-regular-expressions-with-re2.md). Any thread.
class Regex {
 public:
  /// The reason of a failure is a text for a message. An expression that would grow beyond some megabytes
  /// when compiled, like "((a{99}){99}){99}", is refused, and so is one that asks for more than 1,000 repetitions.
  static Expected<Regex, std::string> compile(const std::string& expression, LetterCase letters);
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

  bool matches(const std::string& text) const;

  /// Where the whole expression and its first nine parts in brackets match first; empty where nothing does. A part that
  /// takes no part in the match has no data().
  std::vector<std::string_view> groups(const std::string& text) const;

  /// `text` with what matches replaced; in `replacement`, $0 to $9 and \0 to \9 stand for the groups and \\ for
  /// a backslash. Throws Error{invalid} where that makes a text longer than 64 KiB.
  std::string replaced(const std::string& text, std::string_view replacement, Occurrences which) const;

 private:
  struct Compiled;
  explicit Regex(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace holdfast
