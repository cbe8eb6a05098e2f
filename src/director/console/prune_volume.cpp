// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/prune_volume.h"

#include <algorithm>

#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/retention.h"

namespace holdfast::director::console {
namespace {

using catalog::PoolRow;
using catalog::VolumeRow;

constexpr std::int16_t archived = 2;

bool is_prunable(const VolumeRow& row) {
  return (row.status == "Full" || row.status == "Used") && row.enabled != archived;
}

bool has_expired_jobs(const Command& command, catalog::Catalog& catalog, const VolumeRow& row) {
  const auto limit = moment_now(command) - std::chrono::seconds(row.retention);
  return !catalog.retention()
              .ended_jobs({.volume = row.id, .tdate_before = limit.time_since_epoch().count()})
              .empty();
}

/// Those of which something would be pruned.
std::vector<VolumeRow> prunable_volumes(const Command& command, catalog::Catalog& catalog, PoolId pool) {
  auto rows = catalog.volumes().list({.pool = pool,
                                      .statuses = {"Full", "Used"},
                                      .order = catalog::VolumeFilter::Order::oldest_written_first});
  std::erase_if(rows, [&](const VolumeRow& row) {
    return !is_prunable(row) || !has_expired_jobs(command, catalog, row);
  });
  return rows;
}

/// Prunes the volume as it is now, not as it was listed, while no job chooses one. A retention that was asked for counts.
jobs::Recycling::Outcome prune_as_it_is(Command& command, catalog::Catalog& catalog,
                                        jobs::Recycling& recycling, const VolumeRow& row) {
  const auto held = command.services.hold_volumes();
  auto present = catalog.volumes().find(row.id);
  if (!present) return jobs::Recycling::Outcome::not_prunable;
  present->retention = row.retention;
  return recycling.prune(*present);
}

Outcome prune_one(Command& command, catalog::Catalog& catalog, VolumeRow row) {
  std::chrono::seconds period(row.retention);
  if (!confirm_retention(command, fmt::format("Volume ({})", row.name), period)) return Outcome::failed;
  row.retention = period.count();
  if (is_prunable(row) && !catalog.retention().has_jobs(row.id)) {
    command.out.text(
        fmt::format("Volume \"{0}\" seems to be empty.  Make sure that it is not currently in use, then call "
                    "'purge volume=\"{0}\"'",
                    row.name));
    return Outcome::failed;
  }
  auto recycling = recycling_for(command, catalog);
  const auto outcome = prune_as_it_is(command, catalog, recycling, row);
  return outcome == jobs::Recycling::Outcome::purged ? Outcome::ok : Outcome::failed;
}

Outcome prune_each(Command& command, catalog::Catalog& catalog, const std::vector<VolumeRow>& rows) {
  auto recycling = recycling_for(command, catalog);
  for (const VolumeRow& row : rows) prune_as_it_is(command, catalog, recycling, row);
  return Outcome::ok;
}

/// `all`: of one pool, or of every pool the console may see.
Outcome prune_all(Command& command, catalog::Catalog& catalog) {
  const auto name = command.line.value("pool");
  if (!name && !has_full_access(command, {{Acl::client, "client"}, {Acl::pool, "pool"}}))
    return Outcome::failed;
  std::vector<PoolRow> pools = catalog.retention().pools();
  if (name) {
    const auto pool = choose_pool_record(command, catalog);
    if (!pool) return Outcome::failed;
    pools = {*pool};
  }
  if (!is_confirmed(command, "Prune all expired volumes (yes/no): ")) return Outcome::failed;
  for (const PoolRow& pool : pools) prune_each(command, catalog, prunable_volumes(command, catalog, pool.id));
  return Outcome::ok;
}

/// Several volumes by name, all in one pool.
Outcome prune_named(Command& command, catalog::Catalog& catalog, const PoolRow& pool,
                    const std::vector<std::string>& names) {
  std::vector<VolumeRow> rows;
  for (const std::string& name : names) {
    auto row = find_volume(command, catalog, name);
    if (!row) return Outcome::failed;
    const bool is_here = row->pool == pool.id;
    if (!is_here || !is_prunable(*row) || !has_expired_jobs(command, catalog, *row)) {
      command.out.error(
          is_here ? fmt::format("Volume \"{}\" is not currently prunable in Pool \"{}\".\n", name, pool.name)
                  : fmt::format("Volume \"{}\" is not in Pool \"{}\".\n", name, pool.name));
      return Outcome::failed;
    }
    rows.push_back(std::move(*row));
  }
  return prune_each(command, catalog, rows);
}

void list_prunable(Command& command, catalog::Catalog& catalog, const PoolRow& pool,
                   const std::vector<VolumeRow>& rows) {
  std::string text = fmt::format("Prunable volumes in Pool \"{}\" (oldest data first):\n", pool.name);
  for (std::size_t i = 0; i < rows.size(); ++i)
    text +=
        fmt::format("  {}: {} | lastwritten={} | jobs={} | bytes={}\n", i + 1, rows[i].name,
                    rows[i].last_written == catalog::Moment{} ? "" : catalog::to_text(rows[i].last_written),
                    catalog.retention().jobs_on(rows[i].id).size(), with_thousands(rows[i].bytes));
  command.out.text(text);
}

/// What an answer like "1,Full-0003" or "all" selects; empty where it is none.
std::vector<VolumeRow> selected(std::string_view answer, const std::vector<VolumeRow>& rows) {
  if (equal_ignoring_case(trim(answer), "all")) return rows;
  std::vector<VolumeRow> chosen;
  for (const std::string_view part : split(answer, ',')) {
    const std::string_view word = trim(part);
    const auto number = parse_number<std::size_t>(word);
    const auto by_name =
        std::find_if(rows.begin(), rows.end(), [&](const VolumeRow& row) { return row.name == word; });
    if (by_name != rows.end())
      chosen.push_back(*by_name);
    else if (number && *number >= 1 && *number <= rows.size())
      chosen.push_back(rows[*number - 1]);
    else
      return {};
  }
  return chosen;
}

/// `volume pool=p` without a name: chosen from what may be pruned there.
Outcome prune_of_pool(Command& command, catalog::Catalog& catalog, const PoolRow& pool) {
  const auto rows = prunable_volumes(command, catalog, pool.id);
  if (rows.empty()) {
    command.out.text(fmt::format("No prunable volumes found in Pool \"{}\".\n", pool.name));
    return Outcome::ok;
  }
  list_prunable(command, catalog, pool, rows);
  const auto answer = command.ask.line("Enter volume numbers or names separated by commas (or \"all\"): ");
  if (!answer || trim(*answer).empty()) {
    command.out.error("No volumes selected.\n");
    return Outcome::failed;
  }
  auto chosen = selected(*answer, rows);
  if (chosen.empty()) {
    command.out.error(fmt::format("Invalid prune selection \"{}\".\n", *answer));
    return Outcome::failed;
  }
  return prune_each(command, catalog, chosen);
}

}  // namespace

Outcome prune_volumes(Command& command, catalog::Catalog& catalog) {
  if (command.line.has("all")) return prune_all(command, catalog);
  const auto names = command.line.values("volume");
  if (command.line.value("pool")) {
    const auto pool = choose_pool_record(command, catalog);
    if (!pool) return Outcome::failed;
    return names.empty() ? prune_of_pool(command, catalog, *pool)
                         : prune_named(command, catalog, *pool, names);
  }
  auto row = choose_volume(command, catalog);
  return row ? prune_one(command, catalog, std::move(*row)) : Outcome::failed;
}

}  // namespace holdfast::director::console
