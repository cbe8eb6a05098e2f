// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/statistics.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/wait.h"
#include "catalog/statistics_catalog.h"
#include "wire/storage_statistics.h"

namespace holdfast::director {
namespace {

/// How soon one that was switched on by a reload is noticed.
constexpr std::chrono::seconds look_again{60};
/// Of one answer; a daemon that was not asked for a week keeps fewer.
constexpr std::size_t most_lines = 100'000;
/// In one transaction, so that jobs do not wait for it.
constexpr std::size_t samples_at_once = 2'000;

catalog::Moment moment_of(std::int64_t unix_seconds) {
  return std::chrono::floor<std::chrono::seconds>(from_unix_seconds(unix_seconds));
}

/// Adds what a line of the answer tells. What is none of these is left out: newer daemons may tell more.
void add(std::string_view line, catalog::Samples& samples) {
  if (const auto said = wire::decode<wire::DeviceStatistics>(line))
    samples.devices.push_back({moment_of(said->time), said->device, said->read_bytes, said->written_bytes,
                               said->read_time, said->write_time, said->spool_size, said->waiting,
                               said->writers, said->media_id, said->volume_bytes, said->volume_files,
                               said->volume_blocks});
  else if (const auto job = wire::decode<wire::JobStatistics>(line))
    samples.jobs.push_back({moment_of(job->time), job->device, job->job_id, job->files, job->bytes});
  else if (const auto alert = wire::decode<wire::TapeAlertStatistics>(line))
    samples.tapes.push_back({moment_of(alert->time), alert->device, alert->alerts});
}

/// The lines of the answer, to its end; the first `most_lines` of them.
std::vector<std::string> lines_of(transport::Channel& channel) {
  std::vector<std::string> lines;
  channel.send(wire::statistics_command);
  channel.flush();
  while (lines.size() < most_lines) {
    const transport::Received received = channel.receive();
    const auto* packet = std::get_if<transport::Packet>(&received);
    if (packet != nullptr && packet->text() == wire::statistics_end) break;
    if (packet != nullptr) {
      lines.emplace_back(packet->text());
      continue;
    }
    const auto* signal = std::get_if<wire::Signal>(&received);
    if (signal == nullptr || *signal != wire::Signal::heartbeat) return lines;
    channel.send(wire::Signal::heartbeat_response);
  }
  channel.send(wire::Signal::terminate);
  channel.close();
  return lines;
}

}  // namespace

StatisticsCollector::StatisticsCollector(Surroundings surroundings) : surroundings_(std::move(surroundings)) {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    const auto interval = [this] {
      return std::chrono::seconds(surroundings_.configuration()->director().statistics_collect_interval);
    };
    for (auto pause = interval(); pause_for(pause > pause.zero() ? pause : look_again, stop);
         pause = interval())
      if (pause > pause.zero()) collect(stop);
  });
}

void StatisticsCollector::collect(std::stop_token stop) {
  const auto configuration = surroundings_.configuration();
  if (configuration->catalogs.empty()) return;
  for (const config::Storage& storage : configuration->storages) {
    if (!storage.collect_statistics || !storage.enabled || stop.stop_requested()) continue;
    try {
      ask(storage, configuration->catalogs.front(), stop);
      failed_.erase(storage.name);
    } catch (const Error& error) {
      if (!stop.stop_requested() && failed_.insert(storage.name).second)
        surroundings_.warn(
            fmt::format("The statistics of Storage \"{}\" could not be collected; it is tried again and "
                        "not told again: {}\n",
                        storage.name, error.message()));
    }
  }
}

void StatisticsCollector::ask(const config::Storage& storage, const config::Catalog& catalog,
                              std::stop_token stop) {
  auto connected = surroundings_.connect(storage, stop);
  const std::stop_callback wake(stop, [&] { connected.channel->interrupt(); });
  const auto lines = lines_of(*connected.channel);
  if (lines.empty()) return;
  surroundings_.catalogs.use(catalog, [&](catalog::Catalog& session) {
    const StorageId id = session.storages().put_storage(storage.name, storage.is_autochanger);
    for (std::size_t i = 0; i < lines.size();) {
      catalog::Samples samples;
      for (; i < lines.size() && samples.size() < samples_at_once; ++i) add(lines[i], samples);
      session.statistics().add(id, samples);
    }
  });
}

}  // namespace holdfast::director
