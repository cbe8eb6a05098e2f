// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/volume_choice.h"

#include <algorithm>

#include "base/text.h"
#include "jobs/new_volume.h"
#include "jobs/volume_limits.h"

namespace holdfast::jobs {
namespace {

using catalog::PoolRow;
using catalog::VolumeFilter;
using catalog::VolumeRow;

constexpr int max_rounds = 200;
constexpr std::size_t max_named_holds = 5;

bool is_in_list(std::string_view name, std::string_view list) {
  if (list.empty()) return false;
  for (const std::string_view entry : split(list, ','))
    if (entry == name) return true;
  return false;
}

}  // namespace

catalog::Moment VolumeChoice::age_reference() const {
  const Clock& clock = place_.retention_clock != nullptr ? *place_.retention_clock : clock_;
  return std::chrono::floor<std::chrono::seconds>(clock.now());
}

Recycling VolumeChoice::recycling() {
  return {catalog_, place_.holds, age_reference(), OnBehalfOf::director, tell_};
}

VolumeFilter VolumeChoice::filter(Changer changer) const {
  VolumeFilter filter;
  filter.pool = place_.pool;
  filter.media_type = place_.media_type;
  filter.enabled = std::int16_t{1};
  if (changer == Changer::loaded_only) filter.in_changer_of = place_.storage;
  filter.order = VolumeFilter::Order::oldest_written_first;
  return filter;
}

std::optional<VolumeRow> VolumeChoice::find_next(std::uint32_t index, std::string_view unwanted) {
  for (int round = 0; round < max_rounds; ++round) {
    held_volumes_.clear();
    auto found = search(std::max<std::uint32_t>(index, 1), unwanted);
    if (!found) {
      explain_holds();
      return std::nullopt;
    }
    if (!expire(*found, now(), tell_)) return found;
    store_status(*found);
  }
  return std::nullopt;
}

void VolumeChoice::store_status(const VolumeRow& row) {
  catalog_.retention().change_volume(row.id, [&](VolumeRow& stored) { stored.status = row.status; });
}

VolumeChoice::Found VolumeChoice::search(std::uint32_t index, std::string_view unwanted) {
  for (const Changer changer : {Changer::loaded_only, Changer::any}) {
    if (changer == Changer::loaded_only && !place_.is_autochanger) continue;
    if (auto found = appendable(changer, index, unwanted)) return found;
    if (auto found = reusable(changer, unwanted)) return found;
    if (auto found = pruned(changer, unwanted)) return found;
    if (auto found = from_scratch(changer, unwanted)) return found;
  }
  if (auto created =
          create_volume(catalog_, {place_.pool, place_.media_type, place_.storage, place_.label}, tell_))
    return created;
  return oldest(unwanted);
}

VolumeChoice::Found VolumeChoice::preview() {
  for (const Changer changer : {Changer::loaded_only, Changer::any}) {
    if (changer == Changer::loaded_only && !place_.is_autochanger) continue;
    if (auto found = appendable(changer, 1, "")) return found;
    VolumeFilter wanted = filter(changer);
    wanted.recycle = true;
    for (const char* status : {"Recycle", "Purged"}) {
      wanted.statuses = {status};
      for (VolumeRow& row : catalog_.volumes().list(wanted))
        if (recycling().held_on(row.id).empty()) return std::move(row);
    }
  }
  return std::nullopt;
}

// Steps 1 and 2. Unwanted ones still count as candidates: the Storage Daemon goes on with the next number.
VolumeChoice::Found VolumeChoice::appendable(Changer changer, std::uint32_t index,
                                             std::string_view unwanted) {
  VolumeFilter wanted = filter(changer);
  wanted.order = VolumeFilter::Order::most_recently_written_first;
  wanted.limit = index;
  for (const char* status : {"Append", "Unlabeled"}) {
    wanted.statuses = {status};
    auto rows = catalog_.volumes().list(wanted);
    if (rows.size() < wanted.limit) continue;
    for (VolumeRow& row : rows)
      if (!is_in_list(row.name, unwanted)) return std::move(row);
  }
  return std::nullopt;
}

// Steps 3 and 4.
VolumeChoice::Found VolumeChoice::reusable(Changer changer, std::string_view unwanted) {
  VolumeFilter wanted = filter(changer);
  wanted.recycle = true;
  for (const char* status : {"Recycle", "Purged"}) {
    wanted.statuses = {status};
    for (VolumeRow& row : catalog_.volumes().list(wanted))
      if (!is_in_list(row.name, unwanted) && may_be_reused(row)) {
        make_ready(row);
        return std::move(row);
      }
  }
  return std::nullopt;
}

bool VolumeChoice::may_be_reused(const VolumeRow& row) {
  if (catalog_.retention().has_unfinished_job(row.id)) return false;
  if (row.status == "Purged") return !catalog_.retention().has_jobs(row.id);
  if (recycling().held_on(row.id).empty()) return true;
  held_volumes_.push_back(row.name);
  return false;
}

void VolumeChoice::make_ready(VolumeRow& row) {
  if (row.status == "Purged") {
    recycling().recycle(row);
    tell_(MessageType::info, fmt::format("Recycled volume \"{}\"\n", row.name));
    return;
  }
  // Somebody set it to Recycle: what the catalog still has there is overwritten now, and must not seem restorable.
  const auto jobs = catalog_.retention().jobs_on(row.id);
  if (!jobs.empty()) catalog_.retention().purge_jobs(jobs);
}

// Step 5. A volume may come back to this pool from another one, so those count too.
VolumeChoice::Found VolumeChoice::pruned(Changer changer, std::string_view unwanted) {
  if (!place_.prunes) return std::nullopt;
  const auto pool = catalog_.pools().find(place_.pool);
  VolumeFilter wanted = filter(changer);
  wanted.pool.reset();
  wanted.enabled.reset();
  wanted.statuses = {"Full", "Used"};
  Recycling recycling = this->recycling();
  for (VolumeRow& row : catalog_.volumes().list(wanted)) {
    const bool comes_here = row.recycle_pool && (row.recycle_pool == place_.pool ||
                                                 (pool && row.recycle_pool == pool->scratch_pool));
    const bool is_visited = (row.pool == place_.pool || comes_here) && row.enabled <= 1 && row.enabled >= 0;
    if (!is_visited || is_in_list(row.name, unwanted)) continue;
    const auto outcome = recycling.prune(row);
    if (outcome == Recycling::Outcome::held) held_volumes_.push_back(row.name);
    const bool is_usable = row.enabled == 1 && row.recycle && row.pool == place_.pool;
    if (outcome == Recycling::Outcome::purged && is_usable) return reusable(changer, unwanted);
  }
  return std::nullopt;
}

std::optional<catalog::PoolRow> VolumeChoice::scratch_pool() {
  const auto pool = catalog_.pools().find(place_.pool);
  if (!pool) return std::nullopt;
  auto scratch =
      pool->scratch_pool ? catalog_.pools().find(pool->scratch_pool) : catalog_.pools().find("Scratch");
  if (!scratch || scratch->id == pool->id) return std::nullopt;
  return scratch;
}

// Step 6.
VolumeChoice::Found VolumeChoice::from_scratch(Changer changer, std::string_view unwanted) {
  const auto pool = catalog_.pools().find(place_.pool);
  const auto scratch = scratch_pool();
  if (!pool || !scratch) return std::nullopt;
  VolumeFilter wanted = filter(changer);
  wanted.pool = scratch->id;
  for (const char* status : {"Append", "Recycle", "Purged"}) {
    wanted.statuses = {status};
    for (VolumeRow& row : catalog_.volumes().list(wanted)) {
      if (is_in_list(row.name, unwanted)) continue;
      if (row.status != "Append" && !may_be_reused(row)) continue;
      const PoolId own = row.recycle_pool;  // it goes back there one day
      const auto moved = recycling().move(row, pool->id, [&](VolumeRow& stored) {
        take_pool_defaults(stored, *pool);
        stored.recycle_pool = own;
      });
      if (moved == Recycling::Moved::pool_is_full) {
        tell_(MessageType::warning, fmt::format("Unable add Scratch Volume, Pool \"{}\" full MaxVols={}\n",
                                                pool->name, pool->max_volumes));
        return std::nullopt;
      }
      if (row.status != "Append") make_ready(row);
      tell_(MessageType::info, fmt::format("Using Volume \"{}\" from '{}' pool.\n", row.name, scratch->name));
      return std::move(row);
    }
  }
  return std::nullopt;
}

// Steps 8 and 9: the oldest of those that are full and may be reused at all. One that would go to a pool from which this
// one gets nothing is left alone: purging it would lose its jobs and gain no volume, with each call another one.
VolumeChoice::Found VolumeChoice::oldest(std::string_view unwanted) {
  if (!place_.purges_oldest && !place_.recycles_oldest) return std::nullopt;
  VolumeFilter wanted = filter(Changer::any);
  wanted.statuses = {"Full", "Used"};
  wanted.recycle = true;
  Recycling recycling = this->recycling();
  const auto scratch = scratch_pool();
  for (VolumeRow& row : catalog_.volumes().list(wanted)) {
    if (is_in_list(row.name, unwanted) || catalog_.retention().has_unfinished_job(row.id)) continue;
    const bool comes_back =
        !row.recycle_pool || row.recycle_pool == place_.pool || (scratch && row.recycle_pool == scratch->id);
    if (!comes_back) continue;
    if (place_.purges_oldest && !recycling.held_on(row.id).empty()) {
      held_volumes_.push_back(row.name);
      continue;
    }
    tell_(MessageType::info,
          fmt::format("{} oldest volume \"{}\"\n", place_.purges_oldest ? "Purging" : "Pruning", row.name));
    const auto outcome = place_.purges_oldest ? recycling.purge(row) : recycling.prune(row);
    if (outcome == Recycling::Outcome::held) held_volumes_.push_back(row.name);
    if (outcome != Recycling::Outcome::purged) continue;
    if (row.pool != place_.pool) return from_scratch(Changer::any, unwanted);
    recycling.recycle(row);
    tell_(MessageType::info, fmt::format("Recycled volume \"{}\"\n", row.name));
    return std::move(row);
  }
  return std::nullopt;
}

void VolumeChoice::explain_holds() {
  if (held_volumes_.empty()) return;
  std::string names;
  std::sort(held_volumes_.begin(), held_volumes_.end());
  held_volumes_.erase(std::unique(held_volumes_.begin(), held_volumes_.end()), held_volumes_.end());
  for (std::size_t i = 0; i < std::min(held_volumes_.size(), max_named_holds); ++i)
    names += fmt::format("{}\"{}\"", i > 0 ? ", " : "", held_volumes_[i]);
  if (held_volumes_.size() > max_named_holds)
    names += fmt::format(" and {} more", held_volumes_.size() - max_named_holds);
  const auto pool = catalog_.pools().find(place_.pool);
  const std::string text = fmt::format(
      "Pool \"{}\" has no volume to write on: {} {} expired, but {} what the newest restorable backups need "
      "(\"show "
      "holds\" lists them). Label another volume or raise MaximumVolumes of the pool; a newer Full backup of "
      "those "
      "clients elsewhere frees them, and AllowLosingLastFull = yes in the pool gives them up.\n",
      pool ? pool->name : "", held_volumes_.size() == 1 ? "Volume" : "Volumes", names,
      held_volumes_.size() == 1 ? "holds" : "hold");
  if (text == explained_) return;  // the Storage Daemon asks again and again while it waits
  explained_ = text;
  tell_(MessageType::mount, text);
}

bool VolumeChoice::is_current_expired(const VolumeRow& row) const {
  constexpr auto slack = std::chrono::seconds(60);
  return place_.recycles_current && (row.status == "Full" || row.status == "Used") &&
         age_reference() > row.last_written + std::chrono::seconds(row.retention) - slack;
}

VolumeAnswer VolumeChoice::check(std::string_view volume, VolumeUse use) {
  auto row = catalog_.volumes().find(volume);
  if (!row) return VolumeMissing{};
  const auto refused = [&](std::string_view reason) {
    return VolumeUnusable{row->status, std::string(reason)};
  };
  if (row->enabled != 1) return refused("is not Enabled");
  if (use == VolumeUse::read) return *row;
  if (row->pool != place_.pool) return refused("not in Pool");
  if (row->media_type != place_.media_type) return refused("not correct MediaType");
  if (expire(*row, now(), tell_)) {
    store_status(*row);
    return refused("volume has expired");
  }
  if (is_current_expired(*row) && row->recycle) {
    Recycling recycling = this->recycling();
    const bool is_purged = recycling.prune(*row) == Recycling::Outcome::purged;
    if (row->pool != place_.pool) return refused("not in Pool");  // it went to its RecyclePool
    if (is_purged) {
      recycling.recycle(*row);
      tell_(MessageType::info, fmt::format("Recycled current volume \"{}\"\n", row->name));
    }
  }
  if (row->status == "Append" || row->status == "Unlabeled") return *row;
  if (row->status != "Recycle" && row->status != "Purged")
    return refused("but should be Append, Purged or Recycle");
  if (!row->recycle) return refused("volume has recycling disabled");
  if (!may_be_reused(*row)) return refused("but holds jobs that are still needed");
  make_ready(*row);
  return *row;
}

}  // namespace holdfast::jobs
