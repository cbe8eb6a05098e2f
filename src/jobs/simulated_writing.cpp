// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/simulated_writing.h"

#include <algorithm>

#include "jobs/selection.h"
#include "jobs/write_place.h"

namespace holdfast::jobs {
namespace {

constexpr std::uint64_t block_size = 64512;

Writer writer_of(const config::DirectorConfiguration& configuration, const FutureJob& job) {
  return {.configuration = configuration,
          .resource = *job.resource,
          .client = job.client,
          .pool = job.pool,
          .storage = job.storage,
          .catalog_resource = choose_catalog(configuration, job.pool, *job.resource, job.client).resource,
          .id = job.row.id,
          .unique_name = job.row.job,
          .type = job.row.type,
          .level = job.row.level,
          .pool_row = job.row.pool};
}

/// How much of it fits behind what the volume has.
std::uint64_t room_on(const catalog::VolumeRow& volume, std::uint64_t before, std::uint64_t bytes) {
  if (volume.max_bytes == 0) return bytes;
  return std::min(bytes, volume.max_bytes - std::min(before, volume.max_bytes));
}

}  // namespace

bool SimulatedWriting::write(FutureJob& job, Moment now) {
  VolumeChoice choice(catalog_, clock_, write_place(writer_of(configuration_, job), catalog_, counters_, now),
                      tell_);
  std::uint64_t left = job.estimate.bytes;
  std::uint32_t file = 0;
  do {
    const auto volume = choice.find_next(1, "");
    if (!volume) return false;
    const std::uint64_t part = write_on(choice, *volume, job, left, now);
    if (part == 0 && left > 0) return false;
    left -= part;
    catalog::JobMediaRow piece;
    piece.job = job.writes_for();
    piece.volume = volume->id;
    piece.first_index = piece.last_index = ++file;
    catalog_.volumes().add_piece(piece);
    job.result.volumes.push_back(volume->name);
  } while (left > 0);
  return true;
}

// A volume that is to be labelled anew begins empty.
std::uint64_t SimulatedWriting::write_on(VolumeChoice& choice, const catalog::VolumeRow& volume,
                                         const FutureJob& job, std::uint64_t bytes, Moment now) {
  const bool is_fresh = volume.status != "Append";
  const std::uint64_t before = is_fresh ? 0 : volume.bytes;
  const std::uint64_t part = room_on(volume, before, bytes);
  const bool is_first = is_fresh || volume.first_written == Moment{};
  VolumeReport report;
  report.volume = volume.name;
  report.jobs = (is_fresh ? 0 : volume.jobs) + 1;
  report.files = (is_fresh ? 0 : volume.files) + 1;
  report.blocks = volume.blocks + part / block_size + 1;
  report.bytes = before + part;
  report.mounts = volume.mounts + 1;
  report.writes = volume.writes + 1;
  report.first_written = is_first ? job.row.started : volume.first_written;
  report.ended = now;
  report.status = "Append";  // update() knows the limits
  report.slot = volume.slot;
  report.in_changer = volume.in_changer;
  report.is_relabelled = is_fresh;
  const auto row = choice.update(report, job.row.started);
  if (row) used_.insert(row->name);
  if (row && row->status != "Append")
    tell_(MessageType::info, fmt::format("Volume {} is {}.", row->name, row->status));
  return part;
}

std::vector<SimulatedVolume> SimulatedWriting::volumes() {
  std::vector<SimulatedVolume> found;
  for (const std::string& name : used_) {
    const auto row = catalog_.volumes().find(name);
    if (!row) continue;
    SimulatedVolume volume{row->name, "", row->status, row->bytes};
    if (const auto pool = catalog_.pools().find(row->pool)) volume.pool = pool->name;
    if (row->last_written != Moment{})
      volume.expires = row->last_written + std::chrono::seconds(row->retention);
    found.push_back(std::move(volume));
  }
  std::sort(found.begin(), found.end(), [](const SimulatedVolume& a, const SimulatedVolume& b) {
    return std::pair(a.pool, a.name) < std::pair(b.pool, b.name);
  });
  return found;
}

}  // namespace holdfast::jobs
