// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/session.h"

#include "base/error.h"

namespace holdfast::client {

namespace {
/// The Director resource's list, if any, else the daemon's.
const std::vector<std::string>& allowed_script_folders(const config::FileDaemonDirector& director,
                                                       const config::FileDaemon& self) {
  return director.allowed_script_dir.empty() ? self.allowed_script_dir : director.allowed_script_dir;
}
}  // namespace

Session::Session(const Surroundings& surroundings, const config::FileDaemonConfiguration& loaded,
                 const config::FileDaemonDirector& asking, transport::Channel& connection)
    : daemon(surroundings),
      configuration(loaded),
      director(asking),
      channel(connection),
      record(std::make_shared<JobRecord>(asking.name, surroundings.clock.now())),
      log(connection, *record, loaded.client().name, loaded.client().messages, surroundings.clock,
          surroundings.local),
      scripts(allowed_script_folders(asking, loaded.client())) {}

std::optional<std::string_view> Session::next_of_list() {
  const auto received = channel.receive();
  if (const auto* packet = std::get_if<transport::Packet>(&received)) return packet->text();
  if (std::holds_alternative<transport::Closed>(received))
    throw Error(ErrorKind::network, "Director {} hung up in the middle of a list", director.name);
  return std::nullopt;
}

JobCodes Session::codes() const {
  JobCodes codes;
  codes.id = id;
  codes.job = job;
  codes.client = configuration.client().name;
  codes.director = director.name;
  codes.level = level;
  codes.type = type();
  codes.status = record->status;
  codes.files = totals.files;
  codes.bytes = totals.bytes;
  if (since) codes.since = unix_seconds(*since);
  return codes;
}

Bandwidth Session::bandwidth() const {
  if (record->bandwidth <= 0) {
    const std::int64_t common = daemon.tunable.bandwidth;
    const auto configured = director.maximum_bandwidth_per_job > 0 ? director.maximum_bandwidth_per_job
                                                                   : self().maximum_bandwidth_per_job;
    record->bandwidth = common > 0 ? common : static_cast<std::int64_t>(configured);
  }
  return {record->bandwidth, stop(),
          self().allow_bandwidth_bursting ? Bandwidth::Unused::kept : Bandwidth::Unused::lost};
}

JobType Session::type() const {
  return record->identity.read([](const JobRecord::Identity& identity) { return identity.type; });
}

void Session::set_type(JobType type) {
  record->identity.with([type](JobRecord::Identity& identity) { identity.type = type; });
}

}  // namespace holdfast::client
