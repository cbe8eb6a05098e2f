// SPDX-License-Identifier: AGPL-3.0-or-later
// status storage=X slots: what lies where in an autochanger, and what the catalog knows of it (interop 09, section 11.4).
#include "catalog/catalog.h"
#include "director/console/changer_view.h"
#include "director/console/choose.h"
#include "director/console/status.h"

namespace holdfast::director::console::status_of {
namespace {

using Kind = ChangerPlace::Kind;

/// A slot, and the record of what is in it.
struct Shown {
  const ChangerPlace& place;
  std::string volume;  ///< that lies in it, or in a drive and belongs there
  bool is_in_drive = false;
  std::optional<catalog::VolumeRow> row{};
  std::string pool{};

  std::int64_t last_written() const { return row->last_written.time_since_epoch().count(); }
  std::int64_t expires() const { return last_written() == 0 ? 0 : last_written() + row->retention; }
};

/// What the catalog knows of one volume.
void look_up(catalog::Catalog& catalog, Shown& shown) {
  if (shown.volume.empty()) return;
  shown.row = catalog.volumes().find(std::string_view(shown.volume));
  if (!shown.row) return;
  const auto pool = catalog.pools().find(shown.row->pool);
  shown.pool = pool ? pool->name : "?";
}

char mark_of(const Shown& shown) {
  if (shown.place.kind == Kind::import_export) return '@';
  if (!shown.row || shown.row->slot != static_cast<std::int32_t>(shown.place.number)) return '*';
  return shown.is_in_drive ? '%' : ' ';
}

std::string or_unknown(const std::string& text) { return text.empty() ? "?" : text; }

void show_line(Command& command, const Shown& shown) {
  const bool is_known = shown.row.has_value();
  command.out.text(fmt::format(" {:4}{}| {:>16} | {:>9} | {:>14} | {:>24} |\n", shown.place.number,
                               mark_of(shown), or_unknown(shown.volume), is_known ? shown.row->status : "?",
                               is_known ? shown.row->media_type : "?", is_known ? shown.pool : "?"));
}

void show_fields(Command& command, const Shown& shown) {
  const auto& place = shown.place;
  if (place.kind == Kind::drive)
    return command.out.text(place.is_full
                                ? fmt::format("D|{}|{}|{}\n", place.number, place.loaded, place.volume)
                                : fmt::format("D|{}||\n", place.number));
  const char letter = place.kind == Kind::normal ? 'S' : 'I';
  if (!place.is_full) return command.out.text(fmt::format("{}|{}||||||||\n", letter, place.number));
  if (!shown.row)
    return command.out.text(
        fmt::format("{}|{}|0|{}|?|?|?|?|0|0\n", letter, place.number, or_unknown(shown.volume)));
  const auto& row = *shown.row;
  command.out.text(fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}\n", letter, place.number, row.slot, row.name,
                               row.bytes, row.status, row.media_type, shown.pool, shown.last_written(),
                               shown.expires()));
}

template <typename Integer>
Json number(Integer value) {
  return static_cast<std::int64_t>(value);
}

void give_record(Output& out, const Shown& shown) {
  if (!shown.row) {
    out.value("mr_slotnr", number(0));
    out.value("mr_volname", or_unknown(shown.volume));
    for (const char* unknown : {"mr_volbytes", "mr_volstatus", "mr_mediatype", "pr_name"})
      out.value(unknown, "?");
    out.value("mr_lastwritten", number(0));
    return out.value("mr_expire", number(0));
  }
  const auto& row = *shown.row;
  out.value("mr_slotnr", number(row.slot));
  out.value("mr_volname", row.name);
  out.value("mr_volbytes", number(row.bytes));
  out.value("mr_volstatus", row.status);
  out.value("mr_mediatype", row.media_type);
  out.value("pr_name", shown.pool);
  out.value("mr_lastwritten", shown.last_written());
  out.value("mr_expire", shown.expires());
}

void give_row(Output& out, const Shown& shown) {
  const auto& place = shown.place;
  const auto row = out.row();
  const auto* type = place.kind == Kind::drive    ? "drive"
                     : place.kind == Kind::normal ? "slot"
                                                  : "import_slot";
  out.value("type", type);
  out.value("slotnr", number(place.number));
  out.value("content", place.is_full ? "full" : "empty");
  if (!place.is_full) return;
  if (place.kind != Kind::drive) return give_record(out, shown);
  out.value("loaded", number(place.loaded));
  out.value("volname", place.volume);
}

/// For people a volume in a drive is shown where it belongs; programs are told of drives and slots as they are.
std::vector<Shown> shown_places(Command& command, catalog::Catalog& catalog,
                                const std::vector<ChangerPlace>& places, const SlotChoice& wanted) {
  const bool is_for_people = command.out.api() == Api::text;
  std::vector<Shown> all;
  for (const auto& place : places) {
    const bool is_drive = place.kind == Kind::drive;
    if (is_drive ? is_for_people : !wanted.contains(place.number)) continue;
    auto& shown = all.emplace_back(Shown{place, place.volume});
    for (const auto& drive : places) {
      if (!is_for_people || drive.kind != Kind::drive || !drive.is_full || drive.loaded != place.number)
        continue;
      shown.is_in_drive = true;
      if (!drive.volume.empty()) shown.volume = drive.volume;
    }
    if (!is_drive) look_up(catalog, shown);
  }
  return all;
}

}  // namespace

void slots(Command& command) {
  auto* catalog = open_catalog(command, CatalogUse::shared);
  const auto* storage = catalog != nullptr ? choose_storage(command) : nullptr;
  if (storage == nullptr) return;
  tell_connecting(command, *storage);
  ChangerView changer(command, *storage);
  const auto count = changer.count_slots();
  if (count == 0) return command.out.warning("No slots in changer to scan.\n");
  const auto wanted = chosen_slots(command, count);
  if (!wanted) return;
  const auto places = changer.places();
  if (places.empty()) return command.out.warning("No Volumes found, or no barcodes.\n");
  command.out.decoration(
      " Slot |   Volume Name    |   Status  |  Media Type    |         Pool             |\n"
      "------+------------------+-----------+----------------+--------------------------|\n");
  const auto contents = command.out.array("contents");
  for (const auto& shown : shown_places(command, *catalog, places, *wanted)) {
    switch (command.out.api()) {
      case Api::text: show_line(command, shown); break;
      case Api::plain: show_fields(command, shown); break;
      case Api::json: give_row(command.out, shown); break;
    }
  }
}

}  // namespace holdfast::director::console::status_of
