// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "storage/director_session.h"
#include "storage/status_report.h"
#include "wire/storage_statistics.h"
#include "wire/storage_to_director.h"

// The commands that a console sends through its Director (interop 03, sections 12 and 13).

namespace holdfast::storage {

using wire::Signal;

DirectorSession::Next DirectorSession::cancel(std::string_view text) {
  const auto command = wire::decode<wire::CancelCommand>(text);
  std::string answer{wire::storage_bad_cancel};
  if (command) {
    auto name = command->job;
    if (const auto id = parse_number<std::uint32_t>(name)) {
      context_.jobs.for_each([&](const StorageJob& job) {
        if (job.command().job_id.value == *id) name = job.command().job;
      });
    }
    answer = wire::encode(wire::StorageJobNotFound{command->job});
    context_.jobs.with_job(name, [&](StorageJob& job) {
      job.cancel();
      answer = wire::encode(
          wire::StorageCancelled{.job_id = job.command().job_id.value, .job = job.command().job});
    });
  }
  channel_.send(answer);
  channel_.send(Signal::end_of_data);
  return Next::go_on;
}

DirectorSession::Next DirectorSession::set_debug(std::string_view text) {
  const auto command = wire::decode<wire::StorageDebugCommand>(text);
  if (!command || command->level < 0)
    return reply(fmt::format("3991 Bad setdebug command: {}\n", trim(text)));
  wire::StorageDebugReply answer{.level = command->level, .trace = {}, .timestamp = {}, .trace_file = {}};
  if (command->timestamp) {
    answer.trace = command->trace;
    answer.timestamp = command->timestamp;
  }
  answer.trace_file = fmt::format("{}/{}.trace", context_.configuration()->storage().working_directory,
                                  context_.stamp.program);
  return reply(wire::encode(answer));
}

DirectorSession::Next DirectorSession::set_bandwidth(std::string_view text) {
  const auto command = wire::decode<wire::BandwidthCommand>(text);
  if (!command) return reply(fmt::format("2991 Bad setbandwidth command: {}\n", trim(text)));
  if (!command->job.empty() && !context_.jobs.with_job(command->job, [](StorageJob&) {})) {
    channel_.send(fmt::format("2901 Job {} not found.\n", command->job));
  }
  return reply(wire::bandwidth_set);
}

DirectorSession::Next DirectorSession::set_device(std::string_view text) {
  const auto command = wire::decode<wire::SetDeviceCommand>(text);
  if (!command || context_.devices.find(command->device) == nullptr) {
    return reply(fmt::format("3991 Bad setdevice command: Device not found: {}\n",
                             command ? command->device : std::string(trim(text))),
                 Next::end);
  }
  for (auto* device : context_.devices.named(command->device)) {
    device->shared_state().with(
        [&](volumes::DeviceState& state) { state.auto_select = command->auto_select; });
  }
  return reply(
      wire::encode(wire::SetDeviceReply{.device = command->device, .auto_select = command->auto_select}));
}

DirectorSession::Next DirectorSession::resolve(std::string_view text) {
  const auto command = wire::decode<wire::ResolveCommand>(text);
  const auto host = command ? command->host : std::string();
  std::string addresses;
  for (const auto& address : context_.resolve(host)) {
    const auto family = address.find(':') == std::string::npos ? "ipv4" : "ipv6";
    addresses += fmt::format("host[{};{}] ", family, address);
  }
  channel_.send(addresses.empty()
                    ? fmt::format("{}: Failed to resolve {}\n", context_.stamp.program, host)
                    : fmt::format("{} resolves {} to {}\n", context_.stamp.program, host, addresses));
  channel_.send(Signal::end_of_data);
  return Next::go_on;
}

DirectorSession::Next DirectorSession::show_statistics(std::string_view) {
  if (context_.statistics != nullptr)
    for (const auto& line : context_.statistics->take()) channel_.send(line);
  return reply(wire::statistics_end, Next::end);
}

DirectorSession::Next DirectorSession::show_status(std::string_view text) {
  const auto command = wire::decode<wire::StorageStatusCommand>(text);
  std::vector<std::string> devices;
  if (command && !command->devices.empty()) {
    for (const auto name : split(command->devices, ',')) devices.emplace_back(name);
  }
  channel_.send("\n");
  for (const auto& paragraph : StatusReport(context_, devices).whole()) {
    channel_.send(std::string_view(paragraph.c_str(), paragraph.size() + 1));
  }
  channel_.send(Signal::end_of_data);
  return Next::go_on;
}

DirectorSession::Next DirectorSession::show_status_part(std::string_view text) {
  const auto word = trim(text.substr(std::string_view(".status").size()));
  const StatusReport report(context_, {});
  const bool is_current = equal_ignoring_case(word, "current");
  if (is_current || equal_ignoring_case(word, "last")) {
    channel_.send(wire::storage::ok_status);
    for (const auto& line : is_current ? report.current() : report.last()) channel_.send(line);
  } else if (const auto part = report.part(word)) {
    for (const auto& line : *part) channel_.send(std::string_view(line.c_str(), line.size() + 1));
  } else {
    channel_.send(fmt::format("3900 Unknown arg in .status command: {}\n", trim(text)));
    channel_.send(Signal::end_of_data);
    return Next::end;
  }
  channel_.send(Signal::end_of_data);
  return Next::go_on;
}

DirectorSession::Next DirectorSession::command_device(std::string_view text) {
  device_commands_.serve(text);
  channel_.send(Signal::end_of_data);
  return Next::go_on;
}

}  // namespace holdfast::storage
