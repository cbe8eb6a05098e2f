// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/posix_acl.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

#include "base/endian.h"
#include "base/text.h"
#include "os/account_names.h"

namespace holdfast::os {

namespace {

// The value: u32 version, then per entry u16 tag, u16 permissions, u32 id, all little-endian.
constexpr std::uint32_t version = 2;
constexpr std::uint32_t no_id = 0xFFFFFFFF;
enum class Tag : std::uint16_t { owner = 1, user = 2, owning_group = 4, group = 8, mask = 16, other = 32 };

struct TagName {
  Tag tag;
  std::string_view word;
  std::string_view letter;
  bool is_named;
};
constexpr std::array tag_names{
    TagName{Tag::owner, "user", "u", false},         TagName{Tag::user, "user", "u", true},
    TagName{Tag::owning_group, "group", "g", false}, TagName{Tag::group, "group", "g", true},
    TagName{Tag::mask, "mask", "m", false},          TagName{Tag::other, "other", "o", false},
};

struct Entry {
  Tag tag{};
  std::uint16_t permissions = 0;
  std::uint32_t id = no_id;
};

Expected<std::vector<Entry>, std::string> parse_value(Bytes value) {
  ByteReader reader(value);
  if (reader.take<std::uint32_t>(std::endian::little) != version)
    return unexpected(std::string("the ACL has a version that is not known"));
  std::vector<Entry> entries;
  while (!reader.at_end()) {
    const auto tag = reader.take<std::uint16_t>(std::endian::little);
    const auto permissions = reader.take<std::uint16_t>(std::endian::little);
    const auto id = reader.take<std::uint32_t>(std::endian::little);
    if (!id) return unexpected(std::string("the ACL ends in the middle of an entry"));
    entries.push_back({static_cast<Tag>(*tag), *permissions, *id});
  }
  return entries;
}

std::string name_of(const Entry& entry) {
  if (entry.tag == Tag::user) return user_name(entry.id).value_or(fmt::format("{}", entry.id));
  if (entry.tag == Tag::group) return group_name(entry.id).value_or(fmt::format("{}", entry.id));
  return {};
}

std::optional<std::uint32_t> id_of(Tag tag, const std::string& name) {
  if (const auto number = parse_number<std::uint32_t>(name)) return number;
  return tag == Tag::user ? user_id(name) : group_id(name);
}

std::optional<std::uint16_t> parse_permissions(std::string_view text) {
  std::uint16_t permissions = 0;
  for (const char letter : text) {
    if (letter == 'r') {
      permissions |= 4;
    } else if (letter == 'w') {
      permissions |= 2;
    } else if (letter == 'x') {
      permissions |= 1;
    } else if (letter != '-') {
      return std::nullopt;
    }
  }
  return permissions;
}

Expected<Entry, std::string> parse_entry(std::string_view line) {
  const auto parts = split(line, ':');
  const auto wrong = [&] { return unexpected(fmt::format("\"{}\" is no ACL entry", printable(line))); };
  // Some write "mask:rwx" and "other:rwx" with one colon.
  if (parts.size() != 3 && parts.size() != 2) return wrong();
  const std::string name(parts.size() == 3 ? trim(parts[1]) : std::string_view{});
  const auto row = std::find_if(tag_names.begin(), tag_names.end(), [&](const TagName& known) {
    const auto word = trim(parts[0]);
    return (word == known.word || word == known.letter) && known.is_named == !name.empty();
  });
  const auto permissions = parse_permissions(trim(parts.back()));
  if (row == tag_names.end() || !permissions) return wrong();
  Entry entry{row->tag, *permissions, no_id};
  if (!row->is_named) return entry;
  const auto id = id_of(entry.tag, name);
  if (!id) return unexpected(fmt::format("{} \"{}\" is not known here", row->word, printable(name)));
  entry.id = *id;
  return entry;
}

/// What the kernel asks for: one owner, owning group and other; named entries once and only with a mask.
bool is_valid(const std::vector<Entry>& sorted) {
  const auto count = [&](Tag tag) {
    return std::count_if(sorted.begin(), sorted.end(), [&](const Entry& entry) { return entry.tag == tag; });
  };
  const bool repeated = std::adjacent_find(sorted.begin(), sorted.end(), [](const Entry& a, const Entry& b) {
                          return a.tag == b.tag && a.id == b.id;
                        }) != sorted.end();
  const bool named = count(Tag::user) + count(Tag::group) > 0;
  return !repeated && count(Tag::owner) == 1 && count(Tag::owning_group) == 1 && count(Tag::other) == 1 &&
         (!named || count(Tag::mask) == 1);
}

}  // namespace

Expected<std::string, std::string> acl_text(Bytes attribute_value) {
  const auto entries = parse_value(attribute_value);
  if (!entries) return unexpected(entries.error());
  std::string text;
  for (const auto& entry : *entries) {
    const auto row = std::find_if(tag_names.begin(), tag_names.end(),
                                  [&](const TagName& known) { return known.tag == entry.tag; });
    if (row == tag_names.end())
      return unexpected(fmt::format("the ACL has an entry of kind {}", static_cast<unsigned>(entry.tag)));
    text += fmt::format("{}:{}:{}{}{}\n", row->word, name_of(entry), (entry.permissions & 4) ? 'r' : '-',
                        (entry.permissions & 2) ? 'w' : '-', (entry.permissions & 1) ? 'x' : '-');
  }
  return text;
}

Expected<Buffer, std::string> acl_value(std::string_view text) {
  std::vector<Entry> entries;
  for (auto line : split(text, '\n')) {
    line = trim(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    auto entry = parse_entry(line);
    if (!entry) return unexpected(entry.error());
    entries.push_back(*entry);
  }
  if (entries.empty()) return Buffer();
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return std::tie(a.tag, a.id) < std::tie(b.tag, b.id); });
  if (!is_valid(entries)) return unexpected(std::string("the ACL is not complete, or names somebody twice"));
  Buffer value;
  ByteWriter writer(value);
  writer.put(version, std::endian::little);
  for (const auto& entry : entries) {
    writer.put(static_cast<std::uint16_t>(entry.tag), std::endian::little);
    writer.put(entry.permissions, std::endian::little);
    writer.put(entry.id, std::endian::little);
  }
  return value;
}

bool is_minimal_acl(Bytes attribute_value) {
  const auto entries = parse_value(attribute_value);
  return entries && std::all_of(entries->begin(), entries->end(), [](const Entry& entry) {
           return entry.tag == Tag::owner || entry.tag == Tag::owning_group || entry.tag == Tag::other;
         });
}

}  // namespace holdfast::os
