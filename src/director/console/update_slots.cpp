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

/// What the catalog is to say of one slot.
void note_volume(Command& command, catalog::Catalog& catalog, StorageId storage, const ChangerPlace& place) {
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
  if (row->slot == slot && row->in_changer && row->storage == storage) {
    command.out.info(fmt::format("Catalog record for Volume \"{}\" is up to date.\n", place.volume));
    return;
  }
  row->slot = slot;
  row->in_changer = true;
  row->storage = storage;
  catalog.volumes().update(*row);
  command.out.info(
      fmt::format("Catalog record for Volume \"{}\" updated to reference slot {}.\n", place.volume, slot));
}

/// Volumes that the catalog has in one of the slots looked at, and that are not there.
void forget_others(Command& command, catalog::Catalog& catalog, StorageId storage,
                   const std::vector<ChangerPlace>& found, unsigned slots) {
  std::set<unsigned> wanted;
  if (const auto text = command.line.value_of_any({"slots", "slot"}))
    wanted = parse_slots(*text).value_or(wanted);
  std::map<std::string, unsigned> present;
  for (const auto& place : found) present[place.volume] = place.number;
  catalog::VolumeFilter filter;
  filter.in_changer_of = storage;
  for (auto& row : catalog.volumes().list(filter)) {
    const auto slot = static_cast<unsigned>(row.slot);
    const bool was_looked_at = wanted.empty() ? slot >= 1 && slot <= slots : wanted.contains(slot);
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
  auto found = changer.volumes();
  if (found.empty()) command.out.warning("No Volumes found to update, or no barcodes.\n");
  const auto id = catalog.storages().put_storage(storage->name, storage->is_autochanger);
  for (auto& place : found) {
    if (place.volume.empty() || command.line.has("scan"))
      place.volume = changer.read_label(place.number, drive_of(command));
  }
  const auto held = command.services.hold_volumes();
  for (const auto& place : found) note_volume(command, catalog, id, place);
  forget_others(command, catalog, id, found, slots);
  return Outcome::ok;
}

}  // namespace holdfast::director::console
