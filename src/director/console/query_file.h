// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::director::console {

/// A query of the QueryFile (interop 09, section 7.8).
struct StoredQuery {
  std::string title;
  std::vector<std::string> prompts;     ///< what is asked for %1, %2 and so on
  std::vector<std::string> statements;  ///< without ';'; one that begins with '!' is listed vertically
};

inline constexpr std::size_t most_prompts = 9;

/// The queries of a file: ":title", then lines "*prompt" and SQL up to each ';'. Lines that begin with '#' are comments.
/// Any text is accepted; prompts beyond `most_prompts` are kept, for a message.
std::vector<StoredQuery> parse_queries(std::string_view text);

/// The statement with %1 to %9 replaced by answers, %% by a per cent sign. A quote in an answer is doubled, so that it stays
/// inside of its text. `missing` gets the numbers of answers that are not there; they become empty.
std::string fill_in(std::string_view statement, const std::vector<std::string>& answers,
                    std::vector<std::size_t>& missing);

}  // namespace holdfast::director::console
