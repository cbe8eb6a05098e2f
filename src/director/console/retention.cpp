// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/retention.h"

#include "base/text.h"
#include "base/units.h"
#include "director/console/choose.h"
#include "director/console/conversation.h"
#include "director/console/times.h"
#include "director/volume_desk.h"
#include "wire/storage_console.h"

namespace holdfast::director::console {

bool has_full_access(Command& command, std::initializer_list<std::pair<Acl, std::string_view>> kinds) {
  for (const auto& [acl, name] : kinds) {
    if (command.access.is_unrestricted(acl)) continue;
    command.out.error(fmt::format("Permission denied: need full {} permission.\n", name));
    return false;
  }
  return true;
}

jobs::Tell tell_to(Command& command) {
  return [&out = command.out](MessageType type, std::string_view text) {
    switch (type) {
      case MessageType::warning: return out.warning(text);
      case MessageType::error:
      case MessageType::fatal: return out.error(text);
      default: return out.text(text);
    }
  };
}

catalog::Moment moment_now(const Command& command) {
  return std::chrono::floor<std::chrono::seconds>(command.services.now());
}

jobs::Recycling recycling_for(Command& command, catalog::Catalog& catalog) {
  return {catalog, hold_rules(command.config(), catalog), moment_now(command),
          jobs::OnBehalfOf::administrator, tell_to(command)};
}

bool is_confirmed(Command& command, std::string_view prompt) {
  if (command.line.has("yes")) return true;
  if (command.out.api() != Api::text || !command.ask.can_ask()) return false;
  return command.ask.yes_no(prompt).value_or(false);
}

bool confirm_retention(Command& command, std::string_view what, std::chrono::seconds& period) {
  for (;;) {
    command.out.info(
        fmt::format("The current {} retention period is: {}\n", what, duration_text(period.count())));
    if (command.line.has("yes")) return true;
    const auto answer = command.ask.line("Continue? (yes/mod/no): ");
    if (!answer || equal_ignoring_case(*answer, "no")) return false;
    if (equal_ignoring_case(*answer, "yes")) return true;
    if (!equal_ignoring_case(*answer, "mod")) continue;
    const auto text = command.ask.line("Enter new retention period: ");
    if (!text) return false;
    if (const auto given = parse_duration(*text))
      period = *given;
    else
      command.out.error("Invalid period.\n");
  }
}

std::optional<catalog::VolumeRow> find_volume(Command& command, catalog::Catalog& catalog,
                                              std::string_view name) {
  auto row = name.starts_with('*')
                 ? catalog.volumes().find(MediaId(parse_number<std::uint64_t>(name.substr(1)).value_or(0)))
                 : catalog.volumes().find(name);
  if (!row) command.out.error(fmt::format("Media record for Volume \"{}\" not found.\n", name));
  return row;
}

std::optional<catalog::VolumeRow> choose_volume(Command& command, catalog::Catalog& catalog) {
  if (const auto name = command.line.value("volume")) return find_volume(command, catalog, *name);
  const auto pool = choose_pool_record(command, catalog);
  if (!pool) return std::nullopt;
  show_volumes(command, catalog, pool->id);
  command.out.text("Enter the volume name or MediaId of the volume prefixed with an asterisk (*).\n");
  const auto answer = command.ask.line("E.g. \"full-0001\" or \"*42\": ");
  return answer ? find_volume(command, catalog, *answer) : std::nullopt;
}

bool truncate_volume(Command& command, catalog::Catalog& catalog, const config::Storage& storage,
                     const catalog::VolumeRow& volume, std::int32_t drive) {
  // A job may have taken it since it was listed.
  const auto present = catalog.volumes().find(volume.id);
  if (!present || present->status != "Purged") {
    command.out.error(fmt::format("Volume \"{}\" is no longer Purged; it is not truncated.\n", volume.name));
    return false;
  }
  const auto pool = catalog.pools().find(volume.pool);
  wire::RelabelCommand relabel;
  relabel.device = storage.devices.empty() ? "" : storage.devices.front();
  relabel.old_volume = relabel.new_volume = volume.name;
  relabel.pool = pool ? pool->name : "";
  relabel.media_type = volume.media_type;
  relabel.slot = volume.slot;
  relabel.drive = drive;
  relabel.min_block_size = volume.min_block_size;
  relabel.max_block_size = volume.max_block_size;
  command.out.text(fmt::format("Connecting to Storage daemon {} at {}:{} ...\n", storage.name,
                               storage.address, storage.port));
  Conversation conversation(command, storage, Conversation::Introduce::silent);
  command.out.text(fmt::format("Sending relabel command from \"{0}\" to \"{0}\" ...\n", volume.name));
  conversation.say(wire::encode(relabel));
  std::optional<wire::LabelReply> accepted;
  while (const auto line = conversation.hear()) {
    command.out.text(*line);
    if (auto reply = wire::decode<wire::LabelReply>(*line)) accepted = std::move(*reply);
  }
  if (!accepted) return false;
  catalog.retention().change_volume(volume.id, [&](catalog::VolumeRow& row) {
    row.bytes = accepted->bytes;
    row.files = 0;
    row.labelled = moment_now(command);
  });
  return true;
}

void warn_of_holds(Command& command, catalog::Catalog& catalog, std::span<const JobId> jobs) {
  if (jobs.empty()) return;
  const jobs::Holds holds(catalog.retention(), hold_rules(command.config(), catalog));
  for (const jobs::Hold* hold : holds.among(jobs))
    command.out.warning(fmt::format("JobId {} is {}; it is removed because you ask for it.\n",
                                    hold->job.value, jobs::reason_text(*hold)));
}

}  // namespace holdfast::director::console
