// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/jobs/naive_choice.h"

#include <fmt/core.h>

#include <algorithm>

namespace holdfast::testing_support {
namespace {

using catalog::Moment;
using catalog::PoolRow;
using catalog::VolumeRow;
using Job = NaiveCatalog::Job;

bool is_unfinished(const Job& job) {
  return job.row.status == JobStatus::created || job.row.status == JobStatus::running;
}
bool is_full(const VolumeRow& row) { return row.status == "Full" || row.status == "Used"; }

/// Oldest written first, never written last.
bool is_older(const VolumeRow& a, const VolumeRow& b) {
  const auto key = [](const VolumeRow& row) {
    return std::tuple(row.last_written == Moment{}, row.last_written, row.id);
  };
  return key(a) < key(b);
}
/// Last written first, never written last.
bool is_newer(const VolumeRow& a, const VolumeRow& b) {
  const auto key = [](const VolumeRow& row) {
    return std::tuple(row.last_written == Moment{}, -row.last_written.time_since_epoch().count(), row.id);
  };
  return key(a) < key(b);
}

class Choosing {
 public:
  Choosing(const NaiveCatalog& catalog, const NaivePlace& place, std::string unwanted)
      : all_(catalog), place_(place), unwanted_(std::move(unwanted)) {}

  NaiveChoice choose() {
    VolumeRow* row = search();
    while (row != nullptr && expires(*row)) row = search();
    return result(row);
  }

  NaiveChoice check(const std::string& name) {
    held_ = all_.held();
    VolumeRow* row = nullptr;
    for (VolumeRow& other : all_.volumes)
      if (other.name == name) row = &other;
    if (row == nullptr || row->enabled != 1 || row->pool != place_.pool ||
        row->media_type != place_.media_type || expires(*row))
      return result(nullptr);
    const Moment over = row->last_written + std::chrono::seconds(row->retention - 60);
    if (place_.recycles_current && is_full(*row) && row->recycle && place_.retention_now > over) {
      if (prune(*row) && row->pool == place_.pool) recycle(*row);
      if (row->pool != place_.pool) return result(nullptr);
    }
    if (row->status == "Append" || row->status == "Unlabeled") return result(row);
    return result(row->recycle && is_reusable(*row) ? made_ready(*row) : nullptr);
  }

 private:
  using Rows = std::vector<VolumeRow*>;

  NaiveChoice result(const VolumeRow* row) {
    return {row == nullptr ? "" : row->name, removed_, all_.volumes};
  }

  VolumeRow* search() {
    held_ = all_.held();
    for (const bool only_loaded : {true, false}) {
      if (only_loaded && !place_.is_autochanger) continue;
      loaded_ = only_loaded;
      for (const auto step :
           {&Choosing::appendable, &Choosing::reusable, &Choosing::pruned, &Choosing::from_scratch})
        if (VolumeRow* row = (this->*step)()) return row;
    }
    if (VolumeRow* row = created()) return row;
    return oldest();
  }

  /// The volumes of a pool that could be written on as far as place and type are concerned.
  Rows usable(PoolId pool, const char* status, bool (*is_before)(const VolumeRow&, const VolumeRow&)) {
    Rows rows;
    for (VolumeRow& row : all_.volumes)
      if (row.pool == pool && row.enabled == 1 && row.status == status && is_there(row)) rows.push_back(&row);
    std::sort(rows.begin(), rows.end(), [&](auto* a, auto* b) { return is_before(*a, *b); });
    return rows;
  }
  bool is_there(const VolumeRow& row) const {
    return row.media_type == place_.media_type &&
           (!loaded_ || (row.in_changer && row.storage == place_.storage));
  }

  VolumeRow* appendable() {
    for (const char* status : {"Append", "Unlabeled"}) {
      const Rows rows = usable(place_.pool, status, is_newer);
      if (!rows.empty() && rows.front()->name != unwanted_) return rows.front();
    }
    return nullptr;
  }

