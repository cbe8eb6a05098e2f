// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/common/subcommands.h"

#include <fmt/core.h>

#include <cstdio>

#include "apps/common/command_line.h"
#include "apps/common/configuration.h"
#include "base/error.h"
#include "base/product.h"

namespace holdfast::apps {
namespace {

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

int usage(const SubcommandProgram& program, int code) {
  auto* const to = code == exit_success ? stdout : stderr;
  fmt::print(to, "{}\n\nUsage: {} COMMAND [OPTIONS]\n\nCommands:\n", program.description, program.name);
  for (const Subcommand& command : program.commands) {
    if (command.name.empty()) continue;
    const std::string also = command.link.empty() ? "" : fmt::format(" (also as {})", command.link);
    fmt::print(to, "  {:<11} {}{}\n", command.name, command.help, also);
  }
  fmt::print(to, "\n{} COMMAND --help tells the options.\n", program.name);
  if (!program.examples.empty()) fmt::print(to, "\nExamples:\n{}", program.examples);
  return code;
}

ManualPage manual_of(const SubcommandProgram& program) {
  ManualPage page{.program = std::string(program.name),
                  .description = std::string(program.description),
                  .synopsis = "COMMAND [OPTIONS]"};
  if (!program.examples.empty()) page.description += fmt::format("\n\nExamples:\n{}", program.examples);
  for (const Subcommand& command : program.commands) {
    if (command.name.empty()) continue;
    const std::string own_page =
        command.link.empty() ? fmt::format("{}-{}", program.name, command.name) : std::string(command.link);
    page.commands.emplace_back(command.name, fmt::format("{}; see {}(1).", command.help, own_page));
  }
  return page;
}

int dispatch(const SubcommandProgram& program, int argc, const char* const* argv) {
  const std::string_view started_as = argc > 0 ? file_name(argv[0]) : "";
  for (const Subcommand& command : program.commands)
    if (!command.link.empty() && started_as == command.link) return command.run(argc, argv);
  const std::string_view first = argc > 1 ? argv[1] : "";
  for (const Subcommand& command : program.commands)
    if (!first.empty() && first == command.name) return command.run(argc - 1, argv + 1);
  for (const std::string_view word : {"--help", "-h", "-?", "help"})
    if (first == word) return usage(program, exit_success);
  if (first == "--version") {
    fmt::print("{} (speaks Bareos 25.1.0)\n", product);
    return exit_success;
  }
  if (first == "--manual") {
    fmt::print("{}", render(manual_of(program)));
    return exit_success;
  }
  if (!first.empty()) fmt::print(stderr, "{}: there is no command \"{}\".\n\n", program.name, first);
  return usage(program, exit_command_line);
}

}  // namespace

int run_subcommand(const SubcommandProgram& program, int argc, const char* const* argv) {
  const std::string_view name = argc > 0 ? file_name(argv[0]) : program.name;
  try {
    return dispatch(program, argc, argv);
  } catch (const NoConfiguration& error) {
    fmt::print(stderr, "{}: {}\n", name, error.message());
    return exit_configuration;
  } catch (const Error& error) {
    std::fflush(stdout);
    fmt::print(stderr, "{}: {}\n", name, error.message());
  } catch (const std::exception& error) {
    std::fflush(stdout);
    fmt::print(stderr, "{}: unexpected: {}\n", name, error.what());
  }
  return exit_failure;
}

}  // namespace holdfast::apps
