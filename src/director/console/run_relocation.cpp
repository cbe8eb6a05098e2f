// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/run_relocation.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/renaming.h"

namespace holdfast::director::console {
namespace {

/// The dialogue that makes a RegexWhere out of prefixes and a suffix.
class Relocation {
 public:
  explicit Relocation(Command& command) : command_(command) {}

  /// Empty where it was given up.
  std::optional<std::string> ask() {
    for (;;) {
      show("");
      const auto chosen =
          command_.ask.select({"This will replace your current Where value\n",
                               "",
                               "Select parameter to modify",
                               {"Strip prefix", "Add prefix", "Add file suffix", "Enter a regexp",
                                "Test filename manipulation", "Use this ?"}});
      if (!chosen) return std::nullopt;
      switch (*chosen) {
        case 0: ask_for(strip_, "Please enter the path prefix to strip: "); break;
        case 1: ask_for(add_, "Please enter the path prefix to add (/ for none): "); break;
        case 2: ask_for(suffix_, "Please enter the file suffix to add: "); break;
        case 3: ask_for(regex_, "Please enter a valid regexp (!from!to!): "); break;
        case 4: test(); break;
        default: return expression();
      }
    }
  }

 private:
  static std::string_view shown(const std::string& value) {
    return value.empty() ? "*None*" : std::string_view(value);
  }
  std::string expression() const {
    return regex_.empty() ? relocation_expression(strip_, add_, suffix_) : regex_;
  }

  void show(std::string_view result) {
    command_.out.text(regex_.empty() ? fmt::format("strip_prefix={} add_prefix={} add_suffix={}{}\n",
                                                   shown(strip_), shown(add_), shown(suffix_), result)
                                     : fmt::format("regexwhere={}{}\n", regex_, result));
  }
  void ask_for(std::string& value, std::string_view prompt) {
    if (const auto answer = command_.ask.line(prompt))
      value = *answer == "/" && &value == &add_ ? "" : *answer;
  }
  void test() {
    show(fmt::format(" result={}", expression()));
    command_.out.text("Enter a period (.) to stop this test\n");
    while (const auto name = command_.ask.line("Please enter filename to test: "))
      command_.out.text(fmt::format("{} -> {}\n", *name, relocated(expression(), *name)));
  }

  Command& command_;
  std::string strip_, add_, suffix_, regex_;
};

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '!' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

}  // namespace

std::optional<std::string> ask_for_relocation(Command& command) { return Relocation(command).ask(); }

std::string relocation_expression(std::string_view strip_prefix, std::string_view add_prefix,
                                  std::string_view add_suffix) {
  std::string expression;
  const auto add = [&](const std::string& part) { expression += (expression.empty() ? "" : ",") + part; };
  if (!strip_prefix.empty()) add(fmt::format("!{}!!i", escaped(strip_prefix)));
  if (!add_suffix.empty()) add(fmt::format("!([^/])$!$1{}!", escaped(add_suffix)));
  if (!add_prefix.empty()) add(fmt::format("!^!{}!", escaped(add_prefix)));
  return expression;
}

std::string relocated(std::string_view expression, std::string name) {
  try {
    return RegexWhere(expression).apply(name);
  } catch (const Error&) {
    return name;  // An expression that is no expression changes nothing; the client will refuse it.
  }
}

}  // namespace holdfast::director::console
