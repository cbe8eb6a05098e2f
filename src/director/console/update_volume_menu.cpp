// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/choose.h"
#include "director/console/retention.h"
#include "director/console/update.h"

namespace holdfast::director::console {
namespace {

using catalog::Catalog;
using catalog::VolumeRow;

constexpr std::string_view statuses[] = {"Append", "Archive",  "Disabled", "Full",
                                         "Used",   "Cleaning", "Read-Only"};

/// The new value of what has a list to choose from; empty: nothing was chosen.
std::optional<std::string> choose_value(Command& command, Catalog& catalog,
                                        const VolumeParameter& parameter) {
  if (!parameter.question.empty()) return command.ask.line(parameter.question);
  if (parameter.keyword == "volstatus") {
    const std::vector<std::string> entries(std::begin(statuses), std::end(statuses));
    const auto chosen =
        command.ask.select({"Possible Values are:\n", "", "Choose new Volume Status", entries});
    return chosen ? std::optional(entries[*chosen]) : std::nullopt;
  }
  if (parameter.keyword == "storage") {
    const config::Storage* storage = select_storage(command);
    return storage ? std::optional(storage->name) : std::nullopt;
  }
  if (parameter.keyword == "recyclepool") {
    std::vector<std::string> names{"*None*"};
    for (const auto& pool : catalog.retention().pools())
      if (command.access.allows(Acl::pool, pool.name)) names.push_back(pool.name);
    const auto chosen = command.ask.select({"Defined Pools:\n", "Pool", "Select the Pool", names});
    return chosen ? std::optional(names[*chosen]) : std::nullopt;
  }
  const auto pool = select_pool_record(command, catalog);
  return pool ? std::optional(pool->name) : std::nullopt;
}

/// False where the command ends.
bool change_by_menu(Command& command, Catalog& catalog, VolumeRow& row, const VolumeParameter& parameter) {
  command.out.info(fmt::format("Updating Volume \"{}\"\n", row.name));
  if (parameter.title == "Volume from Pool") {
    update_volume_from_pool(command, catalog, row);
  } else if (parameter.title == "All Volumes from Pool") {
    const auto pool = select_pool_record(command, catalog);
    if (!pool) return false;
    update_volumes_of_pool(command, catalog, *pool);
  } else if (parameter.title == "All Volumes from all Pools") {
    update_volumes_of_all_pools(command, catalog);
  } else {
    if (const std::string current = parameter.current(row, catalog); !current.empty())
      command.out.info(current);
    const auto value = choose_value(command, catalog, parameter);
    if (!value) return false;
    parameter.set(command, catalog, row, *value);
  }
  return true;
}

}  // namespace

Outcome update_volume_by_menu(Command& command, Catalog& catalog, VolumeRow row) {
  const auto parameters = volume_parameters();
  Selection menu{"Parameters to modify:\n", "", "Select parameter to modify", {}};
  for (const VolumeParameter& parameter : parameters) menu.entries.emplace_back(parameter.title);
  menu.entries.emplace_back("Done");
  for (;;) {
    const auto chosen = command.ask.select(menu);
    if (!chosen) return Outcome::ok;
    if (*chosen == parameters.size()) {
      command.out.info("Selection terminated.\n");
      return Outcome::ok;
    }
    if (!change_by_menu(command, catalog, row, parameters[*chosen])) return Outcome::ok;
  }
}

}  // namespace holdfast::director::console
