// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/statistics.h"

#include <iterator>

#include "wire/storage_statistics.h"

namespace holdfast::storage {
namespace {

constexpr std::size_t most_lines = 100'000;

wire::DeviceStatistics sample_of(volumes::StorageDevice& device, std::int64_t now) {
  const auto state = device.state();
  wire::DeviceStatistics sample;
  sample.time = now;
  sample.device = device.settings().name;
  sample.read_bytes = state.work.bytes_read;
  sample.written_bytes = state.work.bytes_written;
  sample.spool_size = device.spool_space().bytes();
  sample.waiting = static_cast<std::int32_t>(state.waiting);
  sample.writers = static_cast<std::int32_t>(state.writers);
  sample.read_time = state.work.reading.count();
  sample.write_time = state.work.writing.count();
  if (!state.is_appending) return sample;
  sample.media_id = state.media_id;
  sample.volume_bytes = state.bytes;
  sample.volume_files = state.files;
  sample.volume_blocks = state.blocks;
  return sample;
}

/// Copies of one Device (Count) go by its resource.
bool is_collected(const config::StorageConfiguration& configuration, const std::string& device) {
  const auto* resource = configuration.find_device(device);
  return resource == nullptr || resource->collect_statistics;
}

}  // namespace

void Statistics::keep(std::string line) {
  lines_.with([&](auto& lines) {
    lines.push_back(std::move(line));
    if (lines.size() > most_lines) lines.pop_front();
  });
}

void Statistics::sample(volumes::StorageDevice& device, std::int64_t now) {
  keep(encode(sample_of(device, now)));
  const auto alerts = device.shared_state().with(
      [](volumes::DeviceState& state) { return std::exchange(state.tape_alerts, 0); });
  if (alerts != 0)
    keep(encode(wire::TapeAlertStatistics{.time = now, .device = device.settings().name, .alerts = alerts}));
}

void Statistics::sample(const config::StorageConfiguration& configuration) {
  const auto now = unix_seconds(clock_.now());
  const auto& own = configuration.storage();
  if (own.collect_device_statistics) {
    for (const auto& device : devices_.devices())
      if (is_collected(configuration, device->settings().name)) sample(*device, now);
  }
  if (!own.collect_job_statistics) return;
  jobs_.for_each([&](const StorageJob& job) {
    const auto progress = job.progress();
    if (progress.device_name.empty()) return;
    keep(encode(wire::JobStatistics{.time = now,
                                    .job_id = job.command().job_id,
                                    .files = progress.files,
                                    .bytes = progress.bytes,
                                    .device = progress.device_name}));
  });
}

std::vector<std::string> Statistics::take() {
  return lines_.with([](auto& lines) {
    std::vector<std::string> taken(std::make_move_iterator(lines.begin()),
                                   std::make_move_iterator(lines.end()));
    lines.clear();
    return taken;
  });
}

}  // namespace holdfast::storage
