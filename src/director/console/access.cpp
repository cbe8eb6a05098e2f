// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/access.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/patterns.h"
#include "base/text.h"

namespace holdfast::director::console {
namespace {

constexpr std::size_t longest_name = 127;

struct AclEntry {
  std::vector<std::string> config::AccessLists::*list;
  std::string_view audit_name;
};

constexpr std::array<AclEntry, 10> acls{{
    {&config::AccessLists::job, "for Job"},
    {&config::AccessLists::client, "for Client"},
    {&config::AccessLists::storage, "for Storage"},
    {&config::AccessLists::schedule, "for Schedule"},
    {&config::AccessLists::pool, "for Pool"},
    {&config::AccessLists::command, "for Command"},
    {&config::AccessLists::file_set, "for Fileset"},
    {&config::AccessLists::catalog, "for Catalog"},
    {&config::AccessLists::where, "for Where restore location"},
    {&config::AccessLists::plugin_options, "for Plugin Options"},
}};

const AclEntry& entry_of(Acl acl) { return acls[static_cast<std::size_t>(acl)]; }

constexpr std::string_view all = "*all*";

bool matches_expression(const std::string& expression, std::string_view item) {
  if (expression.find_first_of(".()[]|^$+?*") == std::string::npos) return false;
  const auto regex = Regex::compile(expression, LetterCase::ignored);
  if (!regex) return false;  // A broken expression never matches.
  const std::string text(item);
  const auto groups = regex->groups(text);
  return !groups.empty() && groups[0].size() == text.size();
}

/// What an entry says about an item: true allows, false denies, nothing goes on to the next entry.
std::optional<bool> verdict(const std::string& entry, std::string_view item) {
  const bool allows = entry.empty() || entry[0] != '!';
  const std::string pattern = allows ? entry : entry.substr(1);
  const bool matches = equal_ignoring_case(pattern, all) || equal_ignoring_case(pattern, item) ||
                       matches_expression(pattern, item);
  return matches ? std::optional(allows) : std::nullopt;
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::optional<char> first_outside(std::string_view text, std::string_view also) {
  const auto bad = std::find_if(text.begin(), text.end(), [&](char c) {
    return !is_letter_or_digit(c) && also.find(c) == std::string_view::npos;
  });
  return bad == text.end() ? std::nullopt : std::optional(*bad);
}

template <typename Holder>
std::vector<const config::AccessLists*> lists_of(const Holder& holder) {
  std::vector<const config::AccessLists*> lists{&holder.acl};
  for (const config::Profile* profile : holder.profiles) lists.push_back(&profile->acl);
  return lists;
}

}  // namespace

std::string_view audit_name(Acl acl) { return entry_of(acl).audit_name; }

Access Access::of(const config::Console& console) {
  Access access = nothing();
  access.lists_ = lists_of(console);
  return access;
}

Access Access::of(const config::User& user) {
  Access access = nothing();
  access.lists_ = lists_of(user);
  return access;
}

bool Access::allows(Acl acl, std::string_view item) const {
  const bool is_name = acl != Acl::where && acl != Acl::plugin_options;
  if (is_name && !resource_name_error(item).empty()) return false;
  if (is_root_) return true;
  for (const config::AccessLists* lists : lists_)
    for (const std::string& entry : lists->*entry_of(acl).list)
      if (const auto decided = verdict(entry, item)) return *decided;
  return false;
}

bool Access::is_unrestricted(Acl acl) const {
  if (is_root_) return true;
  for (const config::AccessLists* lists : lists_)
    for (const std::string& entry : lists->*entry_of(acl).list) {
      if (equal_ignoring_case(entry, all)) return true;
      if (!entry.empty() && entry[0] == '!') return false;
    }
  return false;
}

std::string resource_name_error(std::string_view name) {
  if (name.empty()) return "Empty name not allowed.\n";
  if (name.front() == ' ') return "Name cannot start with space.\n";
  if (const auto bad = first_outside(name, ":.-_/ "))
    return fmt::format("Illegal character \"{}\" in name.\n", printable({&*bad, 1}));
  if (name.size() > longest_name) return "Name too long.\n";
  if (name.back() == ' ') return "Name cannot end with space.\n";
  return "";
}

std::string volume_name_error(std::string_view name) {
  if (!name.empty() && name.front() == '/') return "Volume name can not start with \"/\".\n";
  if (const auto bad = first_outside(name, ":.-_/"))
    return fmt::format("Illegal character \"{}\" in a volume name.\n", printable({&*bad, 1}));
  if (name.size() > longest_name) return "Volume name too long.\n";
  if (name.empty()) return "Volume name must be at least one character long.\n";
  return "";
}

std::string comment_error(std::string_view comment) {
  const auto bad = comment.find_first_of("'<>&\\\"");
  if (bad != std::string_view::npos)
    return fmt::format("Illegal character \"{}\" in a comment.\n", comment[bad]);
  if (comment.size() > longest_name) return "Comment too long.\n";
  if (comment.empty()) return "Comment must be at least one character long.\n";
  return "";
}

}  // namespace holdfast::director::console
