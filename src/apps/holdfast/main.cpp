// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <cstdio>
#include <string_view>

#include "apps/common/command_line.h"
#include "apps/common/configuration.h"
#include "apps/holdfast/commands.h"
#include "apps/holdfast/quickstart.h"
#include "base/error.h"

namespace {

using namespace holdfast;

struct Command {
  std::string_view name;
  std::string_view link;  ///< name of the peer's program that is the same
  std::string_view help;
  int (*run)(int argc, const char* const* argv);
};

constexpr Command commands[] = {
    {"quickstart", "", "set up a Director, clients and storage for trying out, and back up a folder",
     apps::quickstart},
    {"run", "", "run a job and follow it to its end", apps::run_job},
    {"restore", "", "restore files and follow the job to its end", apps::restore},
    {"jobs", "", "list jobs", apps::list_jobs},
    {"status", "", "what the Director is doing, or how one job went", apps::show_status},
    {"console", "bconsole", "interactive console with all commands of the Director", apps::run_console},
    {"", "bconsole-unsafe", "", apps::run_unsafe_console},
};

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

int usage(int code) {
  auto* const to = code == apps::exit_success ? stdout : stderr;
  fmt::print(to, "Holdfast 0.1.0, network backup\n\nUsage: holdfast COMMAND [OPTIONS]\n\nCommands:\n");
  for (const Command& command : commands)
    if (!command.name.empty()) fmt::print(to, "  {:<11} {}\n", command.name, command.help);
  fmt::print(to,
             "\nholdfast COMMAND --help tells the options.\n\nExamples:\n"
             "  holdfast quickstart\n"
             "  holdfast run nightly --level Full\n"
             "  holdfast restore --client db1-fd --file /etc/hosts --where /tmp/restored\n"
             "  holdfast jobs --days 1 --json\n"
             "  holdfast console\n");
  return code;
}

int dispatch(int argc, const char* const* argv) {
  for (const Command& command : commands)
    if (argc > 0 && !command.link.empty() && file_name(argv[0]) == command.link)
      return command.run(argc, argv);
  const std::string_view first = argc > 1 ? argv[1] : "";
  for (const Command& command : commands)
    if (!first.empty() && first == command.name) return command.run(argc - 1, argv + 1);
  if (first == "--help" || first == "-h" || first == "help") return usage(apps::exit_success);
  if (first == "--version") {
    fmt::print("Holdfast 0.1.0 (speaks Bareos 25.1.0)\n");
    return apps::exit_success;
  }
  if (!first.empty()) fmt::print(stderr, "holdfast: there is no command \"{}\".\n\n", first);
  return usage(apps::exit_command_line);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return dispatch(argc, argv);
  } catch (const apps::NoConfiguration& error) {
    fmt::print(stderr, "{}: {}\n", file_name(argv[0]), error.message());
    return apps::exit_configuration;
  } catch (const Error& error) {
    std::fflush(stdout);
    fmt::print(stderr, "{}: {}\n", file_name(argv[0]), error.message());
    return apps::exit_failure;
  } catch (const std::exception& error) {
    std::fflush(stdout);
    fmt::print(stderr, "{}: internal error: {}\n", file_name(argv[0]), error.what());
    return apps::exit_failure;
  }
}
