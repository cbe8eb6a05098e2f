// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "director/console/output.h"

namespace holdfast::director::console {

/// Who gives the answers.
enum class Interaction {
  console,     ///< somebody, or a program, at the other end
  run_script,  ///< nobody: every question fails at once
};

/// A choice among entries (interop 09, section 4).
struct Selection {
  std::string header;     ///< "The defined Job resources are:\n"
  std::string auto_text;  ///< "Job", in "Automatically selected Job: x"
  std::string prompt;     ///< "Select Job resource"
  std::vector<std::string> entries;
};

/// Asks the console. In JSON mode and in RunScripts there is nobody to ask: every question fails at once, so a
/// command must be complete.
class Prompts {
 public:
  Prompts(ConsoleLink& link, Output& out, Interaction interaction)
      : link_(link), out_(out), interaction_(interaction) {}

  bool can_ask() const { return interaction_ == Interaction::console && !out_.is_json(); }
  Interaction interaction() const { return interaction_; }
  /// The connection has ended: nothing more can be asked or told.
  bool is_gone() const { return gone_; }

  /// One line of text; empty when refused with ".", when nobody can be asked and when the console has gone.
  std::optional<std::string> line(std::string_view prompt);
  /// The next command of the file selection of a restore, asked in every mode; "." comes back as such.
  std::optional<std::string> tree_command(std::string_view prompt);
  /// A number of at least 0, asked for again until it is one.
  std::optional<std::int64_t> number(std::string_view prompt);
  /// Asks again until the answer is yes or no; empty as in line().
  std::optional<bool> yes_no(std::string_view prompt);
  /// Takes a single entry without asking. The index of the entry, empty when none was chosen.
  std::optional<std::size_t> select(const Selection& selection);

  /// What `.messages` as an answer does while messages are displayed as they come.
  void on_messages(std::function<void()> show) { show_messages_ = std::move(show); }

 private:
  std::optional<std::string> ask(std::string_view prompt, wire::Signal before);
  std::optional<std::string> next_line();
  void show_for_programs(const Selection& selection);
  void show_for_people(const Selection& selection);
  std::optional<std::size_t> tell_that_nobody_chooses(const Selection& selection);
  std::optional<std::size_t> choose(const Selection& selection);

  ConsoleLink& link_;
  Output& out_;
  Interaction interaction_;
  bool gone_ = false;
  std::function<void()> show_messages_;
};

/// The entries as lines, or in columns where there are many (interop 09, section 4, rule 4).
std::string numbered(const std::vector<std::string>& entries);

}  // namespace holdfast::director::console
