// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace holdfast::apps {

enum class ManualSection { commands = 1, administration = 8 };

/// What a manual page says of a program, gathered from the declarations that the command line is read by.
struct ManualPage {
  /// What stands at the left, bold, and what it means.
  using Entry = std::pair<std::string, std::string>;

  std::string program;  ///< "holdfast run"
  /// The first line or sentence is the name's; lines that begin with blanks are shown as they are typed.
  std::string description;
  ManualSection section = ManualSection::commands;
  std::string synopsis;  ///< what follows the program: "[OPTIONS] JOB"
  std::vector<Entry> commands = {};
  std::vector<Entry> options = {};
  std::vector<Entry> exit_codes = {};
};

/// In roff, as man reads it.
std::string render(const ManualPage& page);

}  // namespace holdfast::apps
