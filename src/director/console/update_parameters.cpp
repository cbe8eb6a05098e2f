// SPDX-License-Identifier: AGPL-3.0-or-later
// What of a volume `update volume` can change, one entry each.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/units.h"
#include "director/console/choose.h"
#include "director/console/retention.h"
#include "director/console/times.h"
#include "director/console/update.h"

namespace holdfast::director::console {
namespace {

using catalog::Catalog;
using catalog::VolumeRow;

constexpr std::string_view settable_statuses[] = {"Append",   "Archive", "Disabled",  "Full", "Used",
                                                  "Cleaning", "Recycle", "Read-Only", "Error"};

/// Stores what `change` does to the volume.
template <typename Change>
void store(Catalog& catalog, VolumeRow& row, Change&& change) {
  if (auto stored = catalog.retention().change_volume(row.id, change)) row = std::move(*stored);
}

void set_status(Command& command, Catalog& catalog, VolumeRow& row, const std::string& value) {
  const auto found =
      std::find_if(std::begin(settable_statuses), std::end(settable_statuses),
                   [&](std::string_view status) { return equal_ignoring_case(status, value); });
  if (found == std::end(settable_statuses))
    return command.out.error(fmt::format("Invalid VolStatus specified: {}\n", value));
  store(catalog, row, [&](VolumeRow& stored) { stored.status = *found; });
  command.out.info(fmt::format("New Volume status is: {}\n", row.status));
  if (row.status != "Recycle") return;
  jobs::Recycling recycling = recycling_for(command, catalog);
  const auto held = recycling.held_on(row.id);
  if (!held.empty())
    command.out.warning(
        fmt::format("Volume \"{}\" is not written on before a newer backup replaces JobId {} there, which "
                    "is {}. To give it up, purge the volume.\n",
                    row.name, held.front()->job.value, jobs::reason_text(*held.front())));
}

void set_retention(Command& command, Catalog& catalog, VolumeRow& row, const std::string& value) {
  const auto period = parse_duration(value);
  if (!period) return command.out.error(fmt::format("Invalid retention period specified: {}\n", value));
  store(catalog, row, [&](VolumeRow& stored) { stored.retention = period->count(); });
  command.out.info(fmt::format("New retention period is: {}\n", duration_text(row.retention)));
}

void set_use_duration(Command& command, Catalog& catalog, VolumeRow& row, const std::string& value) {
  const auto period = parse_duration(value);
  if (!period) return command.out.error(fmt::format("Invalid use duration specified: {}\n", value));
  store(catalog, row, [&](VolumeRow& stored) { stored.use_duration = period->count(); });
  command.out.info(fmt::format("New use duration is: {}\n", duration_text(row.use_duration)));
}

template <std::uint64_t VolumeRow::*member>
void set_number(Command& command, Catalog& catalog, VolumeRow& row, const std::string& value,
                std::string_view what) {
  const auto number = parse_number<std::uint32_t>(value);
  if (!number) return command.out.error(fmt::format("Invalid {} specified: {}\n", what, value));
  store(catalog, row, [&](VolumeRow& stored) { stored.*member = *number; });
  command.out.info(fmt::format("New {} is: {}\n", what, *number));
}

void set_max_jobs(Command& command, Catalog& catalog, VolumeRow& row, const std::string& value) {
  set_number<&VolumeRow::max_jobs>(command, catalog, row, value, "max jobs");
}
void set_max_files(Command& command, Catalog& catalog, VolumeRow& row, const std::string& value) {
  set_number<&VolumeRow::max_files>(command, catalog, row, value, "max files");
}
void set_files(Command& command, Catalog& catalog, VolumeRow& row, const std::string& value) {
  set_number<&VolumeRow::files>(command, catalog, row, value, "Volume Files");
}

void set_max_bytes(Command& command, Catalog& catalog, VolumeRow& row, const std::string& value) {
  const auto size = parse_size(value);
  if (!size) return command.out.error(fmt::format("Invalid max. bytes specification: {}\n", value));
  store(catalog, row, [&](VolumeRow& stored) { stored.max_bytes = *size; });
  command.out.info(fmt::format("New Max bytes is: {}\n", with_thousands(row.max_bytes)));
}

/// "yes", "no" and what else stands for them.
std::optional<bool> parse_yes_no(Command& command, std::string_view value) {
  for (const std::string_view yes : {"yes", "true", "1"})
    if (equal_ignoring_case(value, yes)) return true;
  for (const std::string_view no : {"no", "false", "0"})
    if (equal_ignoring_case(value, no)) return false;
  command.out.error("Invalid value. It must be yes or no.\n");
  return std::nullopt;
}

void set_recycle(Command& command, Catalog& catalog, VolumeRow& row, const std::string& value) {
  const auto flag = parse_yes_no(command, value);
  if (!flag) return;
  store(catalog, row, [&](VolumeRow& stored) { stored.recycle = *flag; });
  command.out.info(fmt::format("New Recycle flag is: {}\n", *flag ? "yes" : "no"));
}

void set_in_changer(Command& command, Catalog& catalog, VolumeRow& row, const std::string& value) {
  const auto flag = parse_yes_no(command, value);
  if (!flag) return;
  store(catalog, row, [&](VolumeRow& stored) { stored.in_changer = *flag; });
  command.out.info(fmt::format("New InChanger flag is: {}\n", *flag ? "yes" : "no"));
}

void set_slot(Command& command, Catalog& catalog, VolumeRow& row, const std::string& value) {
  const auto pool = catalog.pools().find(row.pool);
  const std::uint32_t most = pool ? pool->max_volumes : 0;
  const auto slot = parse_number<std::uint16_t>(value);
  if (!slot || (most > 0 && *slot > most))
    return command.out.error(fmt::format("Invalid slot, it must be between 0 and MaxVols={}\n", most));
  store(catalog, row, [&](VolumeRow& stored) { stored.slot = *slot; });
  command.out.info(fmt::format("New Slot is: {}\n", *slot));
}

std::optional<catalog::PoolRow> find_pool(Command& command, Catalog& catalog, const std::string& name) {
  auto pool = command.allows(Acl::pool, name) ? catalog.pools().find(name) : std::nullopt;
  if (!pool)
    command.out.error(
        fmt::format("Could not find Pool \"{}\": ERR=Pool record not found in Catalog.\n", name));
  return pool;
}

void set_pool(Command& command, Catalog& catalog, VolumeRow& row, const std::string& value) {
  const auto pool = find_pool(command, catalog, value);
  if (!pool) return;
  const auto held = command.services.hold_volumes();
  if (pool->id != row.pool &&
      recycling_for(command, catalog).move(row, pool->id) == jobs::Recycling::Moved::pool_is_full)
    return command.out.error(
        fmt::format("Pool \"{}\" has its maximum of {} volumes.\n", pool->name, pool->max_volumes));
  command.out.info(fmt::format("New Pool is: {}\n", pool->name));
}

}  // namespace

std::optional<std::int16_t> parse_enabled(Command& command, std::string_view value) {
  constexpr std::pair<std::string_view, std::int16_t> words[] = {
      {"yes", 1}, {"true", 1}, {"1", 1}, {"no", 0}, {"false", 0}, {"0", 0}, {"archived", 2}, {"2", 2}};
  const auto found = std::find_if(std::begin(words), std::end(words),
                                  [&](const auto& w) { return equal_ignoring_case(w.first, value); });
  if (found != std::end(words)) return found->second;
  command.out.error("Invalid Enabled value, it must be yes, no, archived, 0, 1, or 2\n");
  return std::nullopt;
}

namespace {

void set_enabled(Command& command, Catalog& catalog, VolumeRow& row, const std::string& value) {
  const auto enabled = parse_enabled(command, value);
  if (!enabled) return;
  store(catalog, row, [&](VolumeRow& stored) { stored.enabled = *enabled; });
  command.out.info(fmt::format("New Enabled is: {}\n", *enabled));
}

void set_recycle_pool(Command& command, Catalog& catalog, VolumeRow& row, const std::string& value) {
  const bool is_none = value.empty() || value == "*None*";
  const auto pool = is_none ? std::nullopt : find_pool(command, catalog, value);
  if (!is_none && !pool) return;
  store(catalog, row, [&](VolumeRow& stored) { stored.recycle_pool = pool ? pool->id : PoolId(); });
  command.out.info(fmt::format("New RecyclePool is: {}\n", pool ? pool->name : "*None*"));
}

void set_action_on_purge(Command& command, Catalog& catalog, VolumeRow& row, const std::string& value) {
  const bool truncates = equal_ignoring_case(value, "truncate");
  if (!truncates && !equal_ignoring_case(value, "none"))
    return command.out.error(fmt::format("Invalid ActionOnPurge specified: {}\n", value));
  store(catalog, row, [&](VolumeRow& stored) { stored.action_on_purge = truncates ? 1 : 0; });
  command.out.info(fmt::format("New ActionOnPurge is: {}\n", truncates ? "Truncate" : "None"));
}

void set_storage(Command& command, Catalog& catalog, VolumeRow& row, const std::string& value) {
  const config::Storage* storage = permitted_storage(command, value);
  if (storage == nullptr)
    return command.out.error(fmt::format("Storage resource \"{}\": not found\n", value));
  const StorageId id = catalog.storages().put_storage(storage->name, storage->is_autochanger);
  store(catalog, row, [&](VolumeRow& stored) { stored.storage = id; });
  command.out.info(fmt::format("New Storage is: {}\n", storage->name));
}

std::string pool_name(Catalog& catalog, PoolId id) {
  const auto pool = catalog.pools().find(id);
  return pool ? pool->name : "*None*";
}

using P = VolumeParameter;
constexpr std::array parameters{
    P{"volstatus", "Volume Status", "",
      [](const VolumeRow& r, Catalog&) { return fmt::format("Current Volume status is: {}\n", r.status); },
      set_status},
    P{"volretention", "Volume Retention Period", "Enter Volume Retention period: ",
      [](const VolumeRow& r, Catalog&) {
        return fmt::format("Current retention period is: {}\n", duration_text(r.retention));
      },
      set_retention},
    P{"voluse", "Volume Use Duration", "Enter Volume Use Duration: ",
      [](const VolumeRow& r, Catalog&) {
        return fmt::format("Current use duration is: {}\n", duration_text(r.use_duration));
      },
      set_use_duration},
    P{"maxvoljobs", "Maximum Volume Jobs", "Enter new Maximum Jobs: ",
      [](const VolumeRow& r, Catalog&) { return fmt::format("Current max jobs is: {}\n", r.max_jobs); },
      set_max_jobs},
    P{"maxvolfiles", "Maximum Volume Files", "Enter new Maximum Files: ",
      [](const VolumeRow& r, Catalog&) { return fmt::format("Current max files is: {}\n", r.max_files); },
      set_max_files},
    P{"maxvolbytes", "Maximum Volume Bytes", "Enter new Maximum Bytes: ",
      [](const VolumeRow& r, Catalog&) {
        return fmt::format("Current maximum bytes is: {}\n", with_thousands(r.max_bytes));
      },
      set_max_bytes},
    P{"recycle", "Recycle Flag", "Enter new Recycle status: ",
      [](const VolumeRow& r, Catalog&) {
        return fmt::format("Current recycle flag is: {}\n", r.recycle ? "yes" : "no");
      },
      set_recycle},
    P{"slot", "Slot", "Enter new Slot: ",
      [](const VolumeRow& r, Catalog&) { return fmt::format("Current Slot is: {}\n", r.slot); }, set_slot},
    P{"inchanger", "InChanger Flag", "Set InChanger flag (yes/no): ",
      [](const VolumeRow& r, Catalog&) {
        return fmt::format("Current InChanger flag is: {}\n", r.in_changer ? 1 : 0);
      },
      set_in_changer},
    P{"", "Volume Files", "Enter new number of Files for Volume: ",
      [](const VolumeRow& r, Catalog&) { return fmt::format("Current Volume Files is: {}\n", r.files); },
      set_files},
    P{"pool", "Pool", "",
      [](const VolumeRow& r, Catalog& c) {
        return fmt::format("Current Pool is: {}\n", pool_name(c, r.pool));
      },
      set_pool},
    P{"", "Volume from Pool", "", nullptr, nullptr},
    P{"", "All Volumes from Pool", "", nullptr, nullptr},
    P{"", "All Volumes from all Pools", "", nullptr, nullptr},
    P{"enabled", "Enabled", "Enter new Enabled: ",
      [](const VolumeRow& r, Catalog&) { return fmt::format("Current Enabled is: {}\n", r.enabled); },
      set_enabled},
    P{"recyclepool", "RecyclePool", "",
      [](const VolumeRow& r, Catalog& c) {
        return fmt::format("Current RecyclePool is: {}\n", pool_name(c, r.recycle_pool));
      },
      set_recycle_pool},
    P{"actiononpurge", "Action On Purge", "Enter new ActionOnPurge (Truncate, None): ",
      [](const VolumeRow& r, Catalog&) {
        return fmt::format("Current ActionOnPurge is: {}\n", r.action_on_purge != 0 ? "Truncate" : "None");
      },
      set_action_on_purge},
    P{"storage", "Storage", "",
      [](const VolumeRow& r, Catalog& c) {
        const auto storage = c.storages().find_storage(r.storage);
        return fmt::format("Current Storage is: {}\n", storage ? storage->name : "*None*");
      },
      set_storage},
};

}  // namespace

std::span<const VolumeParameter> volume_parameters() { return parameters; }

}  // namespace holdfast::director::console
