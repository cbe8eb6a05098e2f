// SPDX-License-Identifier: AGPL-3.0-or-later
// The dot commands that list names, one packet each: what completion and web interfaces ask for.
#include <algorithm>
#include <array>

#include "base/job_words.h"
#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/codes.h"
#include "director/console/handlers.h"
#include "director/console/table.h"

namespace holdfast::director::console::handle {
namespace {

void give_name(Command& command, std::string_view name, std::string_view key = "name") {
  command.out.text(fmt::format("{}\n", name));
  const auto row = command.out.row();
  command.out.value(key, name);
}

template <typename Resources, typename Keep>
Outcome list_names(Command& command, std::string_view key, const Resources& resources, Keep keep) {
  const auto array = command.out.array(key);
  for (const auto& resource : resources)
    if (keep(resource)) give_name(command, resource.name);
  return Outcome::ok;
}

auto permitted(const Command& command, Acl acl) {
  return [&command, acl](const auto& resource) { return command.access.allows(acl, resource.name); };
}
constexpr auto any = [](const auto&) { return true; };

/// Those that can be switched off, with `enabled` or `disabled` restricting the list.
template <typename Resources, typename Keep>
Outcome list_switched(Command& command, std::string_view key, const Resources& resources, Acl acl,
                      Toggled kind, Keep keep) {
  const bool only_enabled = command.line.has("enabled");
  const bool only_disabled = command.line.has("disabled");
  const auto array = command.out.array(key);
  for (const auto& resource : resources) {
    if (!command.access.allows(acl, resource.name) || !keep(resource)) continue;
    const bool enabled = command.services.is_enabled(kind, resource.name);
    if ((only_enabled && !enabled) || (only_disabled && enabled)) continue;
    command.out.text(fmt::format("{}\n", resource.name));
    const auto row = command.out.row();
    command.out.value("name", resource.name);
    command.out.value("enabled", enabled);
  }
  return Outcome::ok;
}

template <typename Words>
Outcome list_words(Command& command, std::string_view key, const Words& words) {
  const auto array = command.out.array(key);
  for (const std::string_view word : words) give_name(command, word);
  return Outcome::ok;
}

/// The distinct values of a column of the catalog.
Outcome list_values(Command& command, std::string_view key, std::string_view sql) {
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::shared);
  if (!catalog) return Outcome::failed;
  const auto array = command.out.array(key);
  catalog->queries().query(sql, {}, [&](const catalog::ResultRow& row) {
    give_name(command, row.text(0));
    return true;
  });
  return Outcome::ok;
}

}  // namespace

Outcome list_catalog_names(Command& command) {
  return list_names(command, "catalogs", command.config().catalogs, permitted(command, Acl::catalog));
}
Outcome list_file_set_names(Command& command) {
  return list_names(command, "filesets", command.config().file_sets, permitted(command, Acl::file_set));
}
Outcome list_job_defs_names(Command& command) {
  return list_names(command, "jobdefs", command.config().job_defs, permitted(command, Acl::job));
}
Outcome list_user_names(Command& command) {
  return list_names(command, "users", command.config().users, any);
}
Outcome list_profile_names(Command& command) {
  return list_names(command, "profiles", command.config().profiles, any);
}

Outcome list_console_names(Command& command) {
  const auto array = command.out.array("consoles");
  for (const auto& console : command.config().consoles) give_name(command, console.name);
  give_name(command, transport::default_console);
  return Outcome::ok;
}

Outcome list_messages_names(Command& command) {
  const auto array = command.out.array("messages");
  for (const auto& messages : command.config().messages) give_name(command, messages.name, "text");
  return Outcome::ok;
}

Outcome list_pool_names(Command& command) {
  const auto type = command.line.value("type");
  return list_names(command, "pools", command.config().pools, [&](const config::Pool& pool) {
    return command.access.allows(Acl::pool, pool.name) &&
           (!type || equal_ignoring_case(*type, config::to_string(pool.pool_type)));
  });
}

