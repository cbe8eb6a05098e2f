// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/changer_command.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include "base/text.h"
#include "device/command_codes.h"
#include "os/process.h"

namespace holdfast::device {

struct ChangerCommand::Call {
  std::string_view operation;
  unsigned slot = 0;
  const ChangerDrive* drive = nullptr;
  const ChangerErrand* errand = nullptr;
  std::optional<unsigned> destination = std::nullopt;  ///< of a transfer
};

namespace {

/// No script has more to say.
constexpr std::size_t longest_output = 4U * 1024 * 1024;
constexpr unsigned highest_slot = 100'000;

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

[[noreturn]] void refuse(std::string_view operation, const std::vector<std::string>& lines) {
  throw ChangerError(fmt::format("its answer to \"{}\" makes no sense", operation), joined(lines));
}

std::optional<unsigned> slot_number(std::string_view text) {
  const auto number = parse_number<unsigned>(trim(text));
  return number && *number <= highest_slot ? number : std::nullopt;
}

/// The one line that is a number: programs complain on lines of their own.
unsigned only_number(std::string_view operation, const std::vector<std::string>& lines) {
  std::optional<unsigned> found;
  for (const auto& line : lines) {
    const auto number = slot_number(line);
    if (number && found) refuse(operation, lines);
    if (number) found = number;
  }
  if (!found) refuse(operation, lines);
  return *found;
}

/// "3:BARCODE"; the number, where it is one.
std::optional<std::string> listed_slot(const std::string& line) {
  const auto colon = line.find(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto number = slot_number(std::string_view(line).substr(0, colon));
  if (!number || *number == 0) return std::nullopt;
  return std::to_string(*number);
}

/// "D:0:F:3:BARCODE", "S:3:E", "I:10:F:BARCODE"; what it is about, "D0", where it is one of them.
std::optional<std::string> listed_element(const std::string& line) {
  const auto parts = split(line, ':');
  if (parts.size() < 3 || (parts[0] != "D" && parts[0] != "S" && parts[0] != "I")) return std::nullopt;
  const auto number = slot_number(parts[1]);
  const bool is_drive = parts[0] == "D";
  if (!number || (!is_drive && *number == 0)) return std::nullopt;
  const bool is_full = parts[2] == "F";
  if (!is_full && parts[2] != "E") return std::nullopt;
  if (is_full && (parts.size() < 4 || (is_drive && !slot_number(parts[3])))) return std::nullopt;
  return std::string(parts[0]) + std::to_string(*number);
}

/// Every line must be of that form and about something else.
std::vector<std::string> checked(std::string_view operation, const std::vector<std::string>& lines,
                                 std::optional<std::string> (*subject)(const std::string&)) {
  std::vector<std::string> kept;
  std::set<std::string> seen;
  for (const auto& line : lines) {
    if (trim(line).empty()) continue;
    const auto about = subject(line);
    if (!about || !seen.insert(*about).second) refuse(operation, lines);
    kept.emplace_back(trim(line));
  }
  return kept;
}

}  // namespace

ChangerCommand::ChangerCommand(Settings settings)
    : settings_(std::move(settings)), words_(os::split_command(settings_.command)) {
  if (words_.empty()) throw Error(ErrorKind::invalid, "the Changer Command is empty");
  if (settings_.drives.empty()) throw Error(ErrorKind::invalid, "the changer has no drives");
}

std::vector<std::string> ChangerCommand::words_of(const Call& call) const {
  const auto value_of = [&](char code) -> std::optional<std::string> {
    const bool moves_slots = call.destination.has_value();
    switch (code) {
      case '%': return "%";
      case 'c': return settings_.changer_device;
      case 'o': return std::string(call.operation);
      case 's': return std::to_string(static_cast<int>(call.slot) - 1);
      case 'S': return std::to_string(call.slot);
      case 'a': return moves_slots ? std::to_string(*call.destination) : call.drive->archive_device;
      case 'D': return moves_slots ? "" : call.drive->diagnostic_device;
      case 'd': return moves_slots ? "" : std::to_string(call.drive->index);
      case 'f': return call.errand != nullptr ? call.errand->client : "";
      case 'j': return call.errand != nullptr ? call.errand->job : "";
      case 'v': return call.errand != nullptr ? call.errand->volume : "";
      default: break;
    }
    return moves_slots ? std::optional<std::string>("") : std::nullopt;
  };
  return with_codes(words_, value_of);
}

std::vector<std::string> ChangerCommand::run(const Call& call) const {
  std::vector<std::string> lines;
  std::size_t length = 0;
  const auto keep = [&](std::string_view line) {
    length += line.size();
    if (length <= longest_output) lines.emplace_back(line);
  };
  const auto words = words_of(call);
  const auto end =
      os::run_process(words, keep, stop_, {.limit = settings_.max_wait, .grace = std::chrono::seconds(2)});
  if (!end.succeeded()) throw ChangerError(end.text(), joined(lines));
  if (length > longest_output) refuse(call.operation, {lines.front()});
  return lines;
}

const ChangerDrive& ChangerCommand::drive(unsigned index) const {
  for (const auto& drive : settings_.drives) {
    if (drive.index == index) return drive;
  }
  throw ChangerError(fmt::format("no Device has the Drive Index {}", index), "");
}

unsigned ChangerCommand::loaded(unsigned drive_index, const ChangerErrand& errand) {
  return only_number("loaded", run({.operation = "loaded", .drive = &drive(drive_index), .errand = &errand}));
}

void ChangerCommand::load(unsigned slot, unsigned drive_index, const ChangerErrand& errand) {
  run({.operation = "load", .slot = slot, .drive = &drive(drive_index), .errand = &errand});
}

void ChangerCommand::unload(unsigned slot, unsigned drive_index, const ChangerErrand& errand) {
  run({.operation = "unload", .slot = slot, .drive = &drive(drive_index), .errand = &errand});
}

std::vector<std::string> ChangerCommand::list() {
  return checked("list", run({.operation = "list", .drive = &settings_.drives.front()}), listed_slot);
}

std::vector<std::string> ChangerCommand::list_all() {
  return checked("listall", run({.operation = "listall", .drive = &settings_.drives.front()}),
                 listed_element);
}

unsigned ChangerCommand::slots() {
  return only_number("slots", run({.operation = "slots", .drive = &settings_.drives.front()}));
}

std::vector<std::string> ChangerCommand::transfer(unsigned from, unsigned to) {
  return run({.operation = "transfer", .slot = from, .destination = to});
}

}  // namespace holdfast::device
