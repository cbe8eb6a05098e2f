// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/patterns.h"

#include <fnmatch.h>
#include <regex.h>

#include <array>

namespace holdfast::os {

struct Regex::Compiled {
  ~Compiled() {
    if (is_ready) ::regfree(&expression);
  }
  regex_t expression;
  bool is_ready = false;
};

Regex::Regex(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

Expected<Regex, std::string> Regex::compile(const std::string& expression, LetterCase letters) {
  auto compiled = std::make_unique<Compiled>();
  const int flags = REG_EXTENDED | (letters == LetterCase::ignored ? REG_ICASE : 0);
  const int result = ::regcomp(&compiled->expression, expression.c_str(), flags);
  if (result != 0) {
    std::array<char, 200> reason;
    ::regerror(result, &compiled->expression, reason.data(), reason.size());
    return unexpected(std::string(reason.data()));
  }
  compiled->is_ready = true;
  return Regex(std::move(compiled));
}

bool Regex::matches(const std::string& text) const {
  return ::regexec(&compiled_->expression, text.c_str(), 0, nullptr, 0) == 0;
}

std::vector<std::string_view> Regex::groups(const std::string& text) const {
  std::array<regmatch_t, 10> found;
  if (::regexec(&compiled_->expression, text.c_str(), found.size(), found.data(), 0) != 0) return {};
  std::vector<std::string_view> groups;
  for (const auto& match : found) {
    if (match.rm_so < 0) {
      groups.emplace_back();
    } else {
      groups.push_back(std::string_view(text).substr(static_cast<std::size_t>(match.rm_so),
                                                     static_cast<std::size_t>(match.rm_eo - match.rm_so)));
    }
  }
  return groups;
}

bool wild_matches(const std::string& pattern, const std::string& text, LetterCase letters, Slashes slashes) {
  const int flags = (letters == LetterCase::ignored ? FNM_CASEFOLD : 0) |
                    (slashes == Slashes::only_by_themselves ? FNM_PATHNAME : 0);
  return ::fnmatch(pattern.c_str(), text.c_str(), flags) == 0;
}

}  // namespace holdfast::os