  VolumeRow* reusable() {
    for (const char* status : {"Recycle", "Purged"})
      for (VolumeRow* row : usable(place_.pool, status, is_older))
        if (row->recycle && row->name != unwanted_ && is_reusable(*row)) return made_ready(*row);
    return nullptr;
  }

  VolumeRow* pruned() {
    if (!place_.prunes) return nullptr;
    Rows visited;
    for (VolumeRow& row : all_.volumes) {
      const bool comes_here = row.recycle_pool && (row.recycle_pool == place_.pool ||
                                                   row.recycle_pool == pool(place_.pool)->scratch_pool);
      if ((row.pool == place_.pool || comes_here) && row.enabled < 2 && is_full(row) && is_there(row) &&
          row.name != unwanted_)
        visited.push_back(&row);
    }
    std::sort(visited.begin(), visited.end(), [](auto* a, auto* b) { return is_older(*a, *b); });
    for (VolumeRow* row : visited)
      if (prune(*row) && row->enabled == 1 && row->recycle && row->pool == place_.pool) return reusable();
    return nullptr;
  }

  VolumeRow* from_scratch() {
    const PoolRow* scratch = scratch_pool();
    if (scratch == nullptr) return nullptr;
    for (const char* status : {"Append", "Recycle", "Purged"})
      for (VolumeRow* row : usable(scratch->id, status, is_older)) {
        if (row->name == unwanted_ || (row->status != "Append" && !is_reusable(*row))) continue;
        if (!has_room(place_.pool)) return nullptr;
        const PoolId own = row->recycle_pool;
        take_defaults(*row, *pool(place_.pool));
        row->pool = place_.pool;
        row->recycle_pool = own;
        return row->status == "Append" ? row : made_ready(*row);
      }
    return nullptr;
  }

  VolumeRow* created() {
    const PoolRow& here = *pool(place_.pool);
    if (here.label_format.empty() || here.label_format == "*" || !has_room(here.id)) return nullptr;
    VolumeRow row;
    for (const VolumeRow& other : all_.volumes) row.id = std::max(row.id, other.id);
    row.id = MediaId(row.id.value + 1);
    row.name = fmt::format("{}{:04}", here.label_format, row.id.value);
    row.media_type = place_.media_type;
    row.storage = place_.storage;
    row.status = "Unlabeled";
    take_defaults(row, here);
    row.pool = here.id;
    all_.volumes.push_back(row);
    return &all_.volumes.back();
  }

  /// Of those that are full and would be written on here again; what is needed or in use stays.
  VolumeRow* oldest() {
    if (!place_.purges_oldest && !place_.recycles_oldest) return nullptr;
    loaded_ = false;
    Rows rows;
    for (VolumeRow& row : all_.volumes)
      if (row.pool == place_.pool && row.enabled == 1 && row.recycle && is_full(row) && is_there(row) &&
          row.name != unwanted_ && comes_back(row))
        rows.push_back(&row);
    std::sort(rows.begin(), rows.end(), [](auto* a, auto* b) { return is_older(*a, *b); });
    for (VolumeRow* row : rows) {
      const auto jobs = jobs_on(*row);
      if (std::any_of(jobs.begin(), jobs.end(), [](const Job* job) { return is_unfinished(*job); })) continue;
      if (place_.purges_oldest && is_held(*row)) continue;
      if (place_.purges_oldest) remove_jobs(*row);
      if (!(place_.purges_oldest ? mark_purged(*row) : prune(*row))) continue;
      return row->pool == place_.pool ? (recycle(*row), row) : from_scratch();
    }
    return nullptr;
  }

  bool comes_back(const VolumeRow& row) const {
    const PoolRow* scratch = scratch_pool();
    return !row.recycle_pool || row.recycle_pool == place_.pool ||
           (scratch != nullptr && row.recycle_pool == scratch->id);
  }

  bool expires(VolumeRow& row) {
    if (row.status != "Append" || row.jobs == 0) return false;
    const auto age = row.first_written == Moment{} ? std::chrono::seconds(0) : place_.now - row.first_written;
    if (row.max_bytes > 0 && row.bytes >= row.max_bytes)
      row.status = "Full";
    else if ((row.max_jobs > 0 && row.jobs >= row.max_jobs) ||
             (row.max_files > 0 && row.files >= row.max_files) ||
             (row.use_duration > 0 && age.count() >= row.use_duration))
      row.status = "Used";
    return row.status != "Append";
  }

