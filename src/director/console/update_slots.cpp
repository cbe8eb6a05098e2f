// SPDX-License-Identifier: AGPL-3.0-or-later
// update slots: brings into the catalog what lies where in an autochanger (interop 09, section 7.9).
#include <map>

#include "base/error.h"
#include "director/catalog_rows.h"
#include "director/console/changer_view.h"
#include "director/console/choose.h"
#include "director/console/update.h"

namespace holdfast::director::console {
namespace {

/// What `Enabled=` makes of the volumes; nothing: they stay as they are.
using EnabledWish = std::optional<std::int16_t>;
/// Nothing where it makes no sense, which the console is told.
std::optional<EnabledWish> wanted_enabled(Command& command) {
  const auto text = command.line.value("enabled");
  if (!text) return EnabledWish();
  const auto wanted = parse_enabled(command, *text);
  return wanted ? std::optional(EnabledWish(wanted)) : std::nullopt;
}

/// What the catalog is to say of one slot.
void note_volume(Command& command, catalog::Catalog& catalog, StorageId storage, const EnabledWish& enabled,
                 const ChangerPlace& place) {
  if (place.volume.empty()) {
    command.out.info(fmt::format("No VolName for Slot={} InChanger set to zero.\n", place.number));
    return;
  }
  auto row = catalog.volumes().find(std::string_view(place.volume));
  if (!row) {
    command.out.warning(fmt::format("Volume \"{}\" not found in catalog. Slot={} InChanger set to zero.\n",
                                    place.volume, place.number));
    return;
  }
  const auto slot = static_cast<std::int32_t>(place.number);
  const auto wanted = enabled.value_or(row->enabled);
  if (row->slot == slot && row->in_changer && row->storage == storage && row->enabled == wanted) {
    command.out.info(fmt::format("Catalog record for Volume \"{}\" is up to date.\n", place.volume));
    return;
  }
  row->slot = slot;
  row->in_changer = true;
  row->storage = storage;
  row->enabled = wanted;
  catalog.volumes().update(*row);
  command.out.info(
      fmt::format("Catalog record for Volume \"{}\" updated to reference slot {}.\n", place.volume, slot));
}

/// Volumes that the catalog has in one of the slots looked at, and that are not there.
void forget_others(catalog::Catalog& catalog, StorageId storage, const std::vector<ChangerPlace>& found,
                   const SlotChoice& chosen, unsigned slots) {
  std::map<std::string, unsigned> present;
  for (const auto& place : found) present[place.volume] = place.number;
  catalog::VolumeFilter filter;
  filter.in_changer_of = storage;
  for (auto& row : catalog.volumes().list(filter)) {
    const auto slot = static_cast<unsigned>(row.slot);
    const bool was_looked_at = slot >= 1 && slot <= slots && chosen.contains(slot);
    if (!was_looked_at || present.contains(row.name)) continue;
    row.slot = 0;
    row.in_changer = false;
    catalog.volumes().update(row);
  }
}

}  // namespace

Outcome update_slots(Command& command, catalog::Catalog& catalog) {
  const auto* storage = choose_storage(command);
  if (storage == nullptr) return Outcome::ok;
  tell_connecting(command, *storage);
  ChangerView changer(command, *storage);
  const auto slots = changer.count_slots();
  if (slots == 0) {
    command.out.warning("No slots in changer to scan.\n");
    return Outcome::ok;
  }
  const auto chosen = chosen_slots(command, slots);
  const auto enabled = chosen ? wanted_enabled(command) : std::nullopt;
  if (!enabled) return Outcome::ok;
  auto found = changer.volumes(*chosen);
  if (found.empty()) command.out.warning("No Volumes found to update, or no barcodes.\n");
  const auto id = catalog.storages().put_storage(storage->name, storage->is_autochanger);
  for (auto& place : found) {
    if (place.volume.empty() || command.line.has("scan"))
      place.volume = changer.read_label(place.number, drive_of(command));
  }
  const auto held = command.services.hold_volumes();
  for (const auto& place : found) note_volume(command, catalog, id, *enabled, place);
  forget_others(catalog, id, found, *chosen, slots);
  return Outcome::ok;
}

}  // namespace holdfast::director::console
