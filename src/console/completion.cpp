// SPDX-License-Identifier: AGPL-3.0-or-later
#include "console/completion.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace holdfast::console {
namespace {

struct Names {
  std::string_view after;
  const char* command;
};
constexpr Names after_keyword[] = {
    {"pool=", ".pool"},
    {"nextpool=", ".pool"},
    {"fileset=", ".fileset"},
    {"client=", ".client"},
    {"jobdefs=", ".jobdefs"},
    {"job=", ".jobs"},
    {"restorejob=", ".jobs type=R"},
    {"restore_job=", ".jobs type=R"},
    {"level=", ".level"},
    {"storage=", ".storage"},
    {"schedule=", ".schedule"},
    {"volume=", ".media"},
    {"oldvolume=", ".media"},
    {"volstatus=", ".volstatus"},
    {"catalog=", ".catalogs"},
    {"message=", ".msgs"},
    {"profile=", ".profiles"},
    {"actiononpurge=", ".actiononpurge"},
    {"restoreclient=", ".client"},
};
constexpr Names in_tree[] = {
    {"ls", ".ls"},    {"add", ".ls"},        {"mark", ".ls"},       {"m", ".ls"},
    {"cd", ".lsdir"}, {"delete", ".lsmark"}, {"unmark", ".lsmark"},
};

bool is_keyword_letter(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }

std::vector<std::string> beginning_with(std::vector<std::string> words, std::string_view beginning) {
  std::erase_if(words, [&](const std::string& word) { return !word.starts_with(beginning); });
  return words;
}

/// The names of an answer, a packet or line each.
std::vector<std::string> names_of(const std::vector<std::string>& packets) {
  std::vector<std::string> names;
  for (const auto& packet : packets)
    for (const auto line : split(packet, '\n'))
      if (!trim(line).empty()) names.emplace_back(trim(line));
  return names;
}

std::string first_word(std::string_view line) {
  line = trim(line);
  return std::string(line.substr(0, std::min(line.find(' '), line.size())));
}

std::vector<std::string> tree_words(const std::string& line, const Ask& ask) {
  const std::string command = first_word(line);
  for (const Names& names : in_tree)
    if (names.after == command) return names_of(ask(names.command));
  return {};
}

}  // namespace

std::vector<std::string> usage_words(std::string_view usage) {
  std::set<std::string> words;
  std::size_t at = 0;
  while (at < usage.size()) {
    if (!is_keyword_letter(usage[at])) {
      // What stands in <> is a placeholder.
      at = usage[at] == '<' ? std::min(usage.find('>', at), usage.size()) : at;
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < usage.size() && is_keyword_letter(usage[end])) ++end;
    const bool has_value = end < usage.size() && usage[end] == '=';
    const bool ends_word = end == usage.size() || usage[end] == ' ';
    if (has_value || ends_word)
      words.insert(std::string(usage.substr(at, end - at)) + (has_value ? "=" : ""));
    at = end + 1;
  }
  return {words.begin(), words.end()};
}

std::vector<std::string> completions(const std::string& line, std::size_t typed, Mode mode, const Ask& ask) {
  const std::string_view before =
      std::string_view(line).substr(0, line.size() - std::min(typed, line.size()));
  const std::string_view beginning = std::string_view(line).substr(before.size());
  if (trim(before).empty())
    return beginning_with(names_of(ask(mode == Mode::commands ? ".help all" : ".help")), beginning);
  if (mode == Mode::restore_tree) return beginning_with(tree_words(line, ask), beginning);
  const std::string_view last =
      before.substr(before.rfind(' ') == std::string_view::npos ? 0 : before.rfind(' ') + 1);
  for (const Names& names : after_keyword)
    if (names.after == last) return beginning_with(names_of(ask(names.command)), beginning);
  if (!last.empty()) return {};
  std::string usage;
  for (const auto& packet : ask(".help item=" + first_word(line))) usage += packet;
  return beginning_with(usage_words(usage), beginning);
}

}  // namespace holdfast::console
