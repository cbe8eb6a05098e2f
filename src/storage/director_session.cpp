// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/director_session.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "crypto/job_key.h"
#include "wire/storage_to_director.h"

namespace holdfast::storage {
namespace {

using transport::Packet;
using wire::Signal;

// A bootstrap names ranges, not files: this is far beyond any that a Director makes.
constexpr std::size_t max_bootstrap = 64UL * 1024 * 1024;

// That a job may name.
constexpr std::size_t max_devices = 10'000;

}  // namespace

// First match wins, in the order of interop 03, section 2.
const DirectorSession::Command DirectorSession::commands[] = {
    {"autochanger", &DirectorSession::command_device},
    {"bootstrap", &DirectorSession::take_bootstrap},
    {"cancel", &DirectorSession::cancel},
    {"JobId=", &DirectorSession::start_job},
    {"label", &DirectorSession::command_device},
    {"listen", &DirectorSession::listen_for_storage},
    {"mount", &DirectorSession::command_device},
    {"passive", &DirectorSession::connect_to_client},
    {"pluginoptions", &DirectorSession::take_plugin_options},
    {"readlabel", &DirectorSession::command_device},
    {"relabel", &DirectorSession::command_device},
    {"release", &DirectorSession::command_device},
    {"resolve", &DirectorSession::resolve},
    {"replicate", &DirectorSession::replicate_to},
    {"run", &DirectorSession::run_job},
    {"getSecureEraseCmd", &DirectorSession::tell_secure_erase},
    {"setbandwidth=", &DirectorSession::set_bandwidth},
    {"setdebug=", &DirectorSession::set_debug},
    {"setdevice", &DirectorSession::set_device},
    {"stats", &DirectorSession::show_statistics},
    {"status", &DirectorSession::show_status},
    {".status", &DirectorSession::show_status_part},
    {"unmount", &DirectorSession::command_device},
    {"use storage=", &DirectorSession::use_storage},
};

DirectorSession::DirectorSession(const StorageContext& context, std::string director,
                                 transport::Channel& channel, std::stop_token stop)
    : context_(context),
      director_name_(std::move(director)),
      channel_(channel),
      stop_(stop),
      device_commands_(
          context,
          [this](std::string_view said) {
            channel_.send(said);
            channel_.flush();
          },
          stop) {
  channel_.set_timeout(patience());
}

DirectorSession::~DirectorSession() = default;

void DirectorSession::run() {
  while (true) {
    const auto received = channel_.receive();
    const auto* packet = std::get_if<Packet>(&received);
    if (packet == nullptr) break;
    // A copy, because handlers receive from the same channel.
    const std::string text(packet->text());
    if (serve(text) == Next::end) break;
  }
  try {
    if (channel_.is_dead()) return;
    channel_.send(Signal::terminate);
    channel_.send(Signal::end_of_data);
    channel_.send(Signal::terminate);
    channel_.close();
  } catch (const Error&) {
    // A Director may hang up as soon as it has the last reply.
  }
}

std::chrono::milliseconds DirectorSession::patience() const {
  return std::chrono::seconds(context_.configuration()->storage().absolute_job_timeout);
}

bool DirectorSession::is_monitor() const {
  const auto* director = context_.configuration()->find_director(director_name_);
  return director != nullptr && director->monitor;
}

DirectorSession::Next DirectorSession::reply(std::string_view text, Next next) {
  channel_.send(text);
  return next;
}

DirectorSession::Next DirectorSession::serve(std::string_view text) {
  const auto refuse = [&] {
    return reply(wire::encode(wire::storage::InvalidCommand{std::string(text)}), Next::end);
  };
  if (is_monitor() && !text.starts_with("status") && !text.starts_with(".status")) {
    channel_.send(wire::storage::refused_to_monitor);
    channel_.send(Signal::end_of_data);
    return refuse();
  }
  for (const auto& command : commands) {
    if (text.starts_with(command.prefix)) return (this->*command.handler)(text);
  }
  return refuse();
}

DirectorSession::Next DirectorSession::start_job(std::string_view text) {
  auto command = wire::decode<wire::StorageJobCommand>(text);
  if (!command || job_) {
    return reply(wire::encode(wire::storage::BadJob{.fields = -1, .command = std::string(trim(text))}),
                 Next::end);
  }
  auto session = command->rerunning ? command->session : context_.jobs.new_session();
  job_ = std::make_unique<StorageJob>(std::move(*command), session, crypto::make_job_key(),
                                      context_.clock.now());
  entry_ = std::make_unique<JobTable::Entry>(context_.jobs, *job_, context_.clock);
  director_ = std::make_unique<DirectorLine>(channel_, *job_, context_.stamp.program, context_.clock,
                                             suppressed_messages(), context_.local);
  return reply(wire::encode(wire::storage::JobReply{.session = session, .authorization = job_->key()}));
}

std::vector<MessageType> DirectorSession::suppressed_messages() const {
  std::vector<MessageType> suppressed;
  const auto configuration = context_.configuration();
  const auto* messages = configuration->storage().messages;
  if (messages == nullptr) return suppressed;
  for (int number = 1; number <= static_cast<int>(MessageType::audit); ++number) {
    bool is_routed = false;
    for (const auto& destination : messages->destinations) {
      is_routed = is_routed || (destination.kind == config::MessageDestination::Kind::director &&
                                destination.wants(static_cast<MessageType>(number)));
    }
    if (!is_routed) suppressed.push_back(static_cast<MessageType>(number));
  }
  return suppressed;
}

DirectorSession::Next DirectorSession::take_plugin_options(std::string_view text) {
  if (!wire::decode<wire::StoragePluginOptions>(text)) {
    return reply(wire::encode(wire::storage::BadPluginOptions{std::string(trim(text))}), Next::end);
  }
  return reply(wire::storage::ok_plugin_options);
}

DirectorSession::Next DirectorSession::tell_secure_erase(std::string_view) {
  const auto& command = context_.configuration()->storage().secure_erase_command;
  wire::storage::SecureEraseReply answer;
  if (!command.empty()) answer.command = command;
  return reply(wire::encode(answer));
}

DirectorSession::Next DirectorSession::take_bootstrap(std::string_view) {
  std::string text;
  while (true) {
    const auto received = channel_.receive();
    const auto* packet = std::get_if<Packet>(&received);
    if (packet == nullptr) break;
    text += packet->text();
    if (text.size() > max_bootstrap) throw Error(ErrorKind::invalid, "the bootstrap is too long");
  }
  auto parsed = format::parse_bootstrap(text);
  if (!parsed) {
    if (director_) {
      director_->message(MessageType::fatal, fmt::format("Bootstrap file error: line {}: {}\n",
                                                         parsed.error().line, parsed.error().message));
    }
    return reply(wire::storage::bad_bootstrap, Next::end);
  }
  bootstrap_ = std::move(*parsed);
  return reply(wire::storage::ok_bootstrap);
}

void DirectorSession::read_devices(volumes::ReservationRequest& request) {
  // Every list of devices ends with end of data, and so does the list of storages.
  while (true) {
    const auto received = channel_.receive();
    if (const auto* packet = std::get_if<Packet>(&received)) {
      if (const auto device = wire::decode<wire::UseDevice>(packet->text())) {
        if (request.devices.size() >= max_devices)
          throw Error(ErrorKind::invalid, "more than {} devices", max_devices);
        request.devices.push_back(device->device);
      } else if (!wire::decode<wire::UseStorage>(packet->text())) {
        throw Error(ErrorKind::invalid, "{}", trim(packet->text()));
      }
      continue;
    }
    const auto next = channel_.receive();
    if (!std::holds_alternative<Packet>(next)) return;
    const auto& packet = std::get<Packet>(next);
    if (!wire::decode<wire::UseStorage>(packet.text()))
      throw Error(ErrorKind::invalid, "{}", trim(packet.text()));
  }
}

DirectorSession::Next DirectorSession::use_storage(std::string_view text) {
  const auto use = wire::decode<wire::UseStorage>(text);
  const auto refuse = [&](std::string_view what) {
    return reply(wire::encode(wire::storage::BadUse{std::string(what)}), Next::end);
  };
  if (!use || !job_) return refuse(trim(text));
  volumes::ReservationRequest request{
      .job_id = job_->command().job_id,
      .job = job_->command().job,
      .use = use->append ? volumes::ReservationRequest::Use::append : volumes::ReservationRequest::Use::read,
      .media_type = use->media_type,
      .pool = use->pool,
      .pool_type = use->pool_type,
      .devices = {},
      .prefers_mounted_volumes = job_->command().prefer_mounted,
      .may_share_reading = context_.configuration()->storage().file_device_concurrent_read};
  try {
    read_devices(request);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid) throw;
    return refuse(error.message());
  }
  return use->append ? reserve_for_append(request) : reserve_for_read(request);
}

