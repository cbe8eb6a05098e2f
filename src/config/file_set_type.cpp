// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/file_set_type.h"

#include <fmt/core.h>

#include <array>

#include "config/block_keywords.h"
#include "config/file_set_options.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace types {
constinit const FileSetBlockType include{FileSetBlockType::Kind::include};
constinit const FileSetBlockType exclude{FileSetBlockType::Kind::exclude};
}  // namespace types

namespace {

using Keyword = BlockKeyword<FileSetBlock>;

Token entry_value(ValueReader& from) {
  from.equals();
  Token token = from.next_on_any_line();
  if (!token.is_word()) {
    if (token.is(Token::Kind::close)) from.unget(token);
    fail(token, "Expected a filename, got: " + printable(token.text));
  }
  if (!token.is(Token::Kind::quoted) && token.text.find('\\') != std::string::npos) {
    fail(token, "Backslash found. Use forward slashes or quote the string.: " + printable(token.text));
  }
  return token;
}

template <std::vector<std::string> FileSetBlock::*List>
void read_entry(ValueReader& from, FileSetBlock& block, const Keyword&) {
  const Token token = entry_value(from);
  (block.*List).push_back(token.text);
  static_cast<FileSet&>(from.resource()).entries += token.text;
  from.finish_line();
}

void read_exclude_dir(ValueReader& from, FileSetBlock& block, const Keyword&) {
  from.equals();
  block.exclude_dir_containing.push_back(from.name().text);
  from.finish_line();
}

void read_options(ValueReader& from, FileSetBlock& block, const Keyword&) {
  read_file_set_options(from, block.options.emplace_back());
}

[[noreturn]] void refuse_in_exclude(ValueReader& from, FileSetBlock&, const Keyword& keyword) {
  Token place = from.next();
  if (keyword.name == "Options") fail(place, "Options section not permitted in Exclude");
  if (keyword.name == "Plugin") fail(place, "Plugin directive not permitted in Exclude");
  fail(place, "ExcludeDirContaining directive not permitted in Exclude.");
}

constexpr std::array include_keywords{
    Keyword{"File", read_entry<&FileSetBlock::files>}, Keyword{"Plugin", read_entry<&FileSetBlock::plugins>},
    Keyword{"ExcludeDirContaining", read_exclude_dir}, Keyword{"Options", read_options}};

constexpr std::array exclude_keywords{
    Keyword{"File", read_entry<&FileSetBlock::files>}, Keyword{"Plugin", refuse_in_exclude},
    Keyword{"ExcludeDirContaining", refuse_in_exclude}, Keyword{"Options", refuse_in_exclude}};

void add_entries(SettingBlock& to, std::string_view key, const std::vector<std::string>& entries) {
  if (!entries.empty())
    to.settings.push_back({std::string(key), SettingList{SettingList::Form::quoted_lines, entries}});
}

SettingBlock shown(const FileSetBlock& block) {
  SettingBlock shown;
  std::vector<SettingBlock> options;
  for (const auto& one : block.options) options.push_back(describe_file_set_options(one));
  if (!options.empty()) shown.settings.push_back({"Options", std::move(options)});
  add_entries(shown, "File", block.files);
  add_entries(shown, "Plugin", block.plugins);
  add_entries(shown, "ExcludeDirContaining", block.exclude_dir_containing);
  return shown;
}

}  // namespace

void FileSetBlockType::read_typed(ValueReader& from, std::vector<FileSetBlock>& blocks) const {
  const Token brace = from.next_on_any_line();
  if (!brace.is(Token::Kind::open)) fail(brace, "Old style Include/Exclude not supported");
  FileSetBlock& block = blocks.emplace_back();
  block.kind = kind_;
  const auto& keywords = kind_ == Kind::include ? include_keywords : exclude_keywords;
  read_block_keywords<FileSetBlock>(from, block, keywords);
  from.finish_line();
}

void FileSetBlockType::describe_typed(Settings& to, const Directive&,
                                      const std::vector<FileSetBlock>& blocks) const {
  if (kind_ != Kind::include) return;
  for (auto block = blocks.begin(); block != blocks.end();) {
    const Kind kind = block->kind;
    std::vector<SettingBlock> same;
    for (; block != blocks.end() && block->kind == kind; ++block) same.push_back(shown(*block));
    to.push_back({kind == Kind::include ? "Include" : "Exclude", std::move(same)});
  }
}

}  // namespace holdfast::config
