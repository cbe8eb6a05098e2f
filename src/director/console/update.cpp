// SPDX-License-Identifier: AGPL-3.0-or-later
// update: changes what the catalog knows of volumes, pools and jobs (interop 09, section 7.9).
#include "director/console/update.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "director/catalog_rows.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"
#include "director/console/listing.h"
#include "director/console/retention.h"
#include "director/console/times.h"

namespace holdfast::director::console {
namespace {

using catalog::Catalog;
using catalog::PoolRow;
using catalog::VolumeRow;

Outcome update_volume(Command& command, Catalog& catalog) {
  if (command.line.has("fromallpools")) {
    update_volumes_of_all_pools(command, catalog);
    return Outcome::ok;
  }
  if (const auto name = command.line.value("allfrompool")) {
    const auto pool = catalog.pools().find(*name);
    if (pool && command.allows(Acl::pool, *name))
      update_volumes_of_pool(command, catalog, *pool);
    else
      command.out.error(
          fmt::format("Could not find Pool \"{}\": ERR=Pool record not found in Catalog.\n", *name));
    return Outcome::ok;
  }
  auto name = command.line.value_of_any({"volume", "media"});
  auto row = name ? find_volume(command, catalog, *name) : choose_volume(command, catalog);
  if (!row) return Outcome::ok;
  bool is_any = false;
  for (const Word& word : command.line.arguments()) {
    if (equal_ignoring_case(word.keyword, "frompool")) {
      update_volume_from_pool(command, catalog, *row);
      is_any = true;
    }
    if (equal_ignoring_case(word.keyword, "encrypt")) {
      set_encryption(command, catalog, *row, word.value.value_or(""));
      is_any = true;
    }
    for (const VolumeParameter& parameter : volume_parameters()) {
      if (parameter.keyword.empty() || !equal_ignoring_case(parameter.keyword, word.keyword) || !word.value)
        continue;
      parameter.set(command, catalog, *row, *word.value);
      is_any = true;
    }
  }
  return is_any ? Outcome::ok : update_volume_by_menu(command, catalog, std::move(*row));
}

Outcome update_pool(Command& command, Catalog& catalog) {
  auto name = command.line.value("pool");
  const config::Pool* resource = name ? permitted_pool(command, *name) : nullptr;
  if (name && resource == nullptr)
    command.out.error(fmt::format("Error: Pool resource \"{}\" does not exist.\n", *name));
  if (resource == nullptr) resource = select_pool(command);
  if (resource == nullptr) return Outcome::ok;
  show_pool_row(command, catalog, catalog.pools().put(pool_row(catalog, *resource)));
  command.out.info("Pool DB record updated from resource.\n");
  return Outcome::ok;
}

/// Shifts the start to `when`; end and JobTDate by as much.
void shift_start(catalog::JobRow& row, catalog::Moment when) {
  const auto by = when - row.started;
  row.started = when;
  row.ended += by;
  row.really_ended += by;
  row.job_tdate += by.count();
}

Outcome update_job(Command& command, Catalog& catalog) {
  const auto id = command.line.value("jobid");
  if (!id) {
    command.out.error("Expect JobId keyword, not found.\n");
    return Outcome::ok;
  }
  const auto start = command.line.value("starttime");
  const auto client = command.line.value("client");
  const auto fileset = command.line.value("filesetid");
  const auto name = command.line.value("jobname");
  const auto type = command.line.value("jobtype");
  if (!start && !client && !fileset && !name && !type) {
    command.out.error("Neither Client, StartTime, Filesetid, JobType nor Name specified.\n");
    return Outcome::ok;
  }
  auto row = catalog.jobs().find(JobId(parse_number<std::uint32_t>(*id).value_or(0)));
  if (!row) {
    command.out.error(fmt::format("JobId {} is not in the catalog.\n", printable(*id)));
    return Outcome::ok;
  }
  if (start) {
    const auto when = parse_time(*start);
    if (!when) {
      command.out.error(fmt::format("Improper date format: {}\n", *start));
      return Outcome::ok;
    }
    shift_start(*row, catalog::Moment(std::chrono::seconds(*when)));
  }
  if (client) {
    const auto record = catalog.clients().find(*client);
    if (!record) {
      command.out.error(
          fmt::format("Could not find Client \"{}\": ERR=Client record not found in Catalog.\n", *client));
      return Outcome::ok;
    }
    row->client = record->id;
  }
  if (fileset) row->fileset = FileSetId(parse_number<std::uint32_t>(*fileset).value_or(row->fileset.value));
  catalog.jobs().finish(*row);
  const bool has_type = type && !type->empty();
  catalog.retention().rename_job(
      row->id, name, has_type ? std::optional(static_cast<JobType>(type->front())) : std::nullopt);
  return Outcome::ok;
}

Outcome update_stats(Command& command, Catalog& catalog) {
  const auto days = parse_number<std::int64_t>(command.line.value("days").value_or("0")).value_or(0);
  const auto before = moment_now(command) - std::chrono::hours(24) * days;
  command.out.info(fmt::format("Updating {} job(s).\n",
                               catalog.retention().keep_statistics(before.time_since_epoch().count())));
  return Outcome::ok;
}

using Form = Outcome (*)(Command&, Catalog&);
struct FormWord {
  std::string_view keyword;
  Form form;
};
// The first of them on the line decides.
constexpr FormWord form_words[] = {{"media", update_volume}, {"volume", update_volume}, {"pool", update_pool},
                                   {"slots", update_slots},  {"slot", update_slots},    {"jobid", update_job},
                                   {"stats", update_stats}};
constexpr Form menu_forms[] = {update_volume, update_pool, update_slots, update_stats};

Form form_of(const Command& command) {
  for (const Word& word : command.line.arguments())
    for (const FormWord& known : form_words)
      if (equal_ignoring_case(known.keyword, word.keyword)) return known.form;
  return nullptr;
}

}  // namespace

void update_volume_from_pool(Command& command, Catalog& catalog, VolumeRow& row) {
  const auto pool = catalog.pools().find(row.pool);
  if (!pool) return;
  catalog.retention().change_volume(row.id,
                                    [&](VolumeRow& stored) { jobs::take_pool_defaults(stored, *pool); });
  command.out.info(fmt::format("Volume defaults updated from \"{}\" Pool record.\n", pool->name));
}

void update_volumes_of_pool(Command& command, Catalog& catalog, const PoolRow& pool) {
  const auto whole = catalog.pools().find(pool.id);
  if (!whole) return;
  for (const VolumeRow& row : catalog.volumes().list({.pool = pool.id}))
    catalog.retention().change_volume(row.id,
                                      [&](VolumeRow& stored) { jobs::take_pool_defaults(stored, *whole); });
  command.out.info(fmt::format("All Volume defaults updated from \"{}\" Pool record.\n", pool.name));
}

void update_volumes_of_all_pools(Command& command, Catalog& catalog) {
  for (const PoolRow& pool : catalog.retention().pools())
    if (command.access.allows(Acl::pool, pool.name)) update_volumes_of_pool(command, catalog, pool);
}

namespace handle {

Outcome update(Command& command) {
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::shared);
  if (catalog == nullptr) return Outcome::failed;
  if (const Form form = form_of(command)) return form(command, *catalog);
  const auto chosen = command.ask.select(
      {"Update choice:\n",
       "item",
       "Choose catalog item to update",
       {"Volume parameters", "Pool from resource", "Slots from autochanger", "Long term statistics"}});
  return chosen ? menu_forms[*chosen](command, *catalog) : Outcome::ok;
}

}  // namespace handle
}  // namespace holdfast::director::console
