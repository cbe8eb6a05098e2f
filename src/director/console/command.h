// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// What a console may say to the Director and what it is answered (interop 09): the session, the table of
// commands, their handlers, and the rendering of answers as text or JSON. How jobs run is the Director's
// business, reached through Services; who logged in was settled by transport.

#include <fmt/core.h>

#include <memory>
#include <stop_token>
#include <string>

#include "director/console/access.h"
#include "director/console/command_line.h"
#include "director/console/output.h"
#include "director/console/prompt.h"
#include "director/console/services.h"

namespace holdfast::director::console {

class Session;

enum class Outcome {
  ok,
  failed,
  quit,  ///< ends the session
};

/// Which of the two catalog connections of a session; each is announced when it is opened.
enum class CatalogUse {
  own,     ///< list, llist, restore, delete, prune, purge, query, .sql, bvfs
  shared,  ///< all others
};

/// One command while it runs: what a handler works with. Lives on the stack of the session.
struct Command {
  Session& session;
  CommandLine line;
  Output& out;
  Prompts& ask;
  Services& services;
  Settings& settings;
  std::shared_ptr<const config::DirectorConfiguration> configuration;
  Access access;
  std::stop_token stop;

  const config::DirectorConfiguration& config() const { return *configuration; }
  /// Sends an audit message where the console was denied what it asked for by name.
  bool allows(Acl acl, std::string_view item) const;
};

using Handler = Outcome (*)(Command&);

/// An entry of the command table: the only place that knows a command's name, help and flags.
struct CommandEntry {
  std::string_view name;
  std::string_view description;
  std::string_view usage;
  enum Flags : unsigned { none = 0, run_script = 1, audited = 2 };
  unsigned flags;
  Handler handler;  ///< nullptr: a command of the peer that this version does not have yet
};

/// All commands in the order that decides abbreviations.
std::span<const CommandEntry> command_table();
/// The first command whose name begins with `word`, in any case; nullptr for none.
const CommandEntry* find_command(std::string_view word);
/// By its whole name.
const CommandEntry* get_command(std::string_view name);

}  // namespace holdfast::director::console
