// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/file_set_options.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/patterns.h"
#include "base/text.h"
#include "base/units.h"
#include "config/block_keywords.h"

namespace holdfast::config {

namespace {

using Keyword = BlockKeyword<FileSetOptions>;

/// A value an option may have, and what it adds to the letters sent to the File Daemon (interop 06, section 8.1).
struct OptionValue {
  std::string_view option;
  std::string_view value;
  std::string_view letters;
};

constexpr std::array option_values{
    OptionValue{"Compression", "gzip", "Z6"}, OptionValue{"Compression", "gzip1", "Z1"},
    OptionValue{"Compression", "gzip2", "Z2"}, OptionValue{"Compression", "gzip3", "Z3"},
    OptionValue{"Compression", "gzip4", "Z4"}, OptionValue{"Compression", "gzip5", "Z5"},
    OptionValue{"Compression", "gzip6", "Z6"}, OptionValue{"Compression", "gzip7", "Z7"},
    OptionValue{"Compression", "gzip8", "Z8"}, OptionValue{"Compression", "gzip9", "Z9"},
    OptionValue{"Compression", "lzo", "Zo"}, OptionValue{"Compression", "lzfast", "Zff"},
    OptionValue{"Compression", "lz4", "Zf4"}, OptionValue{"Compression", "lz4hc", "Zfh"},
    // Our own: the Director replaces it for clients and storages of the peer.
    OptionValue{"Compression", "zstd", "Zs3:"}, OptionValue{"Compression", "zstd1", "Zs1:"},
    OptionValue{"Compression", "zstd2", "Zs2:"}, OptionValue{"Compression", "zstd3", "Zs3:"},
    OptionValue{"Compression", "zstd4", "Zs4:"}, OptionValue{"Compression", "zstd5", "Zs5:"},
    OptionValue{"Compression", "zstd6", "Zs6:"}, OptionValue{"Compression", "zstd7", "Zs7:"},
    OptionValue{"Compression", "zstd8", "Zs8:"}, OptionValue{"Compression", "zstd9", "Zs9:"},
    OptionValue{"Compression", "zstd10", "Zs10:"}, OptionValue{"Compression", "zstd11", "Zs11:"},
    OptionValue{"Compression", "zstd12", "Zs12:"}, OptionValue{"Compression", "zstd13", "Zs13:"},
    OptionValue{"Compression", "zstd14", "Zs14:"}, OptionValue{"Compression", "zstd15", "Zs15:"},
    OptionValue{"Compression", "zstd16", "Zs16:"}, OptionValue{"Compression", "zstd17", "Zs17:"},
    OptionValue{"Compression", "zstd18", "Zs18:"}, OptionValue{"Compression", "zstd19", "Zs19:"},
    OptionValue{"Signature", "md5", "M"}, OptionValue{"Signature", "sha1", "S"},
    OptionValue{"Signature", "sha256", "S2"}, OptionValue{"Signature", "sha512", "S3"},
    OptionValue{"Signature", "xxh128", "S4"}, OptionValue{"OneFs", "yes", "0"},
    OptionValue{"OneFs", "no", "f"}, OptionValue{"Recurse", "yes", "0"}, OptionValue{"Recurse", "no", "h"},
    OptionValue{"Sparse", "yes", "s"}, OptionValue{"Sparse", "no", "0"}, OptionValue{"HardLinks", "yes", "0"},
    OptionValue{"HardLinks", "no", "H"}, OptionValue{"AclSupport", "yes", "A"},
    OptionValue{"AclSupport", "no", "0"}, OptionValue{"XAttrSupport", "yes", "X"},
    OptionValue{"XAttrSupport", "no", "0"}, OptionValue{"ReadFifo", "yes", "r"},
    OptionValue{"ReadFifo", "no", "0"}, OptionValue{"Replace", "always", "a"},
    OptionValue{"Replace", "ifnewer", "w"}, OptionValue{"Replace", "never", "n"},
    OptionValue{"Portable", "yes", "p"}, OptionValue{"Portable", "no", "0"},
    OptionValue{"MtimeOnly", "yes", "m"}, OptionValue{"MtimeOnly", "no", "0"},
    OptionValue{"KeepAtime", "yes", "k"}, OptionValue{"KeepAtime", "no", "0"},
    OptionValue{"NoAtime", "yes", "K"}, OptionValue{"NoAtime", "no", "0"},
    // The same letter as NoAtime: what the peer sends, and what its File Daemons expect.
    OptionValue{"EnhancedWild", "yes", "K"}, OptionValue{"EnhancedWild", "no", "0"},
    OptionValue{"Exclude", "yes", "e"}, OptionValue{"Exclude", "no", "0"},
    OptionValue{"IgnoreCase", "yes", "i"}, OptionValue{"IgnoreCase", "no", "0"},
    OptionValue{"HfsPlusSupport", "yes", "R"}, OptionValue{"HfsPlusSupport", "no", "0"},
    OptionValue{"CheckFileChanges", "yes", "c"}, OptionValue{"CheckFileChanges", "no", "0"},
    OptionValue{"HonorNoDumpFlag", "yes", "N"}, OptionValue{"HonorNoDumpFlag", "no", "0"},
    OptionValue{"AutoExclude", "yes", "0"}, OptionValue{"AutoExclude", "no", "x"},
    OptionValue{"Shadowing", "none", "0"}, OptionValue{"Shadowing", "localwarn", "d1"},
    OptionValue{"Shadowing", "localremove", "d2"}, OptionValue{"Shadowing", "globalwarn", "d3"},
    OptionValue{"Shadowing", "globalremove", "d4"}, OptionValue{"ForceEncryption", "yes", "Ef"},
    OptionValue{"ForceEncryption", "no", "0"}};

/// Sent for a block that does not say otherwise, in this order.
struct DefaultLetter {
  std::string_view option;
  char letter;
  bool value;
};
constexpr std::array default_letters{DefaultLetter{"HardLinks", 'H', false},
                                     DefaultLetter{"AclSupport", 'A', true},
                                     DefaultLetter{"XAttrSupport", 'X', true}};

bool has_option(const FileSetOptions& options, std::string_view keyword) {
  return std::any_of(options.options.begin(), options.options.end(),
                     [&](const FileSetOption& option) { return option.keyword == keyword; });
}

std::string to_upper(std::string text) {
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; };
  std::transform(text.begin(), text.end(), text.begin(), upper);
  return text;
}

Token option_value(ValueReader& from) {
  from.equals();
  Token token = from.next(Lexer::Mode::words_and_numbers);
  if (!token.is_word()) {
    if (token.is(Token::Kind::end_of_line) || token.is(Token::Kind::close)) from.unget(token);
    fail(token, "expected a name, " + got(token));
  }
  return token;
}

void add_option(ValueReader& from, FileSetOptions& block, std::string_view option, const Token& value,
                std::string letters) {
  constexpr std::size_t most_letters = 118;
  block.options.push_back({std::string(option), value.text, std::move(letters)});
  std::size_t length = 0;
  for (const auto& known : block.options) length += known.letters.size();
  if (length > most_letters) fail(value, "Too many fileset options specified; cannot parse this correctly");
  from.finish_line();
}

void read_keyword_option(ValueReader& from, FileSetOptions& block, const Keyword& keyword) {
  const Token value = option_value(from);
  for (const auto& known : option_values) {
    if (known.option != keyword.name || !equal_ignoring_case(known.value, value.text)) continue;
    return add_option(from, block, keyword.name, value, std::string(known.letters));
  }
  std::vector<std::string_view> words;
  for (const auto& known : option_values) {
    if (known.option == keyword.name) words.push_back(known.value);
  }
  fail(value, fmt::format("Expected a FileSet option keyword, got: {}:{}", printable(value.text),
                          did_you_mean(value.text, words)));
}

/// Accurate and Verify: letters that name attributes, each sent once.
void read_letters(ValueReader& from, FileSetOptions& block, const Keyword& keyword) {
  const bool is_accurate = keyword.name == "Accurate";
  const std::string_view allowed = is_accurate ? "ipnugsamcd51A" : "ipnugsamcd51";
  const Token value = option_value(from);
  std::string letters(1, is_accurate ? 'C' : 'V');
  for (const char c : value.text) {
    if (allowed.find(c) == std::string_view::npos) {
      fail(value, fmt::format("Illegal {} option {}, got option string: {}:", to_lower(keyword.name),
                              printable({&c, 1}), printable(value.text)));
    }
    if (letters.find(c, 1) == std::string::npos) letters += c;
  }
  add_option(from, block, keyword.name, value, letters + ":");
}

void read_strip_path(ValueReader& from, FileSetOptions& block, const Keyword& keyword) {
  const Token value = option_value(from);
  if (value.text.empty() || value.text.find_first_not_of("0123456789") != std::string::npos) {
    fail(value, fmt::format("Expected a strip path positive integer, got: {}:", printable(value.text)));
  }
  add_option(from, block, keyword.name, value, "P" + value.text + ":");
}

/// "a-b", "<a", ">a" or "a".
bool is_size_match(std::string_view text) {
  if (text.starts_with('<') || text.starts_with('>')) return parse_size(text.substr(1)).has_value();
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return parse_size(text).has_value();
  return parse_size(text.substr(0, dash)) && parse_size(text.substr(dash + 1));
}

void read_size_match(ValueReader& from, FileSetOptions& block, const Keyword& keyword) {
  const Token value = option_value(from);
  if (!is_size_match(value.text)) {
    fail(value, fmt::format("Expected a parseable size, got: {}:", printable(value.text)));
  }
  add_option(from, block, keyword.name, value, "z" + value.text + ":");
}

Token pattern_value(ValueReader& from) {
  from.equals();
  Token token = from.next_on_any_line(Lexer::Mode::words_and_numbers);
  if (!token.is_word()) {
    if (token.is(Token::Kind::close)) from.unget(token);
    fail(token, "expected a string, " + got(token));
  }
  return token;
}

template <std::vector<std::string> FileSetOptions::*List>
void read_pattern(ValueReader& from, FileSetOptions& block, const Keyword& keyword) {
  const Token value = pattern_value(from);
  if (keyword.name.starts_with("Regex")) {
    const auto regex = Regex::compile(value.text, LetterCase::exact);
    if (!regex) fail(value, "Regex compile error. ERR=" + regex.error());
  }
  (block.*List).push_back(value.text);
  from.finish_line();
}

void read_plugin(ValueReader& from, FileSetOptions& block, const Keyword&) {
  from.equals();
  block.plugin = from.name().text;
  from.finish_line();
}

constexpr std::array keywords{Keyword{"Compression", read_keyword_option},
                              Keyword{"Signature", read_keyword_option},
                              Keyword{"Accurate", read_letters},
                              Keyword{"Verify", read_letters},
                              Keyword{"OneFs", read_keyword_option},
                              Keyword{"Recurse", read_keyword_option},
                              Keyword{"Sparse", read_keyword_option},
                              Keyword{"HardLinks", read_keyword_option},
                              Keyword{"ReadFifo", read_keyword_option},
                              Keyword{"Replace", read_keyword_option},
                              Keyword{"Portable", read_keyword_option},
                              Keyword{"MtimeOnly", read_keyword_option},
                              Keyword{"KeepAtime", read_keyword_option},
                              Keyword{"Exclude", read_keyword_option},
                              Keyword{"AclSupport", read_keyword_option},
                              Keyword{"IgnoreCase", read_keyword_option},
                              Keyword{"HfsPlusSupport", read_keyword_option},
                              Keyword{"NoAtime", read_keyword_option},
                              Keyword{"EnhancedWild", read_keyword_option},
                              Keyword{"CheckFileChanges", read_keyword_option},
                              Keyword{"StripPath", read_strip_path},
                              Keyword{"HonorNoDumpFlag", read_keyword_option},
                              Keyword{"XAttrSupport", read_keyword_option},
                              Keyword{"Size", read_size_match},
                              Keyword{"Shadowing", read_keyword_option},
                              Keyword{"AutoExclude", read_keyword_option},
                              Keyword{"ForceEncryption", read_keyword_option},
                              Keyword{"Regex", read_pattern<&FileSetOptions::regex>},
                              Keyword{"RegexDir", read_pattern<&FileSetOptions::regex_dir>},
                              Keyword{"RegexFile", read_pattern<&FileSetOptions::regex_file>},
                              Keyword{"Wild", read_pattern<&FileSetOptions::wild>},
                              Keyword{"WildDir", read_pattern<&FileSetOptions::wild_dir>},
                              Keyword{"WildFile", read_pattern<&FileSetOptions::wild_file>},
                              Keyword{"FsType", read_pattern<&FileSetOptions::fs_type>},
                              Keyword{"DriveType", read_pattern<&FileSetOptions::drive_type>},
                              Keyword{"Meta", read_pattern<&FileSetOptions::meta>},
                              Keyword{"Plugin", read_plugin}};

/// Yes and no as such; the words of digests and compression in upper case, as the peer shows them.
SettingValue shown(const FileSetOption& option) {
  if (equal_ignoring_case(option.value, "yes")) return true;
  if (equal_ignoring_case(option.value, "no")) return false;
  if (option.keyword != "Compression" && option.keyword != "Signature") return QuotedText{option.value};
  std::string word = to_upper(option.value);
  return QuotedText{word == "GZIP" ? "GZIP6" : word};
}

std::string shown_key(std::string_view keyword) {
  return std::string(keyword == "XAttrSupport" ? std::string_view("XattrSupport") : keyword);
}

/// The options in the order written; then what is sent for those that were not.
void describe_keywords(SettingBlock& to, const FileSetOptions& options) {
  for (const auto& option : options.options)
    to.settings.push_back({shown_key(option.keyword), shown(option)});
  for (const auto& absent : default_letters) {
    if (!has_option(options, absent.option)) to.settings.push_back({shown_key(absent.option), absent.value});
  }
}

void describe_patterns(SettingBlock& to, std::string_view key, const std::vector<std::string>& patterns) {
  if (patterns.empty()) return;
  to.settings.push_back({std::string(key), SettingList{SettingList::Form::quoted_lines, patterns}});
}

}  // namespace

