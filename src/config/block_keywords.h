// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <fmt/core.h>

#include <span>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "config/suggestion.h"
#include "config/value_reader.h"

namespace holdfast::config {

/// A keyword inside a nested block: RunScript, Include, Exclude, Options.
template <typename Block>
struct BlockKeyword {
  std::string_view name;
  /// Reads what follows the keyword, up to and including what ends it.
  void (*read)(ValueReader& from, Block& block, const BlockKeyword& keyword);
};

/// Reads "{ keyword ... }" up to and including the closing brace.
template <typename Block>
void read_block_keywords(ValueReader& from, Block& block, std::span<const BlockKeyword<Block>> keywords) {
  for (;;) {
    const Token token = from.next_on_any_line();
    if (token.is(Token::Kind::close)) return;
    if (!token.is(Token::Kind::identifier)) fail(token, "Expecting keyword, got: " + printable(token.text));
    const BlockKeyword<Block>* known = nullptr;
    for (const auto& keyword : keywords) {
      if (equal_ignoring_case(keyword.name, token.text)) known = &keyword;
    }
    if (known == nullptr) {
      std::vector<std::string_view> names;
      for (const auto& keyword : keywords) names.push_back(keyword.name);
      fail(token, fmt::format("Keyword {} not permitted in this resource{}", printable(token.text),
                              did_you_mean(token.text, names)));
    }
    known->read(from, block, *known);
  }
}

}  // namespace holdfast::config