DirectorSession::Next DirectorSession::reserve_for_append(const volumes::ReservationRequest& request) {
  append_ = std::make_unique<AppendRun>(context_, *job_, *director_, request);
  part_devices();
  if (context_.configuration()->storage().just_in_time_reservation) {
    director_->message(MessageType::info, fmt::format("Using just in time reservation for job {}\n",
                                                      job_->command().job_id.value));
    return reply(
        wire::encode(wire::storage::UseDeviceReply{std::string(wire::storage::just_in_time_device)}));
  }
  try {
    if (!append_->reserve()) return refuse_devices(request);
  } catch (const volumes::DeviceDeadlock&) {
    // When it runs it can give way to the job that waits for the device it reads from.
    return reply(
        wire::encode(wire::storage::UseDeviceReply{std::string(wire::storage::just_in_time_device)}));
  }
  return reply(wire::encode(wire::storage::UseDeviceReply{append_->reservation().device().settings().name}));
}

DirectorSession::Next DirectorSession::refuse_devices(const volumes::ReservationRequest& request) {
  const auto last = request.devices.empty() ? std::string() : request.devices.back();
  director_->message(MessageType::fatal, fmt::format("Device reservation failed for JobId={}: {}\n",
                                                     job_->command().job_id.value, last));
  return reply(wire::encode(wire::storage::NoSuchDevice{last}), Next::end);
}

