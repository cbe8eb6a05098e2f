// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include "config/value_reader.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace types {
constinit const TextType string{"STRING", TextType::Rule::string};
constinit const TextType string_name{"STRNAME", TextType::Rule::name};
constinit const TextType resource_name{"NAME", TextType::Rule::resource_name};
constinit const TextType directory{"DIRECTORY", TextType::Rule::directory};
constinit const TextType directory_or_command{"DIRECTORY_OR_COMMAND", TextType::Rule::directory};
constinit const TextListType strings{"STRING_LIST", TextListType::Rule::strings};
constinit const TextListType directories{"DIRECTORY_LIST", TextListType::Rule::directories};
constinit const TextListType directory_words{"DIRECTORY_LIST", TextListType::Rule::directory_words};
constinit const TextListType plugin_names{"PLUGIN_NAMES", TextListType::Rule::plugin_names};
constinit const TextListType access_list{"ACL", TextListType::Rule::access};
constinit const TextListType audit_commands{"AUDIT_COMMAND_LIST", TextListType::Rule::names};
constinit const TextListType devices{"DEVICE", TextListType::Rule::names};
}  // namespace types

namespace {

bool is_name_character(char c, std::string_view others) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         others.find(c) != std::string_view::npos;
}

void check_resource_name(const Token& token) {
  const std::string& name = token.text;
  if (name.empty()) fail(token, "Name must be at least one character long.");
  if (name.front() == ' ') fail(token, "Name cannot start with space.");
  if (name.back() == ' ') fail(token, "Name cannot end with space.");
  for (const char c : name) {
    if (!is_name_character(c, ":.-_/ ")) fail(token, fmt::format("Illegal character \"{}\" in name.", c));
  }
}

void check_access_entry(const Token& token) {
  if (token.text.empty()) fail(token, "Cannot store Acl: Name must be at least one character long.");
  for (const char c : token.text) {
    if (!is_name_character(c, "!()[]|+?*.:_-'/")) {
      fail(token, fmt::format("Cannot store Acl: Illegal character \"{}\" in acl.", c));
    }
  }
}

/// Words between commas, blanks and colons, quoted or not, up to the end of the line.
void read_plugin_names(ValueReader& from, std::vector<std::string>& names) {
  for (;;) {
    Token token = from.next(Lexer::Mode::words_and_numbers);
    if (token.is(Token::Kind::comma)) continue;
    if (!token.is_word()) {
      if (token.is(Token::Kind::close))
        from.unget(token);
      else if (!token.is(Token::Kind::end_of_line))
        fail(token, "expected a string, " + got(token));
      return;
    }
    std::string_view rest = token.text;
    while (!rest.empty()) {
      const auto end = rest.find_first_of(":, \t");
      if (end != 0) names.emplace_back(rest.substr(0, end));
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
  }
}

}  // namespace

void TextType::read_typed(ValueReader& from, std::string& value) const {
  const Token token = rule_ == Rule::name || rule_ == Rule::resource_name ? from.name() : from.string();
  if (rule_ == Rule::resource_name) {
    check_resource_name(token);
    if (!value.empty())
      fail(token, fmt::format("Attempt to redefine name \"{}\" to \"{}\".", value, token.text));
  }
  value = rule_ == Rule::directory ? from.shell_expanded(token.text) : token.text;
  from.finish_line();
}

void TextListType::read_typed(ValueReader& from, std::vector<std::string>& value) const {
  if (rule_ == Rule::plugin_names) return read_plugin_names(from, value);
  if (rule_ == Rule::directories) {
    value.push_back(from.shell_expanded(from.string().text));
    return from.finish_line();
  }
  const auto& resource = from.resource();
  const auto index = resource.resource_type->index_of(from.directive());
  if (rule_ == Rule::directory_words && !resource.given.test(index)) value.clear();
  do {
    const Token token =
        rule_ == Rule::strings || rule_ == Rule::directory_words ? from.string() : from.name();
    if (rule_ == Rule::access) check_access_entry(token);
    value.push_back(token.text);
  } while (from.more_elements());
}

void TextListType::describe_typed(Settings& to, const Directive& directive,
                                  const std::vector<std::string>& value) const {
  const bool is_one_line = rule_ == Rule::access || rule_ == Rule::names;
  if (value.empty()) return;
  add_setting(
      to, directive,
      SettingList{is_one_line ? SettingList::Form::one_line : SettingList::Form::quoted_lines, value});
}

}  // namespace holdfast::config
