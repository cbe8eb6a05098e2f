// SPDX-License-Identifier: AGPL-3.0-or-later
#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "director/console/changer_view.h"
#include "director/console/choose.h"
#include "director/console/conversation.h"
#include "director/console/handlers.h"
#include "director/console/retention.h"
#include "director/console/update.h"
#include "jobs/recycling.h"
#include "wire/storage_console.h"

namespace holdfast::director::console::handle {
namespace {

constexpr std::int32_t any_drive = -1;

/// A name that no volume has yet, from the line or asked for; empty where it was refused.
std::optional<std::string> new_volume_name(Command& command, catalog::Catalog& catalog) {
  auto name = command.line.value("volume");
  for (;;) {
    if (!name) name = command.ask.line("Enter new Volume name: ");
    if (!name) return std::nullopt;
    const std::string problem = volume_name_error(*name);
    if (!problem.empty()) {
      command.out.error(problem);
    } else if (catalog.volumes().find(std::string_view(*name))) {
      command.out.error(fmt::format("Media record for new Volume \"{}\" already exists.\n", *name));
    } else {
      return name;
    }
    name.reset();
  }
}

std::optional<std::int32_t> choose_slot(Command& command, const config::Storage& storage) {
  if (const auto text = command.line.value_of_any({"slot", "slots"}))
    return parse_number<std::int32_t>(*text).value_or(0);
  if (!storage.is_autochanger) return 0;
  const auto slot = command.ask.number("Enter slot (0 or Enter for none): ");
  return slot ? std::optional(static_cast<std::int32_t>(*slot)) : std::nullopt;
}

std::int32_t labelling_drive(const Command& command, const config::Storage& storage) {
  const bool is_told = command.line.value("drive").has_value() || storage.is_autochanger;
  return is_told ? drive_of(command) : any_drive;
}

/// The record of a volume that has just been labelled, with the defaults of its pool.
catalog::VolumeRow record_of(Command& command, catalog::Catalog& catalog, const config::Storage& storage,
                             const catalog::PoolRow& pool, const wire::LabelCommand& label,
                             const wire::LabelReply& reply, const std::string& key) {
  catalog::VolumeRow row;
  row.name = label.volume;
  row.pool = pool.id;
  row.storage = catalog.storages().put_storage(storage.name, storage.is_autochanger);
  row.media_type = storage.media_type;
  row.slot = label.slot;
  row.in_changer = label.slot > 0;
  row.labelled = moment_now(command);
  row.bytes = reply.bytes;
  row.files = reply.files;
  row.encryption_key = key;
  jobs::take_pool_defaults(row, pool);
  return row;
}

/// No job may take the name, or the last place in the pool, meanwhile.
void add_record(Command& command, catalog::Catalog& catalog, const catalog::VolumeRow& row) {
  const auto held = command.services.hold_volumes();
  catalog.volumes().create(row);
}

/// Says a command and passes the answers on; empty where the volume was not labelled.
std::optional<wire::LabelReply> hear_label(Command& command, Conversation& conversation,
                                           const std::string& said) {
  conversation.say(said);
  std::optional<wire::LabelReply> accepted;
  while (const auto line = conversation.hear()) {
    command.out.text(*line);
    if (auto reply = wire::decode<wire::LabelReply>(*line)) accepted = std::move(*reply);
  }
  return accepted;
}

std::optional<wire::LabelReply> send_label(Command& command, Conversation& conversation,
                                           const wire::LabelCommand& label) {
  command.out.text(
      fmt::format("Sending label command for Volume \"{}\" Slot {} ...\n", label.volume, label.slot));
  return hear_label(command, conversation, wire::encode(label));
}

void mount(Command& command, Conversation& conversation, const config::Storage& storage, std::int32_t drive) {
  bool mounted = false;
  if (command.settings.automount) {
    command.out.info(fmt::format("Requesting to mount {} ...\n", device_of(storage)));
    conversation.say(wire::encode(wire::MountCommand{device_of(storage), drive, std::nullopt}));
    while (const auto line = conversation.hear()) {
      command.out.text(*line);
      mounted =
          mounted || line->starts_with("3001 ") || line->starts_with("3002 ") || line->starts_with("3906 ");
    }
  }
  if (!mounted && storage.is_autochanger) command.out.info("Do not forget to mount the drive!!!\n");
}

/// With `encrypt` on the line a new key for a drive that encrypts; empty without.
std::string key_for(Command& command) {
  if (!command.line.has("encrypt")) return {};
  auto key = new_tape_key(command);
  command.out.info("Generating new hardware encryption key\n");
  return key;
}

wire::LabelCommand label_for(const Command& command, const config::Storage& storage,
                             const catalog::PoolRow& pool, const ChangerPlace& place) {
  wire::LabelCommand label;
  label.device = device_of(storage);
  label.volume = place.volume;
  label.pool = pool.name;
  label.media_type = storage.media_type;
  label.slot = static_cast<std::int32_t>(place.number);
  label.drive = labelling_drive(command, storage);
  label.min_block_size = pool.min_block_size;
  label.max_block_size = pool.max_block_size;
  return label;
}

bool is_cleaning_tape(const Command& command, const catalog::PoolRow& pool, const std::string& volume) {
  const auto* resource = permitted_pool(command, pool.name);
  return resource != nullptr && !resource->cleaning_prefix.empty() &&
         volume.starts_with(resource->cleaning_prefix);
}

/// Labels one volume by its barcode, or notes that it cleans.
void label_place(Command& command, catalog::Catalog& catalog, Conversation& conversation,
                 const config::Storage& storage, const catalog::PoolRow& pool, const ChangerPlace& place) {
  if (catalog.volumes().find(std::string_view(place.volume))) {
    return command.out.warning(
        fmt::format("Media record for Slot {} Volume \"{}\" already exists.\n", place.number, place.volume));
  }
  const auto label = label_for(command, storage, pool, place);
  if (is_cleaning_tape(command, pool, place.volume)) {
    auto row = record_of(command, catalog, storage, pool, label, {}, {});
    row.status = "Cleaning";
    row.labelled = {};
    add_record(command, catalog, row);
    return command.out.info(
        fmt::format("Catalog record for cleaning tape \"{}\" successfully created.\n", place.volume));
  }
  const auto key = key_for(command);
  const auto reply = send_label(command, conversation, label);
  if (!reply) return command.out.error(fmt::format("Label command failed for Volume {}.\n", place.volume));
  add_record(command, catalog, record_of(command, catalog, storage, pool, label, *reply, key));
  command.out.info(fmt::format("Catalog record for Volume \"{}\", Slot {} successfully created.\n",
                               place.volume, place.number));
}

/// Shows what would be labelled; false where that is not wanted.
bool confirm(Command& command, const std::vector<ChangerPlace>& volumes) {
  command.out.text("The following Volumes will be labeled:\nSlot  Volume\n==============\n");
  for (const auto& place : volumes) command.out.text(fmt::format("{:4}  {}\n", place.number, place.volume));
  if (command.line.has("yes")) return true;
  return command.ask.yes_no("Do you want to label these Volumes? (yes|no): ").value_or(false);
}

/// All volumes of an autochanger that have a barcode and no record, each by its barcode.
Outcome label_by_barcodes(Command& command) {
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::shared);
  const config::Storage* storage = catalog ? choose_storage(command) : nullptr;
  if (!storage) return Outcome::ok;
  tell_connecting(command, *storage);
  ChangerView changer(command, *storage);
  const auto slots = changer.count_slots();
  if (slots == 0) {
    command.out.warning("No slots in changer to scan.\n");
    return Outcome::ok;
  }
  const auto chosen = chosen_slots(command, slots);
  if (!chosen) return Outcome::ok;
  auto volumes = changer.volumes(*chosen);
  std::erase_if(volumes, [](const ChangerPlace& place) { return !volume_name_error(place.volume).empty(); });
  if (volumes.empty()) {
    command.out.warning("No Volumes found to label, or no barcodes.\n");
    return Outcome::ok;
  }
  if (!confirm(command, volumes)) return Outcome::ok;
  const auto pool = choose_pool_record(command, *catalog);
  if (!pool) return Outcome::ok;
  for (const auto& place : volumes)
    label_place(command, *catalog, changer.conversation(), *storage, *pool, place);
  return Outcome::ok;
}

/// Labels the medium of `old` with a new name. A new record takes the place of the old one; what the catalog still had of
/// jobs there is purged, for the label has overwritten it.
void relabel_as(Command& command, catalog::Catalog& catalog, const config::Storage& storage,
                const catalog::PoolRow& pool, const catalog::VolumeRow& old,
                const wire::LabelCommand& label) {
  command.out.text(fmt::format("Connecting to Storage daemon {} at {}:{} ...\n", storage.name,
                               storage.address, storage.port));
  Conversation conversation(command, storage, Conversation::Introduce::silent);
  const auto key = key_for(command);
  command.out.text(
      fmt::format("Sending relabel command from \"{}\" to \"{}\" ...\n", old.name, label.volume));
  const auto reply = hear_label(command, conversation,
                                wire::encode(wire::RelabelCommand{
                                    label.device, old.name, label.volume, label.pool, label.media_type,
                                    label.slot, label.drive, label.min_block_size, label.max_block_size}));
  if (!reply) return command.out.error(fmt::format("Label command failed for Volume {}.\n", label.volume));
  add_record(command, catalog, record_of(command, catalog, storage, pool, label, *reply, key));
  command.out.info(fmt::format("Catalog record for Volume \"{}\", Slot {} successfully created.\n",
                               label.volume, label.slot));
  const auto jobs = catalog.retention().jobs_on(old.id);
  warn_of_holds(command, catalog, jobs);
  if (!jobs.empty()) catalog.retention().purge_jobs(jobs);
  {
    const auto held = command.services.hold_volumes();
    catalog.retention().remove_volume(old.id);
  }
  command.out.info(fmt::format("Old volume \"{}\" deleted from catalog.\n", old.name));
  mount(command, conversation, storage, label.drive);
}

}  // namespace

