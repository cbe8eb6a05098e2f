// SPDX-License-Identifier: AGPL-3.0-or-later
// A Storage Daemon with a device in memory whose Director, and behind peer_end its client, say what the input says.
#include <fmt/core.h>

#include "base/error.h"
#include "said_stream.h"
#include "storage/director_session.h"
#include "testing/base/manual_clock.h"
#include "testing/device/memory_device.h"
#include "transport/channel.h"

using namespace holdfast;

namespace {

constexpr std::uint32_t session_time = 1795384262;

/// The client is there as soon as the job is.
void connect_client(const storage::JobTable& jobs, Bytes said) {
  jobs.for_each([&](storage::StorageJob& job) {
    job.deliver(
        std::make_unique<transport::Channel>(std::make_unique<fuzz::SaidStream>(fuzz::framed_packets(said))));
  });
}

/// What the daemon says before it waits for a device (a heartbeat) or an operator.
bool announces_wait(std::string_view said) {
  static constexpr std::string_view heartbeat = "\xFF\xFF\xFF\xFA";
  const auto changes_to = [said](JobStatus status) {
    return said.find(fmt::format(" JobStatus={}\n", static_cast<int>(status))) != said.npos;
  };
  return said.find(heartbeat) != said.npos || changes_to(JobStatus::waiting_for_media) ||
         changes_to(JobStatus::waiting_for_mount);
}

/// Nobody comes to help.
void end_what_waits(const storage::JobTable& jobs, std::string_view said) {
  if (announces_wait(said)) jobs.for_each([](storage::StorageJob& job) { job.cancel(); });
}

std::shared_ptr<config::StorageConfiguration> make_configuration() {
  auto configuration = std::make_shared<config::StorageConfiguration>();
  auto& own = configuration->storages.emplace_back();
  own.name = "fuzz-sd";
  own.working_directory = "/no/such/folder";
  own.client_connect_wait = std::chrono::seconds(1);
  configuration->directors.emplace_back().name = "fuzz-dir";
  return configuration;
}

std::unique_ptr<volumes::StorageDevice> make_device() {
  return std::make_unique<volumes::StorageDevice>(volumes::DeviceSettings{.name = "FileStorage",
                                                                          .archive = "/srv/demo/vols",
                                                                          .media_type = "File",
                                                                          .labels_media = true,
                                                                          .max_concurrent_jobs = 1},
                                                  std::make_unique<testing_support::MemoryDrive>());
}

void serve(Bytes director, Bytes client) {
  static const auto configuration = make_configuration();
  testing_support::ManualClock clock;
  volumes::DevicePool devices;
  devices.add(make_device());
  storage::JobTable jobs(session_time);
  const storage::StorageContext context{
      .configuration = [] { return configuration; },
      .devices = devices,
      .jobs = jobs,
      .clock = clock,
      .stamp = {.program = "fuzz-sd", .host = "vm", .build = "Build 2026-08-03 08:44:09"},
      .started = clock.now(),
      .system = "Debian GNU/Linux 12 (bookworm)",
      .connect = [](const auto&, const auto&, std::stop_token) -> transport::Connected {
        throw Error(ErrorKind::network, "nobody listens there");
      },
      .resolve = [](const std::string&) { return std::vector<std::string>{}; }};
  auto stream = std::make_unique<fuzz::SaidStream>(fuzz::framed_packets(director));
  stream->before_read = [&] { connect_client(jobs, client); };
  stream->heard = [&](std::string_view said) { end_what_waits(jobs, said); };
  transport::Channel channel(std::move(stream));
  storage::DirectorSession(context, "fuzz-dir", channel, {}).run();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes input(reinterpret_cast<const std::byte*>(data), size);
  const Bytes director = fuzz::take_until(input, fuzz::peer_end);
  try {
    serve(director, input);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::internal) std::abort();
  }
  return 0;
}
