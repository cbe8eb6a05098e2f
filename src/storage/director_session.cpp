// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/director_session.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "crypto/job_key.h"
#include "storage/client_dialogue.h"
#include "storage/status_report.h"
#include "wire/storage_to_director.h"

namespace holdfast::storage {
namespace {

using transport::Packet;
using wire::Signal;

// A bootstrap names ranges, not files: this is far beyond any that a Director makes.
constexpr std::size_t max_bootstrap = 64UL * 1024 * 1024;

}  // namespace

// First match wins, in the order of interop 03, section 2.
const DirectorSession::Command DirectorSession::commands[] = {
    {"autochanger", &DirectorSession::command_device},
    {"bootstrap", &DirectorSession::take_bootstrap},
    {"cancel", &DirectorSession::cancel},
    {"JobId=", &DirectorSession::start_job},
    {"label", &DirectorSession::command_device},
    {"mount", &DirectorSession::command_device},
    {"passive", &DirectorSession::connect_to_client},
    {"pluginoptions", &DirectorSession::take_plugin_options},
    {"readlabel", &DirectorSession::command_device},
    {"relabel", &DirectorSession::command_device},
    {"release", &DirectorSession::command_device},
    {"resolve", &DirectorSession::resolve},
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
      device_commands_(context) {}

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
                                             suppressed_messages());
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
                                destination.wants(static_cast<config::MessageClass>(number)));
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
      .use = use->append ? volumes::ReservationRequest::Use::append : volumes::ReservationRequest::Use::read,
      .media_type = use->media_type,
      .pool = use->pool,
      .pool_type = use->pool_type,
      .devices = {}};
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
  if (context_.configuration()->storage().just_in_time_reservation) {
    director_->message(MessageType::info, fmt::format("Using just in time reservation for job {}\n",
                                                      job_->command().job_id.value));
    return reply(
        wire::encode(wire::storage::UseDeviceReply{std::string(wire::storage::just_in_time_device)}));
  }
  if (append_->reserve()) {
    return reply(
        wire::encode(wire::storage::UseDeviceReply{append_->reservation().device().settings().name}));
  }
  const auto last = request.devices.empty() ? std::string() : request.devices.back();
  director_->message(MessageType::fatal, fmt::format("Device reservation failed for JobId={}: {}\n",
                                                     job_->command().job_id.value, last));
  return reply(wire::encode(wire::storage::NoSuchDevice{last}), Next::end);
}

DirectorSession::Next DirectorSession::reserve_for_read(const volumes::ReservationRequest& request) {
  director_->set_pool(request.pool, request.media_type);
  read_reservation_ = context_.devices.reserve(
      request, *director_, [this] { director_->heartbeat(); }, job_->stop_token());
  if (read_reservation_) {
    return reply(wire::encode(wire::storage::UseDeviceReply{read_reservation_->device().settings().name}));
  }
  const auto last = request.devices.empty() ? std::string() : request.devices.back();
  director_->message(MessageType::fatal, fmt::format("Device reservation failed for JobId={}: {}\n",
                                                     job_->command().job_id.value, last));
  return reply(wire::encode(wire::storage::NoSuchDevice{last}), Next::end);
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
    const transport::Reach reach{
        .port = command->port, .give_up_after = own.fd_connect_timeout, .source = {}};
    auto connected = context_.connect(who, reach, job_->stop_token());
    connected_client_ = fmt::format("Connected File Daemon at {}:{}, encryption: {}\n", command->address,
                                    command->port, connected.channel->stream().encryption());
    job_->deliver(std::move(connected.channel));
  } catch (const Error& error) {
    director_->message(MessageType::fatal, fmt::format("Failed to connect to client daemon: {}:{}: {}\n",
                                                       command->address, command->port, error.message()));
    return refuse();
  }
  return reply(wire::storage::ok_passive_client);
}

DirectorSession::Next DirectorSession::run_job(std::string_view text) {
  if (!job_) return reply(wire::encode(wire::storage::InvalidCommand{std::string(text)}), Next::end);
  if (!append_ && !read_reservation_) {
    director_->message(MessageType::fatal, "No device was reserved for this job.\n");
    return Next::end;
  }
  const std::stop_callback shutdown(stop_, [this] { job_->cancel(); });
  director_->status(JobStatus::waiting_for_client);
  const auto limit = context_.configuration()->storage().client_connect_wait;
  const auto client = job_->await_data_channel(limit.count() == 0 ? std::chrono::seconds(1800) : limit);
  // Without a client there is no last word on the job; the Director takes that for a failure.
  if (!client) return Next::end;
  channel_.send(wire::encode(wire::storage::JobStart{job_->command().job}));
  director_->status(JobStatus::running);
  if (!connected_client_.empty()) director_->message(MessageType::info, connected_client_);
  director_->message(MessageType::info, version_text(context_) + "\n");
  serve_client(*client);
  end_job();
  return Next::end;
}

void DirectorSession::serve_client(transport::Channel& client) {
  try {
    const StorageJob::Interruptible interruptible(*job_, client);
    converse(client);
  } catch (const Error& error) {
    if (job_->is_cancelled()) {
      director_->message(MessageType::info, fmt::format("Job {} was cancelled.\n", job_->command().job));
    } else {
      director_->message(MessageType::fatal, error.message() + "\n");
    }
  }
  if (!append_) return;
  try {
    const auto status = job_->progress().status;
    append_->finish(is_stopped(status) ? status : JobStatus::terminated);
  } catch (const Error& error) {
    director_->message(MessageType::fatal, error.message() + "\n");
  }
}

void DirectorSession::converse(transport::Channel& client) {
  std::optional<volumes::ReadSession> reading;
  if (!append_) {
    if (!bootstrap_) throw Error(ErrorKind::invalid, "No Volume names found for restore");
    reading.emplace(read_reservation_->device(), *bootstrap_, job_->command().job, *director_, *director_,
                    context_.clock, job_->stop_token());
    job_->update([&](StorageJob::Progress& progress) {
      progress.device = read_reservation_->device().print_name();
      progress.volume = reading->first_volume();
    });
  }
  ClientDialogue dialogue(context_, *job_, *director_, client, append_.get(), reading ? &*reading : nullptr);
  dialogue.run();
  if (!dialogue.is_complete()) throw Error(ErrorKind::network, "The client ended its session too early.");
}

void DirectorSession::end_job() {
  job_->change_status(JobStatus::terminated);
  if (append_) director_->repeat_status();
  const auto totals = append_ ? append_->totals() : volumes::AppendTotals{};
  const auto progress = job_->progress();
  channel_.send(wire::encode(wire::storage::JobEnd{.job = job_->command().job,
                                                   .status = progress.status,
                                                   .files = totals.files,
                                                   .bytes = totals.bytes,
                                                   .errors = progress.errors}));
  channel_.send(Signal::end_of_data);
}

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
  return reply("2000 OK statistics\n", Next::end);
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
  channel_.send(device_commands_.serve(text));
  channel_.send(Signal::end_of_data);
  return Next::go_on;
}

}  // namespace holdfast::storage
