// SPDX-License-Identifier: AGPL-3.0-or-later
// mount, unmount, release: the operator's hands at a drive (interop 09, section 6).
#include "base/error.h"
#include "base/text.h"
#include "director/console/changer_view.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"
#include "wire/storage_console.h"

namespace holdfast::director::console::handle {
namespace {

using Request = std::string (*)(const std::string& device, std::int32_t drive);

std::string unmount_request(const std::string& device, std::int32_t drive) {
  return wire::encode(wire::UnmountCommand{device, drive});
}

std::string release_request(const std::string& device, std::int32_t drive) {
  return wire::encode(wire::ReleaseCommand{device, drive});
}

/// 1 where the storage is no autochanger, or does not say.
std::int32_t count_drives(Conversation& conversation, const std::string& device) {
  conversation.say(wire::encode(wire::CountDrives{device}));
  std::int32_t drives = 1;
  while (const auto line = conversation.hear()) {
    if (const auto reply = wire::decode<wire::DrivesReply>(*line)) drives = reply->drives;
  }
  return drives;
}

/// Null: the console was told.
const config::Storage* storage_for(Command& command) {
  if (open_catalog(command, CatalogUse::shared) == nullptr) return nullptr;
  return choose_storage(command);
}

Outcome let_go(Command& command, Request request) {
  const auto* storage = storage_for(command);
  if (storage == nullptr) return Outcome::ok;
  tell_connecting(command, *storage);
  Conversation conversation(command, *storage, Conversation::Introduce::silent);
  const auto device = device_of(*storage);
  const bool is_for_all = command.line.has("alldrives") && storage->is_autochanger;
  const auto first = is_for_all ? 0 : drive_of(command);
  const auto last = is_for_all ? count_drives(conversation, device) - 1 : first;
  for (auto drive = first; drive <= last; ++drive) {
    conversation.say(request(device, drive));
    conversation.relay();
  }
  return Outcome::ok;
}

}  // namespace

Outcome mount(Command& command) {
  const auto* storage = storage_for(command);
  if (storage == nullptr) return Outcome::ok;
  wire::MountCommand wanted{device_of(*storage), drive_of(command), std::nullopt};
  if (const auto slot = command.line.value("slot")) wanted.slot = parse_number<std::int32_t>(*slot);
  tell_connecting(command, *storage);
  Conversation conversation(command, *storage, Conversation::Introduce::silent);
  conversation.say(wire::encode(wanted));
  conversation.relay();
  return Outcome::ok;
}

Outcome unmount(Command& command) { return let_go(command, unmount_request); }
Outcome release(Command& command) { return let_go(command, release_request); }

}  // namespace holdfast::director::console::handle