Outcome label(Command& command) {
  if (command.line.has("barcodes") || command.line.has("barcode")) return label_by_barcodes(command);
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::shared);
  if (!catalog) return Outcome::ok;
  const config::Storage* storage = choose_storage(command);
  if (!storage) return Outcome::ok;
  wire::LabelCommand label;
  const auto name = new_volume_name(command, *catalog);
  if (!name) return Outcome::ok;
  const auto slot = choose_slot(command, *storage);
  if (!slot) return Outcome::ok;
  const auto pool = choose_pool_record(command, *catalog);
  if (!pool) return Outcome::ok;
  label.device = device_of(*storage);
  label.volume = *name;
  label.pool = pool->name;
  label.media_type = storage->media_type;
  label.slot = *slot;
  label.drive = labelling_drive(command, *storage);
  label.min_block_size = pool->min_block_size;
  label.max_block_size = pool->max_block_size;

  const auto key = key_for(command);
  tell_connecting(command, *storage);
  Conversation conversation(command, *storage, Conversation::Introduce::silent);
  const auto reply = send_label(command, conversation, label);
  if (!reply) {
    command.out.error(fmt::format("Label command failed for Volume {}.\n", *name));
    return Outcome::ok;
  }
  add_record(command, *catalog, record_of(command, *catalog, *storage, *pool, label, *reply, key));
  command.out.info(
      fmt::format("Catalog record for Volume \"{}\", Slot {} successfully created.\n", *name, *slot));
  mount(command, conversation, *storage, label.drive);
  return Outcome::ok;
}

