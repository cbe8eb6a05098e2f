// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <cstdio>
#include <string_view>

#include "apps/common/command_line.h"
#include "apps/holdfast-volume/source.h"
#include "base/error.h"

namespace {

using namespace holdfast;

struct Tool {
  std::string_view subcommand;
  std::string_view link;  ///< name of the peer's program
  std::string_view help;
  int (*run)(int argc, const char* const* argv);
};

constexpr Tool tools[] = {
    {"list", "bls", "files, jobs, blocks or labels on volumes", apps::run_list},
    {"extract", "bextract", "restore files from volumes", apps::run_extract},
};

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

int usage(int code) {
  auto* const to = code == apps::exit_success ? stdout : stderr;
  fmt::print(to, "Usage: holdfast-volume COMMAND [OPTIONS]\n\nCommands:\n");
  for (const auto& tool : tools)
    fmt::print(to, "  {:<10}{} (also as {})\n", tool.subcommand, tool.help, tool.link);
  fmt::print(to, "\nholdfast-volume COMMAND --help tells the options.\n");
  return code;
}

int dispatch(int argc, const char* const* argv) {
  for (const auto& tool : tools) {
    if (argc > 0 && file_name(argv[0]) == tool.link) return tool.run(argc, argv);
    if (argc > 1 && argv[1] == tool.subcommand) return tool.run(argc - 1, argv + 1);
  }
  const std::string_view first = argc > 1 ? argv[1] : "";
  return usage(first == "--help" || first == "-h" ? apps::exit_success : apps::exit_command_line);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return dispatch(argc, argv);
  } catch (const Error& error) {
    std::fflush(stdout);
    fmt::print(stderr, "holdfast-volume: {}\n", error.message());
    return apps::exit_failure;
  }
}
