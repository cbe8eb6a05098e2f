// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "director/console/command.h"

namespace holdfast::director::console {

/// The consoles that are connected now. Any thread.
class ConnectedConsoles {
 public:
  /// Counts one console as long as it lives.
  class Entry {
   public:
    Entry(ConnectedConsoles& all, std::int64_t since);
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    ConnectedConsoles& all_;
    std::int64_t since_;
  };
  /// When they connected, Unix seconds, oldest first.
  std::vector<std::int64_t> since() const;

 private:
  Guarded<std::multiset<std::int64_t>> since_;
};

/// Who is at the other end.
struct Login {
  std::string name;              ///< of the Console resource, or transport::default_console
  std::string host = "unknown";  ///< for audit messages
  std::string user;              ///< of the User resource where PAM authenticated one, else empty
};

/// A conversation with one console, from the first prompt to its end. Used by one thread.
class Session {
 public:
  Session(ConsoleLink& link, Services& services, ConnectedConsoles& consoles, Login login,
          std::stop_token stop, Interaction interaction = Interaction::console);

  /// Returns when the console has gone or quit. Throws what the link throws.
  void run();
  enum class Commands { of_scripts, all };
  /// One command, as in a RunScript; by default only commands that are allowed there. False where it failed.
  bool run_script_command(std::string_view text, Commands allowed = Commands::of_scripts);

  const Login& login() const { return login_; }
  bool is_root() const;
  /// "root" for the console that has no resource of its own.
  std::string_view shown_name() const;
  const ConnectedConsoles& consoles() const { return consoles_; }
  ConsoleLink& link() { return link_; }
  Interaction interaction() const { return interaction_; }

  /// A connection to this catalog, opened at its first use, which is told to people. Throws Error.
  catalog::Catalog& catalog(const config::Catalog& resource, CatalogUse use, Output& out);
  /// Forgets open connections, as after a reload.
  void close_catalogs();

  /// The messages for the console, one packet a line; false where there were none.
  bool show_messages(Output& out);
  /// The same for those who render them otherwise.
  std::vector<std::string> take_messages();
  /// A message of class audit that begins with who is at the console.
  void audit(std::string_view text);

 private:
  struct OpenCatalog {
    std::string name;
    std::unique_ptr<catalog::Catalog> connection;
  };

  enum class Next { go_on, end };
  Next execute(std::string_view text);
  Next run_command(const CommandEntry& entry, Command& command);
  Outcome guarded(const CommandEntry& entry, Command& command);
  bool is_permitted(const CommandEntry& entry, const Command& command);
  Access access(const config::DirectorConfiguration& configuration) const;
  void audit_command(const CommandEntry& entry, const Command& command);
  void tell_about_messages();

  ConsoleLink& link_;
  Services& services_;
  ConnectedConsoles& consoles_;
  Login login_;
  std::stop_token stop_;
  Interaction interaction_;
  Settings settings_;
  bool told_about_messages_ = false;
  bool gone_ = false;
  OpenCatalog own_;
  OpenCatalog shared_;
};

}  // namespace holdfast::director::console