void read_file_set_options(ValueReader& from, FileSetOptions& options) {
  const Token brace = from.next_on_any_line();
  if (!brace.is(Token::Kind::open)) fail(brace, "Expecting open brace. Got " + printable(brace.text));
  read_block_keywords<FileSetOptions>(from, options, keywords);
}

SettingBlock describe_file_set_options(const FileSetOptions& options) {
  SettingBlock block;
  describe_keywords(block, options);
  describe_patterns(block, "Regex", options.regex);
  describe_patterns(block, "RegexDir", options.regex_dir);
  describe_patterns(block, "RegexFile", options.regex_file);
  describe_patterns(block, "Wild", options.wild);
  describe_patterns(block, "WildDir", options.wild_dir);
  describe_patterns(block, "WildFile", options.wild_file);
  describe_patterns(block, "FsType", options.fs_type);
  describe_patterns(block, "DriveType", options.drive_type);
  describe_patterns(block, "Meta", options.meta);
  if (!options.plugin.empty()) block.settings.push_back({"Plugin", QuotedText{options.plugin}});
  return block;
}

std::string FileSetOptions::letters(ClientCompression compression) const {
  std::string letters;
  for (const auto& option : options) {
    if (compression == ClientCompression::allowed || option.keyword != "Compression")
      letters += option.letters;
  }
  for (const auto& absent : default_letters) {
    if (!has_option(*this, absent.option)) letters += absent.letter;
  }
  return letters;
}

}  // namespace holdfast::config
