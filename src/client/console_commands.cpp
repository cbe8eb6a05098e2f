// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/error.h"
#include "base/text.h"
#include "client/commands.h"
#include "client/session_plugins.h"
#include "client/status_report.h"
#include "os/socket_address.h"
#include "wire/client_to_director.h"
#include "wire/director_to_client.h"

namespace holdfast::client {

namespace {

StatusFacts facts_of(const Session& session) {
  StatusFacts facts;
  facts.name = session.self().name;
  facts.system = session.daemon.system;
  facts.started = session.daemon.started;
  facts.now = session.daemon.clock.now();
  facts.has_warnings = session.daemon.configuration_has_warnings;
  facts.debug_level = session.daemon.tunable.debug_level;
  facts.trace = session.daemon.tunable.trace;
  facts.secure_erase_command = session.self().secure_erase_command;
  facts.plugins = plugins::described(plugin_settings(session.self()));
  facts.bandwidth = session.daemon.tunable.bandwidth;
  return facts;
}

/// Status texts carry a NUL that is counted.
void send_texts(Session& session, const std::vector<std::string>& lines) {
  for (std::string line : lines) {
    line += '\0';
    session.reply(line);
  }
}

void send_lines(Session& session, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) session.reply(line);
}

void send_end(Session& session) { session.channel.send(wire::Signal::end_of_data); }

/// What ".status <word>" sends.
struct StatusPart {
  std::string_view word;
  void (*send)(Session& session);
};

constexpr std::array status_parts{
    StatusPart{"current",
               [](Session& session) {
                 session.reply(wire::client::ok_status);
                 send_lines(session, current_jobs(session.daemon.jobs));
               }},
    StatusPart{"last",
               [](Session& session) {
                 session.reply(wire::client::ok_status);
                 send_lines(session, last_job(session.daemon.jobs));
               }},
    StatusPart{
        "header",
        [](Session& session) { send_texts(session, header_part(facts_of(session), session.daemon.jobs)); }},
    StatusPart{
        "running",
        [](Session& session) { send_texts(session, running_part(facts_of(session), session.daemon.jobs)); }},
    StatusPart{"terminated",
               [](Session& session) { send_texts(session, terminated_part(session.daemon.jobs)); }},
};

void set_if_given(std::atomic<int>& setting, std::int32_t value) {
  if (value >= 0) setting = value;
}

std::string addresses_text(const std::string& host) {
  std::string text;
  for (const os::SocketAddress& address : os::resolve(host, 0)) {
    const bool is_ipv6 = address.family() == os::Family::ipv6;
    text += fmt::format("host[{};{}] ", is_ipv6 ? "ipv6" : "ipv4", address.host());
  }
  return text;
}

}  // namespace

Next status_command(Session& session, std::string_view) {
  const auto lines = status_report(facts_of(session), session.daemon.jobs);
  session.reply(lines.front());
  send_texts(session, {lines.begin() + 1, lines.end()});
  send_end(session);
  return Next::go_on;
}

Next dot_status_command(Session& session, std::string_view command) {
  const auto asked = wire::decode<wire::DotStatusCommand>(command);
  for (const StatusPart& part : status_parts) {
    if (!asked || !equal_ignoring_case(part.word, asked->what)) continue;
    part.send(session);
    send_end(session);
    return Next::go_on;
  }
  session.log.message(MessageType::error, fmt::format("Bad .status command: {}", printable(trim(command))));
  session.reply(wire::client::bad_status);
  send_end(session);
  return Next::end;
}

Next cancel_command(Session& session, std::string_view command) {
  const auto cancel = wire::decode<wire::CancelCommand>(command);
  if (!cancel) {
    session.reply(wire::client::bad_cancel);
  } else if (const auto record = session.daemon.jobs.find(cancel->job)) {
    record->set_status(JobStatus::cancelled);
    record->stop.request_stop();
    session.reply(wire::encode(wire::client::Cancelled{cancel->job}));
  } else {
    session.reply(wire::encode(wire::client::JobNotFound{cancel->job}));
  }
  send_end(session);
  return Next::go_on;
}

Next debug_command(Session& session, std::string_view command) {
  const auto debug = wire::decode<wire::ClientDebugCommand>(command);
  if (!debug) {
    session.reply(wire::encode(wire::client::BadDebug{std::string(trim(command))}));
    return Next::go_on;
  }
  Tunable& tunable = session.daemon.tunable;
  set_if_given(tunable.debug_level, debug->level);
  set_if_given(tunable.trace, debug->trace);
  if (debug->timestamp) set_if_given(tunable.timestamp, *debug->timestamp);
  wire::client::DebugReply reply;
  reply.level = tunable.debug_level;
  reply.trace = tunable.trace;
  reply.hangup = debug->hangup;
  if (debug->timestamp) reply.timestamp = tunable.timestamp;
  reply.trace_file = fmt::format("{}/{}.trace", session.self().working_directory, session.self().name);
  session.reply(wire::encode(reply));
  return Next::go_on;
}

Next bandwidth_command(Session& session, std::string_view command) {
  const auto limit = wire::decode<wire::BandwidthCommand>(command);
  if (!limit || limit->bytes_per_second < 0) {
    session.reply(wire::encode(wire::client::BadBandwidth{std::string(trim(command))}));
    return Next::go_on;
  }
  if (limit->job.empty()) {
    session.daemon.tunable.bandwidth = limit->bytes_per_second;
  } else if (const auto record = session.daemon.jobs.find(limit->job)) {
    record->bandwidth = limit->bytes_per_second;
  } else {
    session.reply(wire::encode(wire::client::JobNotFound{limit->job}));
  }
  session.reply(wire::bandwidth_set);
  return Next::go_on;
}

Next resolve_command(Session& session, std::string_view command) {
  const auto asked = wire::decode<wire::ResolveCommand>(command);
  const std::string host = asked ? asked->host : std::string();
  const std::string& self = session.self().name;
  try {
    session.reply(wire::encode(wire::ResolveReply{self, host, addresses_text(host)}));
  } catch (const Error&) {
    session.reply(wire::encode(wire::ResolveFailed{self + ":", host}));
  }
  send_end(session);
  return Next::go_on;
}

}  // namespace holdfast::client
