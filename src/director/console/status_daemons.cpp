// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/error.h"
#include "director/console/conversation.h"
#include "director/console/status.h"
#include "wire/director_to_client.h"
#include "wire/storage_console.h"

namespace holdfast::director::console::status_of {
namespace {

std::string devices_of(const config::Storage& storage) {
  std::string devices;
  for (const auto& device : storage.devices) devices += (devices.empty() ? "" : ",") + device;
  return devices;
}

template <typename Daemon>
void ask(Command& command, const Daemon& daemon, std::string_view kind, const std::string& question) {
  if (command.out.api() == Api::text)
    command.out.text(
        fmt::format("Connecting to {} {} at {}:{}\n", kind, daemon.name, daemon.address, daemon.port));
  try {
    Conversation conversation(command, daemon, Conversation::Introduce::told);
    conversation.say(question);
    conversation.relay();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled && command.stop.stop_requested()) throw;
    command.out.text(fmt::format("\nFailed to connect to {} {}.\n====\n", kind, daemon.name));
    command.out.info(fmt::format("{}\n", error.message()));
  }
}

}  // namespace

void client(Command& command, const config::Client& client, std::string_view word) {
  if (!command.services.is_enabled(Toggled::client, client.name))
    return command.out.text(fmt::format("Client \"{}\" is disabled; skipping status call\n", client.name));
  ask(command, client, "Client",
      word.empty() ? std::string(wire::client_status_command)
                   : wire::encode(wire::DotStatusCommand{std::string(word)}));
}

void storage(Command& command, const config::Storage& storage, std::string_view word) {
  ask(command, storage, "Storage daemon",
      word.empty() ? wire::encode(wire::StorageStatusCommand{devices_of(storage)})
                   : wire::encode(wire::DotStatusCommand{std::string(word)}));
}

}  // namespace holdfast::director::console::status_of
