// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <deque>
#include <fstream>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "console/completion.h"
#include "console/line_source.h"
#include "console/printer.h"
#include "transport/channel.h"

namespace holdfast::console {

enum class Privileges { refuse_local_commands, allow_local_commands };

/// Whether the user has had enough of an answer.
class Interruption {
 public:
  virtual ~Interruption() = default;
  /// A new answer begins; what was wanted before is forgotten.
  virtual void begin() = 0;
  virtual bool is_wanted() const = 0;
};

/// Passes lines between a person, or a script, and a Director (interop 10, section 2): `bconsole`.
class Shell {
 public:
  /// `patience` is how long one command may take; zero is for ever.
  Shell(transport::Channel& channel, Printer& printer, Privileges privileges, std::chrono::seconds patience);

  /// Executes the lines of a file, showing them, if there is one; then goes on with `input` until it ends or
  /// the user leaves. Throws Error where the connection breaks.
  void run_file_if_any(const std::string& path);
  void run(LineSource& input);

  /// Asked at each part of an answer from now on, as long as run() is called.
  void heed(Interruption& interruption) { interruption_ = &interruption; }

  /// For the editor: what could stand at the end of the line.
  std::vector<std::string> complete(const std::string& line, std::size_t typed);

  bool has_ended() const { return ended_; }

 private:
  void take(std::string line, bool echoed);
  void send(const std::string& line);
  void listen();
  void show(std::string_view text);
  std::vector<std::string> ask(const std::string& command);

  void local(std::string_view line);
  void local_input(const std::vector<std::string>& words);
  void local_output(const std::vector<std::string>& words, Printer::Also also);
  void local_exec(const std::vector<std::string>& words);
  void local_separator(const std::vector<std::string>& words);
  void local_help();

  transport::Channel& channel_;
  Printer& printer_;
  Privileges privileges_;
  std::chrono::seconds patience_;
  bool ended_ = false;
  bool in_tree_ = false;
  bool is_asked_ = false;  ///< the Director waits for an answer, not for a command
  unsigned depth_ = 0;     ///< of @input in @input
  std::string question_;   ///< the last text in front of a sub prompt
  std::optional<char> separator_;
  Interruption* interruption_ = nullptr;  ///< null where nobody could interrupt
  bool is_cut_ = false;                   ///< the rest of the present answer is not shown
};

}  // namespace holdfast::console
