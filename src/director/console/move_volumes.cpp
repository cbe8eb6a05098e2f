// SPDX-License-Identifier: AGPL-3.0-or-later
// import, export, move: volumes between the slots of an autochanger (interop 09, section 7.5).
#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "director/console/changer_view.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"

namespace holdfast::director::console::handle {
namespace {

using Kind = ChangerPlace::Kind;
enum class Move { within, in, out };

/// What a command works with: the places by slot, where a volume in a drive counts as being in its home slot.
struct Inventory {
  std::vector<ChangerPlace> slots;
  std::vector<ChangerPlace> drives;

  const ChangerPlace* find(unsigned slot) const {
    const auto found =
        std::find_if(slots.begin(), slots.end(), [&](const auto& place) { return place.number == slot; });
    return found == slots.end() ? nullptr : &*found;
  }
  std::vector<unsigned> of(Kind kind, bool is_full) const {
    std::vector<unsigned> numbers;
    for (const auto& place : slots)
      if (place.kind == kind && place.is_full == is_full) numbers.push_back(place.number);
    return numbers;
  }
};

Inventory take_inventory(ChangerView& changer) {
  Inventory inventory;
  for (auto& place : changer.places())
    (place.kind == Kind::drive ? inventory.drives : inventory.slots).push_back(std::move(place));
  for (const auto& drive : inventory.drives) {
    for (auto& slot : inventory.slots) {
      if (!drive.is_full || slot.number != drive.loaded) continue;
      slot.is_full = true;
      slot.volume = drive.volume;
    }
  }
  return inventory;
}

struct Plan {
  std::vector<unsigned> from;
  std::vector<unsigned> to;
};

/// The slots a word of the line lists; empty where it has none. Nothing where it is no list.
std::optional<std::vector<unsigned>> listed(const Command& command,
                                            std::initializer_list<std::string_view> words) {
  const auto text = command.line.value_of_any(words);
  if (!text) return std::vector<unsigned>{};
  const auto slots = parse_slots(*text);
  if (!slots) return std::nullopt;
  return std::vector<unsigned>(slots->begin(), slots->end());
}

bool are_all(const Inventory& inventory, const std::vector<unsigned>& slots, Kind kind, bool is_full) {
  return std::all_of(slots.begin(), slots.end(), [&](unsigned slot) {
    const auto* place = inventory.find(slot);
    return place != nullptr && place->kind == kind && place->is_full == is_full;
  });
}

/// Slots of the volumes that `volume=a|b` names, among `from` or all.
std::vector<unsigned> of_volumes(Command& command, const Inventory& inventory, const std::string& names,
                                 const std::vector<unsigned>& from) {
  std::vector<unsigned> slots;
  for (const auto name : split(names, '|')) {
    const auto found =
        std::find_if(inventory.slots.begin(), inventory.slots.end(), [&](const ChangerPlace& place) {
          const bool is_among =
              from.empty() || std::find(from.begin(), from.end(), place.number) != from.end();
          return place.is_full && place.volume == name && is_among;
        });
    if (found == inventory.slots.end()) {
      command.out.warning(
          fmt::format("No volume named {} in changer or in selected source slots.\n", printable(name)));
    } else {
      slots.push_back(found->number);
    }
  }
  return slots;
}

/// Why it cannot be done; empty: it can, and `plan` is complete.
std::string complete(Plan& plan, Move move, const Inventory& inventory) {
  if (move == Move::within && (plan.from.empty() || plan.to.empty()))
    return "Cannot perform a move operation without source and/or destination selection\n";
  if (move == Move::out && plan.from.empty())
    return "Cannot perform an export operation without source slot selection\n";
  const auto source = move == Move::in ? Kind::import_export : Kind::normal;
  const auto destination = move == Move::out ? Kind::import_export : Kind::normal;
  if (plan.from.empty()) plan.from = inventory.of(source, true);
  if (plan.from.empty()) return "Nothing to do\n";
  if (plan.to.empty()) {
    const auto free = inventory.of(destination, false);
    if (free.size() < plan.from.size())
      return move == Move::in
                 ? fmt::format("Not enough free slots available to import {} volumes\n", plan.from.size())
                 : fmt::format("Not enough free export slots available to export {} volume{}\n",
                               plan.from.size(), plan.from.size() == 1 ? "" : "s");
    plan.to.assign(free.begin(), free.begin() + static_cast<std::ptrdiff_t>(plan.from.size()));
  }
  const bool fits =
      move == Move::within ? plan.from.size() == plan.to.size() : plan.from.size() <= plan.to.size();
  if (!fits) return "Source slot selection doesn't fit into destination slot selection.\n";
  for (const auto slot : plan.from)
    if (std::find(plan.to.begin(), plan.to.end(), slot) != plan.to.end())
      return "Source slot selection and destination slot selection overlap.\n";
  if (!are_all(inventory, plan.from, source, true))
    return fmt::format("Not all slots in source selection are {} slots and filled.\n",
                       source == Kind::normal ? "normal" : "import");
  if (!are_all(inventory, plan.to, destination, false))
    return fmt::format("Not all slots in destination selection are {} slots and empty.\n",
                       destination == Kind::normal ? "normal" : "export");
  return {};
}

void note_in_catalog(Command& command, catalog::Catalog& catalog, const config::Storage& storage,
                     const ChangerPlace& moved, unsigned to, Move move) {
  auto row = moved.volume.empty() ? std::nullopt : catalog.volumes().find(std::string_view(moved.volume));
  if (!row) return;
  const auto held = command.services.hold_volumes();
  row->slot = move == Move::out ? 0 : static_cast<std::int32_t>(to);
  row->in_changer = move != Move::out;
  if (row->in_changer) row->storage = catalog.storages().put_storage(storage.name, storage.is_autochanger);
  catalog.volumes().update(*row);
}

bool empty_drive(Command& command, ChangerView& changer, const Inventory& inventory, unsigned slot) {
  for (const auto& drive : inventory.drives) {
    if (!drive.is_full || drive.loaded != slot || changer.release(drive.number)) continue;
    command.out.warning(fmt::format("Failed to release volume in drive {}\n", drive.number));
    return false;
  }
  return true;
}

void carry_out(Command& command, catalog::Catalog& catalog, const config::Storage& storage,
               ChangerView& changer, const Inventory& inventory, const Plan& plan, Move move) {
  for (std::size_t i = 0; i < plan.from.size(); ++i) {
    const auto from = plan.from[i];
    const auto to = plan.to[i];
    if (!empty_drive(command, changer, inventory, from)) continue;
    if (!changer.transfer(from, to)) {
      command.out.warning(
          fmt::format("Failed to move volume from source slot {} to destination slot {}\n", from, to));
      continue;
    }
    note_in_catalog(command, catalog, storage, *inventory.find(from), to, move);
    command.out.info(
        fmt::format("Successfully moved volume from source slot {} to destination slot {}\n", from, to));
  }
}

Outcome move_volumes(Command& command, Move move) {
  auto* catalog = open_catalog(command, CatalogUse::shared);
  const auto* storage = catalog != nullptr ? choose_storage(command) : nullptr;
  if (storage == nullptr) return Outcome::ok;
  auto from = listed(command, {"srcslots", "srcslot"});
  auto to = listed(command, {"dstslots", "dstslot"});
  if (!from || !to) {
    command.out.error("A list of slots looks like 1,3-5.\n");
    return Outcome::failed;
  }
  tell_connecting(command, *storage);
  ChangerView changer(command, *storage);
  if (changer.count_slots() == 0) {
    command.out.warning("No slots in changer.\n");
    return Outcome::ok;
  }
  const auto inventory = take_inventory(changer);
  Plan plan{std::move(*from), std::move(*to)};
  if (const auto names = command.line.value("volume"))
    plan.from = of_volumes(command, inventory, *names, plan.from);
  const auto problem = complete(plan, move, inventory);
  if (!problem.empty())
    command.out.warning(problem);
  else
    carry_out(command, *catalog, *storage, changer, inventory, plan, move);
  return Outcome::ok;
}

}  // namespace

Outcome import_volumes(Command& command) { return move_volumes(command, Move::in); }
Outcome export_volumes(Command& command) { return move_volumes(command, Move::out); }
Outcome move_slots(Command& command) { return move_volumes(command, Move::within); }

}  // namespace holdfast::director::console::handle
