// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/client_side.h"

#include "base/error.h"
#include "base/text.h"
#include "director/accurate.h"
#include "transport/peer.h"

namespace holdfast::director {

namespace reply = wire::client;

ClientSide::ClientSide(const JobPlan& plan, Requests& requests, transport::Connected connected,
                       const Clock& clock, const ConversationLimits& limits)
    : plan_(plan),
      limits_(limits),
      first_(connected.first),
      conversation_(fmt::format("Client \"{}\"", plan.client->name), std::move(connected.channel), requests,
                    clock) {
  conversation_.set_timeout(limits.reply);
}

// After a cleartext Hello the daemons talk to each other after a cleartext Hello too, under their own policy.
std::uint32_t ClientSide::ssl_for(const config::TlsSettings& tls) const {
  if (first_ == transport::FirstBytes::cleartext)
    return static_cast<std::uint32_t>(transport::tls_policy(tls.enable, tls.require));
  return tls.enable ? wire::immediate_tls : 0;
}

std::string ClientSide::start_job(JobId id, const std::string& name, VolumeSession session,
                                  const std::string& key) {
  wire::ClientJobCommand command;
  command.job_id = id;
  command.job = name;
  command.session = session;
  command.authorization = key.empty() ? std::string(wire::no_authorization) : key;
  const bool has_storage =
      plan_.storage.resource != nullptr && command.authorization != wire::no_authorization;
  if (first_ != transport::FirstBytes::cleartext)
    command.ssl = has_storage                               ? ssl_for(plan_.storage.resource->tls)
                  : plan_.resource->type == JobType::verify ? wire::no_storage_of_verify
                                                            : 0;
  conversation_.send(wire::encode(command));
  const std::string text = conversation_.reply("JobId");
  const auto accepted = wire::decode<reply::JobReply>(text);
  if (!accepted)
    throw Error(ErrorKind::refused, "File daemon rejected Job command: {}", printable(trim(text)));
  return std::string(trim(accepted->system));
}

void ClientSide::send_level(JobLevel level) {
  wire::LevelCommand command;
  switch (level) {
    case JobLevel::incremental: command.level = wire::ClientLevel::incremental; break;
    case JobLevel::differential: command.level = wire::ClientLevel::differential; break;
    case JobLevel::base: command.level = wire::ClientLevel::base; break;
    default: command.level = wire::ClientLevel::full; break;
  }
  command.accurate = wants_accurate_list(plan_, level);
  conversation_.send(wire::encode(command));
  if (level == JobLevel::incremental || level == JobLevel::differential) {
    wire::SinceCommand since;
    since.since = plan_.since.time_since_epoch().count();
    since.previous_job = plan_.previous_job;
    conversation_.send(wire::encode(since));
  }
  conversation_.expect("level", reply::ok_level);
}

void ClientSide::begin_accurate_list(std::uint64_t estimated_files) {
  conversation_.send(wire::encode(wire::AccurateCommand{estimated_files}));
}

void ClientSide::send_accurate_file(const wire::AccurateFile& file) {
  conversation_.send(wire::encode(file));
}

void ClientSide::end_accurate_list() { conversation_.send(wire::Signal::end_of_data); }

std::optional<std::string> ClientSide::send_fileset(const config::FileSet& fileset,
                                                    const FileSetCommands& commands, Zstd zstd) {
  wire::FileSetCommand command;
  if (fileset.enable_vss) command.vss = 1;
  conversation_.send(wire::encode(command));
  const bool may_compress = plan_.storage.resource == nullptr || plan_.storage.resource->allow_compression;
  const auto compression =
      may_compress ? config::ClientCompression::allowed : config::ClientCompression::refused;
  auto lines = fileset_lines(fileset, compression, commands);
  std::optional<std::string> replaced;
  if (zstd == Zstd::unknown || !conversation_.stream().speaks_extensions()) replaced = replace_zstd(lines);
  for (const std::string& line : lines) conversation_.send(line);
  conversation_.send(wire::Signal::end_of_data);
  conversation_.expect("fileset", reply::ok_file_set);
  return replaced;
}

void ClientSide::send_plugin_options() {
  for (const std::string& options : plan_.resource->fd_plugin_options)
    conversation_.ask("pluginoptions", wire::encode(wire::PluginOptionsCommand{options}),
                      reply::ok_plugin_options);
  if (!plan_.request.plugin_options.empty())
    conversation_.ask("pluginoptions", wire::encode(wire::PluginOptionsCommand{plan_.request.plugin_options}),
                      reply::ok_plugin_options);
}

std::string ClientSide::secure_erase_command() {
  conversation_.send(wire::secure_erase_question);
  const std::string text = conversation_.reply("getSecureEraseCmd");
  const auto answer = wire::decode<reply::SecureEraseReply>(text);
  return answer ? answer->command : std::string(wire::no_secure_erase);
}

void ClientSide::limit_bandwidth(const std::string& job) {
  const auto of_job = plan_.resource->maximum_bandwidth;
  const auto limit = of_job > 0 ? of_job : plan_.client->maximum_bandwidth_per_job;
  if (limit == 0) return;
  const wire::BandwidthCommand command{static_cast<std::int64_t>(limit), job};
  conversation_.ask("setbandwidth", wire::encode(command), wire::bandwidth_set);
}

ClientSide::ScriptsBefore ClientSide::send_scripts() {
  bool has_before = false;
  for (const config::RunScript& script : plan_.resource->run_scripts) {
    if (!script.runs_on_client()) continue;
    if (script.target != "%c" && (plan_.client == nullptr || script.target != plan_.client->name)) continue;
    const auto when = static_cast<std::uint32_t>(script.when);
    has_before = has_before || (when & ~static_cast<std::uint32_t>(wire::ScriptTime::after)) != 0;
    wire::RunScriptCommand command;
    command.on_success = script.on_success;
    command.on_failure = script.on_failure;
    command.abort_on_error = script.fail_job_on_error;
    command.when = when;
    command.command = script.command;
    conversation_.ask("RunScript", wire::encode(command), reply::ok_run_script);
  }
  if (!has_before) return ScriptsBefore::done;
  conversation_.send(wire::run_before_now);
  const std::string answer = conversation_.reply("RunBeforeNow");
  if (answer == reply::failed_run_script) return ScriptsBefore::failed;
  if (answer != reply::ok_run_before)
    throw Error(ErrorKind::refused, "{}", bad_response("RunBeforeNow", reply::ok_run_before, answer));
  return ScriptsBefore::done;
}

void ClientSide::send_restore_objects(const std::vector<catalog::RestoreObjectRow>& objects) {
  if (objects.empty()) return;
  for (const auto& object : objects) {
    wire::RestoreObjectCommand command;
    command.job_id = object.job;
    command.length = static_cast<std::uint32_t>(object.object.size());
    command.full_length = object.full_length;
    command.object_index = object.index;
    command.object_type = object.type;
    command.compression = object.compression;
    command.file_index = static_cast<std::int32_t>(object.file_index);
    command.plugin = object.plugin;
    conversation_.send(wire::encode(command));
    conversation_.send(object.name);
    conversation_.send(object.object);
  }
  conversation_.ask("RestoreObject", wire::restore_object_end, reply::ok_restore_object);
}

void ClientSide::send_storage(const config::Storage& storage, const std::string& key, WithKey with_key) {
  const bool on_lan = plan_.resource->type != JobType::verify && !storage.lan_address.empty() &&
                      !plan_.client->lan_address.empty();
  wire::StorageCommand command;
  command.address = on_lan ? storage.lan_address : storage.address;
  command.port = static_cast<std::uint16_t>(storage.port);
  command.ssl = ssl_for(storage.tls);
  if (with_key == WithKey::yes) command.authorization = key;
  conversation_.ask("Storage", wire::encode(command), reply::ok_storage);
}

void ClientSide::send_authorization(const std::string& key) {
  conversation_.ask("setauthorization", wire::encode(wire::AuthorizationCommand{key}),
                    reply::ok_authorization);
}

wire::PassiveClient ClientSide::passive_client() const {
  const config::Client& client = *plan_.client;
  return {client.address, static_cast<std::uint16_t>(client.port), ssl_for(client.tls)};
}

void ClientSide::start_backup() {
  conversation_.ask("backup", wire::encode(wire::BackupCommand{}), reply::ok_backup);
  conversation_.set_timeout(limits_.silence);
}

void ClientSide::needs_extensions(std::string_view action) {
  if (!conversation_.stream().speaks_extensions())
    throw Error(ErrorKind::unsupported,
                "Client \"{}\" cannot {}: that needs a File Daemon of Holdfast, connected over TLS",
                plan_.client->name, action);
}

void ClientSide::ask_for_restore_in_place() {
  needs_extensions("restore in place");
  conversation_.ask("restoreoptions", wire::restore_in_place, reply::ok_restore_options);
}

void ClientSide::ask_for_deletion(std::uint32_t files) {
  needs_extensions("delete what is not in the backup");
  conversation_.ask("restoreoptions", wire::encode(wire::DeleteLeftoversCommand{files}),
                    reply::ok_restore_options);
}

void ClientSide::start_restore(const wire::RestoreCommand& command) {
  conversation_.set_timeout(limits_.reply);
  conversation_.ask("restore", wire::encode(command), reply::ok_restore);
  conversation_.set_timeout(limits_.silence);
}

void ClientSide::finish_storage() { conversation_.expect("restore", reply::ok_storage_end); }

void ClientSide::end_restore() { conversation_.send(wire::end_restore); }

void ClientSide::start_verify(JobLevel level) {
  conversation_.ask("Verify", wire::encode(wire::VerifyCommand{level}), reply::ok_verify);
  conversation_.set_timeout(limits_.silence);
}

void ClientSide::hear_verified(const std::function<void(std::string_view)>& take) {
  constexpr std::string_view bad_level = "2994";
  while (true) {
    const auto heard = conversation_.hear();
    if (std::holds_alternative<Conversation::EndOfData>(heard)) return;
    const auto* packet = std::get_if<std::string>(&heard);
    if (packet == nullptr)
      throw Error(ErrorKind::network, "Client \"{}\" ended the conversation before all files were verified",
                  plan_.client->name);
    if (packet->starts_with(bad_level))
      throw Error(ErrorKind::unsupported,
                  "Client \"{}\" cannot verify at this level: {} Level Data needs a File Daemon of Holdfast.",
                  plan_.client->name, printable(trim(*packet)));
    take(*packet);
  }
}

std::optional<reply::JobEnd> ClientSide::wait_for_end(JobLog& log) {
  std::optional<reply::JobEnd> end;
  try {
    while (true) {
      const auto heard = conversation_.hear();
      const auto* text = std::get_if<std::string>(&heard);
      if (text == nullptr) break;
      const auto decoded = wire::decode<reply::JobEnd>(*text);
      if (decoded && !end)
        end = *decoded;
      else
        log.add(MessageType::warning,
                fmt::format("Unexpected Client Job message: {}\n", printable(trim(*text))));
    }
  } catch (const Error&) {
    // A client that is lost after its last word has nothing more to say.
    if (!end) throw;
  }
  conversation_.terminate();
  return end;
}

void ClientSide::estimate(bool listing, const std::function<void(std::string_view)>& tell) {
  conversation_.send(wire::encode(wire::EstimateCommand{listing}));
  while (true) {
    const auto heard = conversation_.hear();
    const auto* text = std::get_if<std::string>(&heard);
    if (text == nullptr) return;
    tell(*text);
  }
}

}  // namespace holdfast::director
