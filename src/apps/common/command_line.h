// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// What the programs share: the command line, finding and loading the configuration with clear error output,
// and the life of a daemon from start to signal. Each program adds its concrete classes in its own main.cpp.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/common/manual_page.h"

namespace holdfast::apps {

// Exit codes of all programs (interop 06, section 13).
inline constexpr int exit_success = 0;
inline constexpr int exit_failure = 1;
inline constexpr int exit_command_line = 41;
inline constexpr int exit_configuration = 42;

/// Options of one program, in GNU style. Every program has -h, -?, --help, --version and --manual, which prints its
/// manual page. `names` is a comma
/// list,
/// "-c,--config"; the variables keep their value where the option is not given and must outlive parse().
class CommandLine {
 public:
  CommandLine(const std::string& program, const std::string& description,
              ManualSection section = ManualSection::commands);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  void flag(const std::string& names, const std::string& help, bool& value);
  /// Counts how often it is given: -vv.
  void counter(const std::string& names, const std::string& help, int& value);
  void option(const std::string& names, const std::string& help, std::string& value);
  void option(const std::string& names, const std::string& help, int& value);
  /// An option with any number of values up to `most`, also none: `given` tells.
  void option(const std::string& names, const std::string& help,
              std::optional<std::vector<std::string>>& values, int most);
  /// Refused where the path does not exist.
  void existing_path(const std::string& names, const std::string& help, std::string& value);
  /// As above; may be given again and again, with one path each time.
  void existing_paths(const std::string& names, const std::string& help, std::vector<std::string>& values);
  /// Arguments that are no options; at least `least` of them.
  void positional(const std::string& name, const std::string& help, std::vector<std::string>& values,
                  int least, int most);
  /// -h means something else here; help is at --help and -? only. Before any option is declared.
  void give_away_h();
  /// For the manual page: a further exit code of this program, or what a common one means there.
  void exit_status(int code, const std::string& meaning);
  /// The two cannot stand together; long names, "--foreground".
  void exclude(const std::string& one, const std::string& other);

  /// The exit code to end with at once (help, version: 0; anything wrong: 41, with the reason and the help on
  /// standard error), or nothing: go on.
  std::optional<int> parse(int argc, const char* const* argv);

  std::string help() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> self_;
};

}  // namespace holdfast::apps
