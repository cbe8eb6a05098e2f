// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/file_set_type.h"

#include <fmt/core.h>

#include <array>

#include "config/block_keywords.h"
#include "config/file_set_options.h"

namespace holdfast::config {

namespace types {
constinit const FileSetBlockType include{FileSetBlockType::Side::include};
constinit const FileSetBlockType exclude{FileSetBlockType::Side::exclude};
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

void print_entries(std::string& to, std::string_view key, const std::vector<std::string>& entries) {
  for (const auto& entry : entries) to += fmt::format("    {} = {}\n", key, in_quotes(entry));
}

}  // namespace

void FileSetBlockType::read_typed(ValueReader& from, std::vector<FileSetBlock>& blocks) const {
  const Token brace = from.next_on_any_line();
  if (!brace.is(Token::Kind::open)) fail(brace, "Old style Include/Exclude not supported");
  FileSetBlock& block = blocks.emplace_back();
  const auto& keywords = side_ == Side::include ? include_keywords : exclude_keywords;
  read_block_keywords<FileSetBlock>(from, block, keywords);
  from.finish_line();
}

void FileSetBlockType::print_typed(std::string& to, const Directive& directive,
                                   const std::vector<FileSetBlock>& blocks) const {
  for (const auto& block : blocks) {
    to += fmt::format("  {} {{\n", directive.name);
    for (const auto& options : block.options) print_file_set_options(to, options);
    print_entries(to, "File", block.files);
    print_entries(to, "Plugin", block.plugins);
    print_entries(to, "ExcludeDirContaining", block.exclude_dir_containing);
    to += "  }\n";
  }
}

}  // namespace holdfast::config