  std::vector<const Job*> jobs_on(const VolumeRow& row) const {
    std::vector<const Job*> found;
    for (const Job& job : all_.jobs)
      if (job.volumes.contains(row.id) && !removed_.contains(job.row.id)) found.push_back(&job);
    return found;
  }
  bool is_held(const VolumeRow& row) const {
    for (const Job* job : jobs_on(row))
      if (held_.contains(job->row.id)) return true;
    return false;
  }
  bool is_reusable(const VolumeRow& row) {
    if (row.status != "Recycle" && row.status != "Purged") return false;
    const auto jobs = jobs_on(row);
    for (const Job* job : jobs)
      if (is_unfinished(*job)) return false;
    return row.status == "Purged" ? jobs.empty() : !is_held(row);
  }
  VolumeRow* made_ready(VolumeRow& row) {
    if (row.status == "Purged")
      recycle(row);
    else
      remove_jobs(row);
    return &row;
  }
  void remove_jobs(const VolumeRow& row) {
    for (const Job* job : jobs_on(row)) removed_.insert(job->row.id);
  }

  /// Whether nothing is left on it.
  bool prune(VolumeRow& row) {
    const std::int64_t limit =
        (place_.retention_now - std::chrono::seconds(row.retention)).time_since_epoch().count();
    for (const Job* job : jobs_on(row))
      if (!is_unfinished(*job) && job->row.job_tdate < limit && !held_.contains(job->row.id))
        removed_.insert(job->row.id);
    return mark_purged(row);
  }
  bool mark_purged(VolumeRow& row) {
    const bool was_written = row.first_written != Moment{} || row.last_written != Moment{};
    if (!was_written || !jobs_on(row).empty()) return false;
    row.status = "Purged";
    if (row.recycle_pool && row.recycle_pool != row.pool && has_room(row.recycle_pool))
      row.pool = row.recycle_pool;
    return true;
  }
  static void recycle(VolumeRow& row) {
    row.status = "Recycle";
    row.first_written = row.last_written = Moment{};
    row.jobs = 0;
  }

  const PoolRow* scratch_pool() const {
    for (const PoolRow& row : all_.pools)
      if (row.id != place_.pool &&
          (pool(place_.pool)->scratch_pool ? row.id == pool(place_.pool)->scratch_pool
                                           : row.name == "Scratch"))
        return &row;
    return nullptr;
  }
  const PoolRow* pool(PoolId id) const {
    for (const PoolRow& row : all_.pools)
      if (row.id == id) return &row;
    return nullptr;
  }
  bool has_room(PoolId id) const {
    const auto count = std::count_if(all_.volumes.begin(), all_.volumes.end(),
                                     [&](const VolumeRow& row) { return row.pool == id; });
    const std::uint32_t most = pool(id)->max_volumes;
    return most == 0 || static_cast<std::uint32_t>(count) < most;
  }
  static void take_defaults(VolumeRow& row, const PoolRow& pool) {
    row.recycle = pool.recycle;
    row.retention = pool.volume_retention;
    row.use_duration = pool.volume_use_duration;
    row.max_jobs = pool.max_volume_jobs;
    row.recycle_pool = pool.recycle_pool;
  }

  NaiveCatalog all_;
  const NaivePlace& place_;
  const std::string unwanted_;
  std::set<JobId> held_, removed_;
  bool loaded_ = false;  ///< only what is in the changer counts
};

}  // namespace

NaiveChoice choose_naively(const NaiveCatalog& catalog, const NaivePlace& place,
                           const std::string& unwanted) {
  return Choosing(catalog, place, unwanted).choose();
}

NaiveChoice check_naively(const NaiveCatalog& catalog, const NaivePlace& place, const std::string& name) {
  return Choosing(catalog, place, "").check(name);
}

}  // namespace holdfast::testing_support
