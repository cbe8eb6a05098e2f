// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/storage/storage_world.h"

#include "base/error.h"

namespace holdfast::testing_support {

StorageWorld::StorageWorld(unsigned max_concurrent_jobs, const Adjust& adjust) {
  configuration = std::make_shared<config::StorageConfiguration>();
  auto& own = configuration->storages.emplace_back();
  own.name = "lab-sd";
  own.working_directory = "/tmp";
  configuration->directors.emplace_back().name = "lab-dir";
  volumes::DeviceSettings settings{.name = "FileStorage",
                                   .archive = "/srv/demo/vols",
                                   .media_type = "File",
                                   .labels_media = true,
                                   .max_concurrent_jobs = max_concurrent_jobs};
  if (adjust) adjust(settings);
  devices.add(
      std::make_unique<volumes::StorageDevice>(settings, std::make_unique<FaultyDrive>(shelf, faults)));
  context = std::make_unique<storage::StorageContext>(storage::StorageContext{
      .configuration = [this] { return configuration; },
      .devices = devices,
      .jobs = jobs,
      .clock = clock,
      .stamp = {.program = "lab-sd", .host = "vm", .build = "Build 2026-08-03 08:44:09"},
      .started = clock.now(),
      .system = "Debian GNU/Linux 12 (bookworm)",
      .connect = [](const auto&, const auto&, std::stop_token) -> transport::Connected {
        throw Error(ErrorKind::network, "no network in this world");
      },
      .resolve = [](const std::string&) { return std::vector<std::string>{}; }});
}

void StorageWorld::add_device(const std::string& name, const std::string& media_type, const Adjust& adjust) {
  volumes::DeviceSettings settings{
      .name = name, .archive = "/srv/demo/vols", .media_type = media_type, .labels_media = true};
  if (adjust) adjust(settings);
  devices.add(
      std::make_unique<volumes::StorageDevice>(settings, std::make_unique<FaultyDrive>(shelf, other_faults)));
}

void StorageWorld::skip_sessions_before(std::uint32_t id) {
  while (jobs.new_session().id + 1 < id) {
  }
}

void StorageWorld::serve_director(std::unique_ptr<transport::Channel> channel) {
  storage::DirectorSession(*context, "lab-dir", *channel, {}).run();
}

void StorageWorld::bring_client(const std::string& job, std::unique_ptr<transport::Channel> channel,
                                std::stop_token stop) {
  const auto deliver = [&](storage::StorageJob& found) { found.deliver(std::move(channel)); };
  while (!stop.stop_requested() && !jobs.with_job(job, deliver)) std::this_thread::yield();
}

}  // namespace holdfast::testing_support
