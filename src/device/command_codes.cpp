// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/command_codes.h"

namespace holdfast::device {

std::vector<std::string> with_codes(const std::vector<std::string>& words, const CodeValue& value_of) {
  std::vector<std::string> replaced_words;
  for (const auto& word : words) {
    std::string replaced;
    for (std::size_t i = 0; i < word.size(); ++i) {
      const auto value = word[i] == '%' && i + 1 < word.size() ? value_of(word[i + 1]) : std::nullopt;
      if (value) ++i;
      replaced += value ? *value : std::string(1, word[i]);
    }
    if (!replaced.empty()) replaced_words.push_back(std::move(replaced));
  }
  return replaced_words;
}

}  // namespace holdfast::device
