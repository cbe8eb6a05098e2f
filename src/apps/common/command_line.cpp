// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/common/command_line.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.h"

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

namespace {

/// The usage line of the manual page, which says what must stand there.
class HelpFormat final : public CLI::Formatter {
 public:
  explicit HelpFormat(const ManualPage& page) : page_(page) {}
  std::string make_usage(const CLI::App*, std::string) const override {
    return fmt::format("\nUsage: {} {}\n", page_.program, page_.synopsis);
  }

 private:
  const ManualPage& page_;
};

}  // namespace

class CommandLine::Implementation {
 public:
  Implementation(const std::string& program, const std::string& description, ManualSection section)
      : app(description, program) {
    manual.program = program;
    manual.description = description;
    manual.section = section;
    manual.synopsis = "[OPTIONS]";
    manual.exit_codes = {{std::to_string(exit_success), "Success."},
                         {std::to_string(exit_failure), "Failure; standard error tells why."},
                         {std::to_string(exit_command_line), "Wrong arguments."},
                         {std::to_string(exit_configuration), "Wrong or no configuration."}};
    app.formatter(std::make_shared<HelpFormat>(manual));
    document("-h,-?,--help", "Print this help and end.");
    document("--version", "Print the version and end.");
    app.set_help_flag("-h,-?,--help", "Print this help and end.");
    app.set_version_flag("--version", version_text, "Print the version and end.");
  }

  void document(const std::string& names, const std::string& help, const std::string& value = {}) {
    std::string left = replace_all(names, ",", ", ");
    if (!value.empty()) left += " " + value;
    manual.options.emplace_back(std::move(left), help);
  }

  CLI::App app;
  /// Checked after the rest, so that a misspelt option is told rather than what is missing because of it.
  std::vector<const CLI::Option*> required;
  ManualPage manual;
};

CommandLine::CommandLine(const std::string& program, const std::string& description, ManualSection section)
    : self_(std::make_unique<Implementation>(program, description, section)) {}
CommandLine::~CommandLine() = default;

void CommandLine::give_away_h() {
  self_->app.set_help_flag("-?,--help", "Print this help and end.");
  self_->manual.options.front().first = "-?, --help";
}

void CommandLine::flag(const std::string& names, const std::string& help, bool& value) {
  self_->app.add_flag(names, value, help);
  self_->document(names, help);
}

void CommandLine::counter(const std::string& names, const std::string& help, int& value) {
  self_->app.add_flag(names, value, help);
  self_->document(names, help);
}

void CommandLine::option(const std::string& names, const std::string& help, std::string& value) {
  self_->app.add_option(names, value, help);
  self_->document(names, help, "TEXT");
}

void CommandLine::option(const std::string& names, const std::string& help, int& value) {
  self_->app.add_option(names, value, help);
  self_->document(names, help, "NUMBER");
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
  self_->document(names, help, most > 0 ? "[TEXT ...]" : "");
}

void CommandLine::existing_path(const std::string& names, const std::string& help, std::string& value) {
  self_->app.add_option(names, value, help)->check(CLI::ExistingPath);
  self_->document(names, help, "PATH");
}

void CommandLine::existing_paths(const std::string& names, const std::string& help,
                                 std::vector<std::string>& values) {
  self_->app.add_option(names, values, help)->check(CLI::ExistingPath)->allow_extra_args(false);
  self_->document(names, help, "PATH");
}

void CommandLine::positional(const std::string& name, const std::string& help,
                             std::vector<std::string>& values, int least, int most) {
  auto* option = self_->app.add_option(name, values, help)->expected(least, most);
  if (least > 0) self_->required.push_back(option);
  self_->manual.synopsis += least > 0 ? " " + name : " [" + name + "]";
  // "device directory" are two already.
  if (most > 1 + std::count(name.begin(), name.end(), ' ')) self_->manual.synopsis += " ...";
  self_->manual.options.emplace_back(name, help);
}

void CommandLine::exclude(const std::string& one, const std::string& other) {
  self_->app.get_option(one)->excludes(self_->app.get_option(other));
}

void CommandLine::exit_status(int code, const std::string& meaning) {
  auto& codes = self_->manual.exit_codes;
  std::erase_if(codes, [&](const ManualPage::Entry& entry) { return entry.first == std::to_string(code); });
  const auto behind = std::find_if(codes.begin(), codes.end(), [&](const ManualPage::Entry& entry) {
    return parse_number<int>(entry.first).value_or(0) > code;
  });
  codes.insert(behind, {std::to_string(code), meaning});
}

std::optional<int> CommandLine::parse(int argc, const char* const* argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--manual") {
    fmt::print("{}", render(self_->manual));
    return exit_success;
  }
  if (const auto hint = former_spelling(argc, argv)) {
    fmt::print(stderr, "{}\nRun with --help for more information.\n", *hint);
    return exit_command_line;
  }
  try {
    self_->app.parse(argc, argv);
    for (const CLI::Option* option : self_->required)
      if (option->count() == 0) throw CLI::RequiredError(option->get_name());
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