Outcome list_client_names(Command& command) {
  return list_switched(command, "clients", command.config().clients, Acl::client, Toggled::client, any);
}
Outcome list_storage_names(Command& command) {
  return list_switched(command, "storages", command.config().storages, Acl::storage, Toggled::storage, any);
}
Outcome list_schedule_names(Command& command) {
  return list_switched(command, "schedules", command.config().schedules, Acl::schedule, Toggled::schedule,
                       any);
}
Outcome list_job_names(Command& command) {
  const auto type = command.line.value("type");
  return list_switched(command, "jobs", command.config().jobs, Acl::job, Toggled::job,
                       [&](const config::Job& job) {
                         return !type || (type->size() == 1 && static_cast<char>(job.type) == (*type)[0]);
                       });
}

Outcome list_actions_on_purge(Command& command) {
  return list_words(command, "actiononpurge", std::array<std::string_view, 2>{"None", "Truncate"});
}
Outcome list_volume_statuses(Command& command) {
  return list_words(command, "volstatus",
                    std::array<std::string_view, 10>{"Unlabeled", "Append", "Full", "Used", "Recycle",
                                                     "Purged", "Cleaning", "Error", "Archive", "Disabled"});
}
Outcome list_types(Command& command) {
  const auto array = command.out.array("jobtypes");
  for (const TypeWords& type : runnable_types) give_name(command, type.text);
  return Outcome::ok;
}

Outcome list_levels(Command& command) {
  const auto arguments = command.line.arguments();
  const auto array = command.out.array("levels");
  for (const config::LevelOfType& level : config::levels_of_types()) {
    if (!arguments.empty() && !equal_ignoring_case(arguments[0].keyword, type_text(level.type))) continue;
    const std::string_view name = level_keyword(level.level);
    command.out.text(fmt::format("{}\n", name));
    const auto row = command.out.row();
    command.out.value("name", name);
    command.out.value("level", Json::number(static_cast<char>(level.level)));
    command.out.value("jobtype", Json::number(static_cast<char>(level.type)));
  }
  return Outcome::ok;
}

Outcome list_volume_names(Command& command) {
  return list_values(command, "media", "SELECT VolumeName FROM Media ORDER BY VolumeName");
}
Outcome list_media_types(Command& command) {
  return list_values(command, "mediatypes", "SELECT DISTINCT MediaType FROM MediaType ORDER BY MediaType");
}
Outcome list_locations(Command& command) {
  return list_values(command, "locations", "SELECT DISTINCT Location FROM Location ORDER BY Location");
}

namespace {

struct StatusLevel {
  std::string_view statuses;
  std::string_view exit_level;
  std::string_view exit_status;
};
constexpr StatusLevel status_levels[] = {{"T", "0", "Ok"}, {"W", "1", "Warning"}, {"efAE", "2", "Error"}};

}  // namespace

Outcome list_job_statuses(Command& command) {
  const auto& letter = command.line.words()[0].value;
  if (letter && letter->size() != 1) {
    command.out.error(
        fmt::format("Unknown JobStatus '{}'. JobStatus must be a single character.\n", printable(*letter)));
    return Outcome::failed;
  }
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::shared);
  if (!catalog) return Outcome::failed;
  Table table{
      {{"jobstatus"}, {"jobstatuslong"}, {"severity", Column::Kind::number}, {"exitlevel"}, {"exitstatus"}},
      {}};
  catalog->queries().query(
      "SELECT JobStatus, JobStatusLong, Severity FROM Status ORDER BY JobStatus", {},
      [&](const catalog::ResultRow& row) {
        if (letter && row.text(0) != *letter) return true;
        const auto at = std::find_if(
            std::begin(status_levels), std::end(status_levels),
            [&](const auto& level) { return level.statuses.find(row.text(0)) != std::string_view::npos; });
        const bool found = at != std::end(status_levels);
        table.rows.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                              std::string(found ? at->exit_level : ""),
                              std::string(found ? at->exit_status : "")});
        return true;
      });
  const auto array = command.out.array("jobstatus");
  render(command.out, table, TableStyle::horizontal);
  return Outcome::ok;
}

}  // namespace holdfast::director::console::handle
