// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>

#include "apps/common/command_line.h"
#include "apps/holdfast-tools/tools.h"
#include "base/patterns.h"

namespace holdfast::apps {
namespace {

using Matches = std::function<bool(const std::string& line)>;
/// What a pattern that was typed means; empty, after the reason was told, where it means nothing.
using Compile = std::function<Matches(const std::string& pattern)>;

struct Wanted {
  std::string file;
  bool without_numbers = false;
  bool not_matching = false;
  bool ignores_case = false;

  LetterCase letters() const { return ignores_case ? LetterCase::ignored : LetterCase::exact; }
};

void declare(CommandLine& line, Wanted& wanted) {
  line.option("-f,--filename", "The file whose lines are tried; must be given.", wanted.file);
  line.flag("-l,--suppress-linenumbers", "Print lines without their numbers.", wanted.without_numbers);
  line.flag("-n,--not-match", "Print the lines that do not match.", wanted.not_matching);
  line.flag("-i,--ignore-case", "Capitals and small letters are the same, as with Ignore Case of a FileSet.",
            wanted.ignores_case);
}

/// Read anew for each pattern, so that a file of any length will do. False where it cannot be read.
bool print_lines(const Wanted& wanted, const Matches& matches) {
  std::ifstream file(wanted.file);
  if (!file) {
    fmt::print(stderr, "Could not open data file: {}\n", wanted.file);
    return false;
  }
  std::uint64_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (matches(line) == wanted.not_matching) continue;
    if (wanted.without_numbers)
      fmt::print("{}\n", line);
    else
      fmt::print("{:5}: {}\n", number, line);
  }
  return true;
}

int try_patterns(CommandLine& line, const Wanted& wanted, const std::string& prompt, const Compile& compile) {
  if (wanted.file.empty()) {
    fmt::print(stderr, "ERROR: --filename is required\n\n{}", line.help());
    return exit_command_line;
  }
  if (!std::ifstream(wanted.file)) {
    fmt::print(stderr, "Could not open data file: {}\n", wanted.file);
    return exit_failure;
  }
  while (true) {
    fmt::print("{}", prompt);
    std::fflush(stdout);
    std::string pattern;
    if (!std::getline(std::cin, pattern) || pattern.empty()) return exit_success;
    const Matches matches = compile(pattern);
    if (matches && !print_lines(wanted, matches)) return exit_failure;
  }
}

}  // namespace

int run_regex(int argc, const char* const* argv) {
  CommandLine line("bregex",
                   "Tries regular expressions on the lines of a file\n\nAsks for an expression and prints "
                   "the lines that it "
                   "matches, until an empty one is given. Expressions mean what they mean in a FileSet.");
  Wanted wanted;
  declare(line, wanted);
  if (const auto code = line.parse(argc, argv)) return *code;
  return try_patterns(line, wanted, "Enter regex pattern: ", [&](const std::string& pattern) -> Matches {
    auto compiled = Regex::compile(pattern, wanted.letters());
    if (!compiled) {
      fmt::print("Regex compile error: {}\n", compiled.error());
      return {};
    }
    const auto regex = std::make_shared<const Regex>(std::move(*compiled));
    return [regex](const std::string& text) { return regex->matches(text); };
  });
}

int run_wild(int argc, const char* const* argv) {
  CommandLine line("bwild",
                   "Tries wildcards on the lines of a file\n\nAsks for a pattern and prints the lines that "
                   "it matches, until "
                   "an empty one is given. Patterns mean what they mean in a FileSet.");
  Wanted wanted;
  bool is_enhanced = false;
  declare(line, wanted);
  line.flag("--enhanced-wild", "Wildcards do not match slashes, as with Enhanced Wild of a FileSet.",
            is_enhanced);
  if (const auto code = line.parse(argc, argv)) return *code;
  const auto slashes = is_enhanced ? Slashes::only_by_themselves : Slashes::matched_by_wildcards;
  return try_patterns(line, wanted, "Enter a wild-card: ", [&](const std::string& pattern) -> Matches {
    return [&wanted, slashes, pattern](const std::string& text) {
      return wild_matches(pattern, text, wanted.letters(), slashes);
    };
  });
}

}  // namespace holdfast::apps
