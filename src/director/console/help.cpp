// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/handlers.h"
#include "director/console/own_commands.h"

namespace holdfast::director::console::handle {
namespace {

constexpr std::size_t usage_width = 45;

/// For people: a new line at the first blank from this width on, and after each vertical bar.
std::string wrapped(std::string_view usage) {
  std::string text;
  std::size_t length = 0;
  for (const char c : usage) {
    if (c == ' ' && (length >= usage_width || text.ends_with('|'))) {
      text += "\n\t";
      length = 0;
    } else {
      text += c;
      ++length;
    }
  }
  return text;
}

void give_fields(Command& command, const CommandEntry& entry, bool permitted) {
  const auto object = command.out.object(entry.name);
  command.out.value("command", entry.name);
  command.out.value("description", entry.description);
  command.out.value("arguments", entry.usage);
  command.out.value("permission", permitted);
}

bool is_hidden(const CommandEntry& entry) { return entry.name.starts_with('.'); }

bool permitted(const Command& command, const CommandEntry& entry) {
  // "." is no resource name, yet a command like any other.
  return command.access.is_root() || command.access.allows(Acl::command, entry.name);
}

void help_on(Command& command, std::string_view name) {
  const CommandEntry* entry = get_command(name);
  if (!entry || is_hidden(*entry) || !permitted(command, *entry)) {
    command.out.text(fmt::format("\nCan't find {} command.\n\n", name));
    return;
  }
  const bool is_for_people = command.out.api() == Api::text;
  command.out.text(fmt::format("  {:<18} {}\n\nArguments:\n\t{}\n", entry->name, entry->description,
                               is_for_people ? wrapped(entry->usage) : std::string(entry->usage)));
  give_fields(command, *entry, true);
}

}  // namespace

Outcome help(Command& command) {
  command.out.decoration("  Command            Description\n  =======            ===========\n");
  if (!command.line.arguments().empty()) {
    help_on(command, command.line.arguments()[0].keyword);
  } else {
    for (const CommandEntry& entry : command_table()) {
      if (is_hidden(entry) || is_own(entry) || !permitted(command, entry)) continue;
      command.out.text(fmt::format("  {:<18} {}\n", entry.name, entry.description));
      give_fields(command, entry, true);
    }
  }
  command.out.decoration("\nWhen at a prompt, entering a period (.) cancels the command.\n\n");
  return Outcome::ok;
}

Outcome dot_help(Command& command) {
  if (const auto name = command.line.value("item")) {
    const CommandEntry* entry = get_command(*name);
    if (!entry) return Outcome::ok;
    command.out.text(fmt::format("{}\n", entry->usage));
    give_fields(command, *entry, permitted(command, *entry));
    return Outcome::ok;
  }
  if (command.line.value("full")) {
    command.out.error("The full option does not take a value.\n");
    return Outcome::failed;
  }
  const bool full = command.line.has("full");
  const bool names_only = command.line.has("all");
  for (const CommandEntry& entry : command_table()) {
    if (is_own(entry)) continue;
    const bool allowed = permitted(command, entry);
    if ((!allowed && !full) || (names_only && is_hidden(entry))) continue;
    command.out.text(names_only ? fmt::format("{}\n", entry.name)
                                : fmt::format("{} {} -- {}\n", entry.name, entry.description, entry.usage));
    give_fields(command, entry, allowed);
  }
  return Outcome::ok;
}

}  // namespace holdfast::director::console::handle
