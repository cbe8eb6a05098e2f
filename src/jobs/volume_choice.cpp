// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/volume_choice.h"

#include "base/error.h"
#include "base/text.h"

namespace holdfast::jobs {
namespace {

using catalog::Moment;
using catalog::PoolRow;
using catalog::VolumeFilter;
using catalog::VolumeRow;

constexpr int max_rounds = 200;
constexpr int max_name_tries = 99;

bool is_in_list(std::string_view name, std::string_view list) {
  if (list.empty()) return false;
  for (const std::string_view entry : split(list, ','))
    if (entry == name) return true;
  return false;
}

/// One of the limits after which a volume takes no more jobs.
struct Limit {
  std::uint64_t value;
  std::uint64_t limit;
  std::string_view name;
  std::string_view unit;
  std::string_view becomes;
};

}  // namespace

std::optional<VolumeRow> VolumeChoice::find_next(std::uint32_t index, std::string_view unwanted) {
  for (int round = 0; round < max_rounds; ++round) {
    auto found = candidate(index, unwanted);
    if (!found) return create_volume();
    if (!expire(*found)) return found;
    catalog_.volumes().update(*found);
  }
  return std::nullopt;
}

std::optional<VolumeRow> VolumeChoice::candidate(std::uint32_t index, std::string_view unwanted) {
  VolumeFilter filter;
  filter.pool = place_.pool;
  filter.media_type = place_.media_type;
  filter.enabled = std::int16_t{1};
  filter.order = VolumeFilter::Order::most_recently_written_first;
  filter.limit = std::max<std::uint32_t>(index, 1);
  for (const bool is_in_changer : {true, false}) {
    if (is_in_changer && !place_.is_autochanger) continue;
    filter.in_changer_of = is_in_changer ? std::optional(place_.storage) : std::nullopt;
    for (const char* status : {"Append", "Unlabeled"}) {
      filter.statuses = {status};
      const auto rows = catalog_.volumes().list(filter);
      if (rows.size() < filter.limit) continue;
      for (const VolumeRow& row : rows)
        if (!is_in_list(row.name, unwanted)) return row;
    }
  }
  return std::nullopt;
}

std::optional<VolumeRow> VolumeChoice::create_volume() {
  const auto pool = catalog_.pools().find(place_.pool);
  if (!pool || pool->label_format.empty() || pool->label_format.front() == '*') return std::nullopt;
  if (pool->max_volumes > 0 && pool->volumes >= pool->max_volumes) {
    tell_(MessageType::info,
          fmt::format("Maximum Volumes exceeded for Pool {}: {} of {}. No volume was created.\n", pool->name,
                      pool->volumes, pool->max_volumes));
    return std::nullopt;
  }
  VolumeRow row;
  row.name = free_name(*pool);
  if (row.name.empty()) return std::nullopt;
  row.pool = pool->id;
  row.storage = place_.storage;
  row.media_type = place_.media_type;
  row.status = "Unlabeled";
  row.label_type = pool->label_type;
  row.recycle = pool->recycle;
  row.action_on_purge = pool->action_on_purge;
  row.retention = pool->volume_retention;
  row.use_duration = pool->volume_use_duration;
  row.max_jobs = pool->max_volume_jobs;
  row.max_files = pool->max_volume_files;
  row.max_bytes = pool->max_volume_bytes;
  row.min_block_size = pool->min_block_size;
  row.max_block_size = pool->max_block_size;
  row.recycle_pool = pool->recycle_pool;
  row.scratch_pool = pool->scratch_pool;
  row.id = catalog_.volumes().create(row);
  tell_(MessageType::info, fmt::format("Created new Volume \"{}\" in catalog.\n", row.name));
  return row;
}

// An empty name: no volume can be named, and the log says why.
std::string VolumeChoice::free_name(const PoolRow& pool) {
  std::uint64_t number = catalog_.volumes().highest_id().value + 1;
  LabelVariables variables = place_.label;
  variables.pool_volumes = pool.volumes;
  const bool is_simple = is_simple_label_format(pool.label_format);
  for (int tries = 0; tries < max_name_tries; ++tries, ++number) {
    std::string name = is_simple ? fmt::format("{}{:04}", pool.label_format, number)
                                 : expand_label_format(pool.label_format, variables);
    if (!is_legal_volume_name(name)) {
      tell_(MessageType::error, fmt::format("Illegal character in Volume name \"{}\"\n", printable(name)));
      return "";
    }
    if (!catalog_.volumes().find(name)) return name;
    tell_(MessageType::warning,
          fmt::format("Wanted to create Volume \"{}\", but it already exists. Trying again.\n", name));
    if (!is_simple && expand_label_format(pool.label_format, variables) == name) break;
  }
  tell_(MessageType::error, "Too many failures. Giving up creating Volume name.\n");
  return "";
}

// Changes only the row in hand; true where it is no longer appendable.
bool VolumeChoice::expire(VolumeRow& row) {
  if (row.status != "Append" || row.jobs == 0) return false;
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now());
  const std::uint64_t age =
      row.first_written == Moment{}
          ? 0
          : static_cast<std::uint64_t>(std::max<std::int64_t>((now - row.first_written).count(), 0));
  const Limit limits[] = {
      {row.bytes, row.max_bytes, "Max Volume bytes", "", "Full"},
      {row.jobs, row.max_jobs, "Max Volume jobs", "", "Used"},
      {row.files, row.max_files, "Max Volume files", "", "Used"},
      {age, static_cast<std::uint64_t>(row.use_duration), "Max configured use duration", " sec.", "Used"},
  };
  for (const Limit& limit : limits) {
    if (limit.limit == 0 || limit.value < limit.limit) continue;
    tell_(MessageType::info, fmt::format("{}={}{} exceeded. Marking Volume \"{}\" as {}.\n", limit.name,
                                         with_thousands(limit.limit), limit.unit, row.name, limit.becomes));
    row.status = limit.becomes;
    return true;
  }
  return false;
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
  if (expire(*row)) {
    catalog_.volumes().update(*row);
    return refused("volume has expired");
  }
  if (row->status != "Append" && row->status != "Unlabeled" && row->status != "Recycle")
    return refused("but should be Append, Purged or Recycle");
  if (row->status == "Recycle" && !row->recycle) return refused("volume has recycling disabled");
  return *row;
}

