// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/common/command_line.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>

namespace holdfast::apps {

namespace {

// Versions that programs of the peer read.
constexpr const char* version_text = "25.1.0";

/// Spellings with one dash that older releases had; each would be read as several short options.
std::optional<std::string> former_spelling(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "-xc" || word == "-xs") {
      return "The -xc and -xs options have changed.\nUse --xc and --xs as given in the help.";
    }
    if (word == "-dt") return "The -dt option has changed.\nUse --dt as given in the help.";
  }
  return std::nullopt;
}

}  // namespace

class CommandLine::Implementation {
 public:
  Implementation(const std::string& program, const std::string& description) : app(description, program) {
    app.set_help_flag("-h,-?,--help", "Print this help and end.");
    app.set_version_flag("--version", version_text, "Print the version and end.");
  }
  CLI::App app;
};

CommandLine::CommandLine(const std::string& program, const std::string& description)
    : self_(std::make_unique<Implementation>(program, description)) {}
CommandLine::~CommandLine() = default;

void CommandLine::flag(const std::string& names, const std::string& help, bool& value) {
  self_->app.add_flag(names, value, help);
}

void CommandLine::counter(const std::string& names, const std::string& help, int& value) {
  self_->app.add_flag(names, value, help);
}

void CommandLine::option(const std::string& names, const std::string& help, std::string& value) {
  self_->app.add_option(names, value, help);
}

void CommandLine::option(const std::string& names, const std::string& help, int& value) {
  self_->app.add_option(names, value, help);
}

void CommandLine::option(const std::string& names, const std::string& help,
                         std::optional<std::vector<std::string>>& values, int most) {
  const auto take = [&values](const std::vector<std::string>& given) {
    values.emplace();
    for (const auto& value : given) {
      // An option that stands alone comes with one empty value.
      if (!value.empty()) values->push_back(value);
    }
    return true;
  };
  self_->app.add_option(names, take, help)->expected(0, most);
}

void CommandLine::existing_path(const std::string& names, const std::string& help, std::string& value) {
  self_->app.add_option(names, value, help)->check(CLI::ExistingPath);
}

void CommandLine::positional(const std::string& name, const std::string& help,
                             std::vector<std::string>& values, int least, int most) {
  auto* option = self_->app.add_option(name, values, help)->expected(least, most);
  if (least > 0) option->required();
}

void CommandLine::exclude(const std::string& one, const std::string& other) {
  self_->app.get_option(one)->excludes(self_->app.get_option(other));
}

std::optional<int> CommandLine::parse(int argc, const char* const* argv) {
  if (const auto hint = former_spelling(argc, argv)) {
    fmt::print(stderr, "{}\nRun with --help for more information.\n", *hint);
    return exit_command_line;
  }
  try {
    self_->app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::Success& wanted) {
    return self_->app.exit(wanted);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "ERROR: {}: {}\n\n{}", error.get_name(), error.what(), help());
    return exit_command_line;
  }
}

std::string CommandLine::help() const { return self_->app.help(); }

}  // namespace holdfast::apps