DirectorSession::Next DirectorSession::reserve_for_read(const volumes::ReservationRequest& request) {
  director_->set_pool(request.pool, request.media_type);
  read_pool_ = request.pool;
  // Of an order before this one: the job would wait for its own device.
  read_reservation_.reset();
  read_reservation_ =
      context_.devices.reserve(request, *director_, director_->while_reserving(), job_->stop_token());
  if (read_reservation_) {
    return reply(wire::encode(wire::storage::UseDeviceReply{read_reservation_->device().settings().name}));
  }
  return refuse_devices(request);
}

DirectorSession::Next DirectorSession::connect_to_client(std::string_view text) {
  const auto command = wire::decode<wire::PassiveClient>(text);
  const auto refuse = [&] {
    return reply(wire::encode(wire::storage::BadPassiveClient{std::string(trim(text))}), Next::end);
  };
  if (!command || !job_) return refuse();
  try {
    const auto configuration = context_.configuration();
    const auto& own = configuration->storage();
    transport::Introduction who{
        .conversation = transport::Conversation::job_from_storage,
        .name = own.name,
        .job = job_->command().job,
        .key = job_->key(),
        .policy = transport::tls_policy(own.tls.enable, own.tls.require),
        .first = command->ssl == 4 ? transport::FirstBytes::tls : transport::FirstBytes::cleartext,
        .tls = nullptr,
        .host = command->address,
        .times = {}};
    const transport::Reach reach{.port = command->port,
                                 .give_up_after = own.fd_connect_timeout,
                                 .heartbeat = own.heartbeat_interval,
                                 .source = {}};
    auto connected = context_.connect(who, reach, job_->stop_token());
    connected_client_ = fmt::format("Connected File Daemon at {}:{}, encryption: {}\n", command->address,
                                    command->port, connected.channel->stream().encryption());
    job_->deliver(std::move(connected.channel));
  } catch (const Error& error) {
    director_->message(MessageType::fatal,
                       fmt::format("Failed to connect to client daemon: {}\n",
                                   transport::with_address(command->address, command->port, error)));
    return refuse();
  }
  return reply(wire::storage::ok_passive_client);
}

}  // namespace holdfast::storage
