// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/changer_view.h"

#include <algorithm>

#include "base/text.h"
#include "wire/storage_console.h"

namespace holdfast::director::console {
namespace {

constexpr unsigned most_slots = 100'000;

/// "3306 Issuing autochanger ...": for people.
bool has_code(std::string_view line) {
  return line.size() > 4 && line[0] == '3' && line[4] == ' ' &&
         std::all_of(line.begin(), line.begin() + 4, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<unsigned> number(std::string_view text) {
  const auto parsed = parse_number<unsigned>(text);
  return parsed && *parsed <= most_slots ? parsed : std::nullopt;
}

}  // namespace

std::string device_of(const config::Storage& storage) {
  return storage.devices.empty() ? "" : storage.devices.front();
}

std::int32_t drive_of(const Command& command) {
  const auto text = command.line.value("drive");
  return text ? parse_number<std::int32_t>(*text).value_or(0) : 0;
}

void tell_connecting(Command& command, const config::Storage& storage) {
  command.out.text(fmt::format("Connecting to Storage daemon {} at {}:{} ...\n", storage.name,
                               storage.address, storage.port));
}

std::optional<ChangerPlace> parse_place(std::string_view line) {
  const auto fields = split(trim(line), ':');
  if (fields.size() < 3 || fields[0].size() != 1) return std::nullopt;
  ChangerPlace place;
  switch (fields[0][0]) {
    case 'D': place.kind = ChangerPlace::Kind::drive; break;
    case 'S': place.kind = ChangerPlace::Kind::normal; break;
    case 'I': place.kind = ChangerPlace::Kind::import_export; break;
    default: return std::nullopt;
  }
  const auto at = number(fields[1]);
  if (!at || (fields[2] != "E" && fields[2] != "F")) return std::nullopt;
  place.number = *at;
  place.is_full = fields[2] == "F";
  if (!place.is_full) return place;
  std::size_t volume = 3;
  if (place.kind == ChangerPlace::Kind::drive) {
    const auto slot = fields.size() > 3 ? number(fields[3]) : std::nullopt;
    if (!slot) return std::nullopt;
    place.loaded = *slot;
    volume = 4;
  }
  if (fields.size() > volume) place.volume = fields[volume];
  return place;
}

std::optional<std::set<unsigned>> parse_slots(std::string_view text) {
  std::set<unsigned> slots;
  for (const auto part : split(text, ',')) {
    const auto dash = part.find('-');
    const auto first = number(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number(part.substr(dash + 1));
    if (!first || !last || *first == 0 || *last < *first) return std::nullopt;
    for (auto slot = *first; slot <= *last; ++slot) slots.insert(slot);
  }
  return slots;
}

std::optional<SlotChoice> chosen_slots(Command& command, unsigned count) {
  const auto text = command.line.value_of_any({"slots", "slot"});
  if (!text || text->empty()) return SlotChoice{};
  auto only = parse_slots(*text);
  if (!only) {
    command.out.error("A list of slots looks like 1,3-5.\n");
    return std::nullopt;
  }
  for (auto slot = only->upper_bound(count); slot != only->end(); slot = only->erase(slot))
    command.out.warning(fmt::format("Slot {} greater than max {} ignored.\n", *slot, count));
  return SlotChoice{std::move(only)};
}

ChangerView::ChangerView(Command& command, const config::Storage& storage)
    : command_(command),
      storage_(storage),
      conversation_(command, storage, Conversation::Introduce::silent) {}

std::vector<std::string> ChangerView::ask(const std::string& request) {
  conversation_.say(request);
  std::vector<std::string> lines;
  while (const auto line = conversation_.hear()) {
    if (has_code(*line))
      command_.out.text(*line);
    else
      lines.push_back(*line);
  }
  return lines;
}

unsigned ChangerView::count_slots() {
  unsigned slots = 0;
  for (const auto& line : ask(wire::encode(wire::CountSlots{device_of(storage_)}))) {
    if (const auto reply = wire::decode<wire::SlotsReply>(line))
      slots = static_cast<unsigned>(std::clamp<std::int32_t>(reply->slots, 0, most_slots));
  }
  command_.out.text(fmt::format("Device \"{}\" has {} slots.\n", device_of(storage_), slots));
  return slots;
}

std::vector<ChangerPlace> ChangerView::places() {
  std::vector<ChangerPlace> places;
  for (const auto& line : ask(wire::encode(wire::ListAllSlots{device_of(storage_)}))) {
    if (auto place = parse_place(line))
      places.push_back(std::move(*place));
    else if (!trim(line).empty())
      command_.out.error(fmt::format("Illegal output from autochanger {}: {}\n", device_of(storage_),
                                     printable(trim(line))));
  }
  return places;
}

std::vector<ChangerPlace> ChangerView::volumes(const SlotChoice& chosen) {
  std::vector<ChangerPlace> volumes;
  for (const auto& place : places()) {
    if (!place.is_full || place.kind == ChangerPlace::Kind::import_export) continue;
    const auto slot = place.kind == ChangerPlace::Kind::drive ? place.loaded : place.number;
    if (slot == 0 || !chosen.contains(slot)) continue;
    volumes.push_back(
        {.kind = ChangerPlace::Kind::normal, .number = slot, .is_full = true, .volume = place.volume});
  }
  std::sort(volumes.begin(), volumes.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  return volumes;
}

std::string ChangerView::read_label(unsigned slot, std::int32_t drive) {
  conversation_.say(
      wire::encode(wire::ReadLabelCommand{device_of(storage_), static_cast<std::int32_t>(slot), drive}));
  std::string volume;
  while (const auto line = conversation_.hear()) {
    if (const auto reply = wire::decode<wire::ReadLabelReply>(*line))
      volume = reply->volume;
    else
      command_.out.text(*line);
  }
  return volume;
}

bool ChangerView::transfer(unsigned from, unsigned to) {
  conversation_.say(wire::encode(wire::TransferSlot{device_of(storage_), static_cast<std::int32_t>(from),
                                                    static_cast<std::int32_t>(to)}));
  bool is_good = true;
  while (const auto line = conversation_.hear()) {
    command_.out.text(*line);
    if (line->starts_with("39")) is_good = false;
  }
  return is_good;
}

bool ChangerView::release(unsigned drive) {
  conversation_.say(
      wire::encode(wire::UnmountCommand{device_of(storage_), static_cast<std::int32_t>(drive)}));
  bool is_good = false;
  while (const auto line = conversation_.hear()) {
    command_.out.text(*line);
    is_good =
        is_good || line->starts_with("3001 ") || line->starts_with("3002 ") || line->starts_with("3901 ");
  }
  conversation_.say(
      wire::encode(wire::MountCommand{device_of(storage_), static_cast<std::int32_t>(drive), {}}));
  // The drive is empty and at the service of jobs again; that there is nothing in it needs no telling.
  while (conversation_.hear()) {
  }
  return is_good;
}

}  // namespace holdfast::director::console