std::optional<VolumeRow> VolumeChoice::update(const VolumeReport& report, Moment job_start) {
  auto row = catalog_.volumes().find(report.volume);
  if (!row) return std::nullopt;
  if (row->first_written == Moment{})
    row->first_written = report.first_written == Moment{} ? job_start : report.first_written;
  const bool is_label = report.is_relabelled || row->labelled == Moment{};
  if (is_label) row->labelled = job_start;
  if (row->blocks != report.blocks && report.ended != Moment{}) row->last_written = report.ended;
  if (report.writes > row->writes) row->storage = place_.storage;
  const auto keep_growing = [&](std::string_view what, std::uint64_t known, std::uint64_t reported) {
    if (is_label || reported >= known) return reported;
    tell_(MessageType::error, fmt::format("Ignoring Volume {} at {} being set to {} for Volume \"{}\".\n",
                                          what, known, reported, report.volume));
    return known;
  };
  row->files = keep_growing("Files", row->files, report.files);
  row->blocks = keep_growing("Blocks", row->blocks, report.blocks);
  row->bytes = keep_growing("Bytes", row->bytes, report.bytes);
  row->jobs = report.jobs;
  row->mounts = report.mounts;
  row->errors = report.errors;
  row->writes = report.writes;
  row->status = report.status;
  row->slot = report.slot;
  row->in_changer = report.in_changer;
  row->read_time = report.read_time;
  row->write_time = report.write_time;
  expire(*row);
  catalog_.volumes().update(*row);
  return row;
}

}  // namespace holdfast::jobs
