// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "director/console/command.h"
#include "director/console/conversation.h"

namespace holdfast::director::console {

/// The device that the commands for a storage go to.
std::string device_of(const config::Storage& storage);
/// `drive=`; without it 0.
std::int32_t drive_of(const Command& command);

/// "Connecting to Storage daemon File at host:9103 ..."
void tell_connecting(Command& command, const config::Storage& storage);

/// A place for one volume in an autochanger, as `autochanger listall` tells of it.
struct ChangerPlace {
  enum class Kind { drive, normal, import_export };
  Kind kind = Kind::normal;
  unsigned number = 0;
  bool is_full = false;
  unsigned loaded = 0;  ///< of a drive: the slot its volume came from
  std::string volume;   ///< its barcode; empty where it has none
};
/// "D:0:F:3:VOL1", "S:3:E", "I:9:F:VOL2"; nothing for what is none.
std::optional<ChangerPlace> parse_place(std::string_view line);

/// "1-3,7"; nothing for what is no list of slots.
std::optional<std::set<unsigned>> parse_slots(std::string_view text);

/// The slots a command is about.
struct SlotChoice {
  std::optional<std::set<unsigned>> only;  ///< nothing: all
  bool contains(unsigned slot) const { return !only || only->contains(slot); }
};
/// Those of `slots=` on the line, of an autochanger with `count` of them: others are ignored with a warning. Nothing where it is no list,
/// which the console is told.
std::optional<SlotChoice> chosen_slots(Command& command, unsigned count);

/// Asks an autochanger what it holds. Lines of the Storage Daemon with a code are passed on to the console.
class ChangerView {
 public:
  /// Throws Error where the Storage Daemon cannot be reached.
  ChangerView(Command& command, const config::Storage& storage);

  /// 0 where it is no autochanger; the console is told the number.
  unsigned count_slots();
  /// Drives, slots and import/export slots.
  std::vector<ChangerPlace> places();
  /// All filled slots that are chosen, those whose volume is in a drive included. Their volumes, by slot.
  std::vector<ChangerPlace> volumes(const SlotChoice& chosen);
  /// The name on the label of a slot's volume; empty where there is none.
  std::string read_label(unsigned slot, std::int32_t drive);
  /// True where it was moved.
  bool transfer(unsigned from, unsigned to);
  bool release(unsigned drive);

  Conversation& conversation() { return conversation_; }

 private:
  std::vector<std::string> ask(const std::string& request);

  Command& command_;
  const config::Storage& storage_;
  Conversation conversation_;
};

}  // namespace holdfast::director::console
