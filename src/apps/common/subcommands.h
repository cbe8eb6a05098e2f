// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace holdfast::apps {

/// One of several programs in one binary: "holdfast-volume list", which may be started as "bls" too.
struct Subcommand {
  std::string_view name;  ///< empty: only by its link
  std::string_view link;  ///< name of the peer's program that is the same; empty for none
  std::string_view help;
  int (*run)(int argc, const char* const* argv);
};

struct SubcommandProgram {
  std::string_view name;
  std::string_view description;
  std::span<const Subcommand> commands;
  std::string_view examples = {};
};

/// The whole main(): chooses by the name of the program or its first argument, knows --help and --version, and tells
/// errors on standard error. Returns the exit code.
int run_subcommand(const SubcommandProgram& program, int argc, const char* const* argv);

}  // namespace holdfast::apps
