// SPDX-License-Identifier: AGPL-3.0-or-later
// setdebug: passes levels on to daemons. The Director itself has none, and says so as the peer does.
#include "base/error.h"
#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/conversation.h"
#include "director/console/handlers.h"
#include "wire/director_to_client.h"
#include "wire/storage_console.h"

namespace holdfast::director::console::handle {
namespace {

constexpr std::int32_t unchanged = -1;

struct Debug {
  std::int32_t level = 0;
  std::int32_t trace = unchanged;
  std::int32_t hangup = unchanged;
  std::int32_t timestamp = unchanged;
};

std::int32_t number_of(const Command& command, std::string_view keyword) {
  const auto number = parse_number<std::int32_t>(command.line.value(keyword).value_or(""));
  return number && *number >= 0 ? *number : unchanged;
}

/// Empty where nobody tells a level.
std::optional<Debug> read_debug(Command& command) {
  Debug debug{number_of(command, "level"), number_of(command, "trace"), number_of(command, "hangup"),
              number_of(command, "timestamp")};
  if (debug.level != unchanged) return debug;
  const auto level = command.ask.number("Enter new debug level: ");
  if (!level || *level > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
  debug.level = static_cast<std::int32_t>(*level);
  return debug;
}

void tell_director(Command& command, const Debug& debug) {
  const auto set = [](std::int32_t value) { return value == unchanged ? 0 : value; };
  command.out.text(fmt::format("level={} trace={} hangup={} timestamp={} tracefilename={}/{}.trace\n",
                               debug.level, set(debug.trace), set(debug.hangup), set(debug.timestamp),
                               command.services.working_directory(), command.config().director().name));
}

template <typename Daemon>
void tell_daemon(Command& command, const Daemon& daemon, std::string_view kind, const std::string& said) {
  command.out.text(
      fmt::format("Connecting to {} {} at {}:{}\n", kind, daemon.name, daemon.address, daemon.port));
  try {
    Conversation conversation(command, daemon, Conversation::Introduce::silent);
    conversation.say(said);
    conversation.relay();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled && command.stop.stop_requested()) throw;
    command.out.text(fmt::format("Failed to connect to {} {}.\n", kind, daemon.name));
    command.out.info(fmt::format("{}\n", error.message()));
  }
}

void tell_client(Command& command, const config::Client& client, const Debug& debug) {
  tell_daemon(
      command, client, "Client",
      wire::encode(wire::ClientDebugCommand{debug.level, debug.trace, debug.hangup, debug.timestamp}));
}

void tell_storage(Command& command, const config::Storage& storage, const Debug& debug) {
  tell_daemon(command, storage, "Storage daemon",
              wire::encode(wire::StorageDebugCommand{debug.level, debug.trace, debug.timestamp}));
}

void tell_all(Command& command, const Debug& debug) {
  tell_director(command, debug);
  for (const config::Storage& storage : command.config().storages)
    if (command.access.allows(Acl::storage, storage.name)) tell_storage(command, storage, debug);
  for (const config::Client& client : command.config().clients)
    if (command.access.allows(Acl::client, client.name)) tell_client(command, client, debug);
}

enum class Target { director, storage, client, all };

struct TargetWord {
  std::string_view word;
  Target target;
};
constexpr TargetWord target_words[] = {
    {"all", Target::all},       {"dir", Target::director}, {"director", Target::director},
    {"client", Target::client}, {"fd", Target::client},    {"storage", Target::storage},
    {"store", Target::storage}, {"sd", Target::storage},
};

struct Chosen {
  Target target = Target::director;
  std::optional<std::string> name{};  ///< of a client or storage; one is asked for where it is empty
};

std::optional<Chosen> choose_target(Command& command) {
  for (const auto& [word, target] : target_words)
    if (const Word* found = command.line.find(word)) return Chosen{target, found->value};
  constexpr Target in_order[] = {Target::director, Target::storage, Target::client, Target::all};
  const auto chosen = command.ask.select({"Available daemons are: \n",
                                          "daemon",
                                          "Select daemon type to set debug level",
                                          {"Director", "Storage", "Client", "All"}});
  if (!chosen) return std::nullopt;
  return Chosen{in_order[*chosen], {}};
}

}  // namespace

Outcome set_debug(Command& command) {
  const auto debug = read_debug(command);
  if (!debug) return Outcome::ok;
  const auto chosen = choose_target(command);
  if (!chosen) return Outcome::ok;
  const auto& name = chosen->name;
  switch (chosen->target) {
    case Target::director: tell_director(command, *debug); break;
    case Target::all: tell_all(command, *debug); break;
    case Target::client:
      if (const auto* client = name ? permitted_client(command, *name) : select_client(command))
        tell_client(command, *client, *debug);
      else if (name)
        command.out.error(fmt::format("Client \"{}\" not found.\n", printable(*name)));
      break;
    case Target::storage:
      if (const auto* storage = name ? permitted_storage(command, *name) : select_storage(command))
        tell_storage(command, *storage, *debug);
      else if (name)
        command.out.error(fmt::format("Storage \"{}\" not found.\n", printable(*name)));
      break;
  }
  return Outcome::ok;
}

}  // namespace holdfast::director::console::handle