Outcome relabel(Command& command) {
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::shared);
  if (!catalog) return Outcome::ok;
  const config::Storage* storage = choose_storage(command);
  if (!storage) return Outcome::ok;
  auto old_name = command.line.value("oldvolume");
  if (!old_name) old_name = command.ask.line("Enter old Volume name: ");
  const auto old = old_name ? find_volume(command, *catalog, *old_name) : std::nullopt;
  if (!old) return Outcome::ok;
  if (old->status != "Purged" && old->status != "Recycle") {
    command.out.error(
        fmt::format("Volume \"{}\" has VolStatus {}. It must be Purged or Recycled before relabeling.\n",
                    old->name, old->status));
    return Outcome::ok;
  }
  const auto name = new_volume_name(command, *catalog);
  if (!name) return Outcome::ok;
  const auto pool = choose_pool_record(command, *catalog);
  if (!pool) return Outcome::ok;
  wire::LabelCommand label;
  label.device = device_of(*storage);
  label.volume = *name;
  label.pool = pool->name;
  label.media_type = storage->media_type;
  label.slot = old->slot;
  label.drive = labelling_drive(command, *storage);
  label.min_block_size = pool->min_block_size;
  label.max_block_size = pool->max_block_size;
  relabel_as(command, *catalog, *storage, *pool, *old, label);
  return Outcome::ok;
}

}  // namespace holdfast::director::console::handle
