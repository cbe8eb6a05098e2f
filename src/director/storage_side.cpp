// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/storage_side.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace holdfast::director {

using wire::storage::JobEnd;

namespace {
constexpr std::chrono::milliseconds goodbye_patience = std::chrono::seconds(5);
}

ConversationLimits ConversationLimits::bounded_by(std::chrono::milliseconds limit) const {
  if (limit.count() == 0) return *this;
  ConversationLimits bounded = *this;
  bounded.reply = std::min(reply, limit);
  bounded.silence = silence.count() == 0 ? limit : std::min(silence, limit);
  return bounded;
}

StorageSide::StorageSide(ActiveJob& job, const config::Storage& storage, CatalogService& service,
                         transport::Connected connected, const Clock& clock, const ConversationLimits& limits,
                         std::function<void()> on_loss)
    : job_(job),
      storage_(storage),
      limits_(limits),
      on_loss_(std::move(on_loss)),
      conversation_(fmt::format("Storage daemon \"{}\"", storage.name), std::move(connected.channel), service,
                    clock) {
  conversation_.set_timeout(limits.reply);
}

StorageSide::~StorageSide() { conversation_.interrupt(); }

/// What the daemon is told. Level Data is our own; to a storage it is like any reading of volumes.
JobLevel StorageSide::storage_level(Access access) const {
  if (job_.type == JobType::verify) return JobLevel::verify_volume;
  return access == Access::write ? job_.level : JobLevel::none;
}

wire::storage::JobReply StorageSide::start_job(Access access, const catalog::JobRow* made) {
  const JobPlan& plan = job_.plan;
  wire::StorageJobCommand command;
  command.job_id = job_.id;
  command.job = job_.name;
  command.job_name = plan.resource->name;
  if (plan.client != nullptr) command.client = plan.client->name;
  command.type = job_.type;
  command.level = storage_level(access);
  if (made != nullptr) {
    command.job_id = made->id;
    command.job = made->job;
    command.job_name = made->name;
    command.type = made->type;
    command.level = made->level;
  }
  if (plan.fileset != nullptr) command.file_set = plan.fileset->name;
  command.no_attributes = plan.pool.resource != nullptr && !plan.pool.resource->catalog_files;
  command.spool_attributes = plan.resource->spool_attributes || plan.spool_data;
  if (!plan.fileset_key.empty()) command.file_set_digest = plan.fileset_key;
  command.spool_data = plan.spool_data;
  command.prefer_mounted = plan.resource->prefer_mounted_volumes;
  command.spool_size = plan.resource->spool_size;
  command.quota = job_.quota_left;
  command.backup_format =
      plan.request.backup_format.empty() ? plan.resource->backup_format : plan.request.backup_format;
  for (const std::string& options : plan.resource->sd_plugin_options)
    conversation_.ask("plugin options", wire::encode(wire::StoragePluginOptions{options}),
                      wire::storage::ok_plugin_options);
  conversation_.send(wire::encode(command));
  const std::string reply = conversation_.reply("JobId");
  const auto accepted = wire::decode<wire::storage::JobReply>(reply);
  if (!accepted)
    throw Error(ErrorKind::refused, "Storage daemon rejected Job command: {}", printable(trim(reply)));
  return *accepted;
}

std::string StorageSide::secure_erase_command() {
  conversation_.send(wire::secure_erase_question);
  const std::string reply = conversation_.reply("getSecureEraseCmd");
  if (const auto answer = wire::decode<wire::storage::SecureEraseReply>(reply)) return answer->command;
  job_.log->add(MessageType::warning, fmt::format("Unexpected reply of the Storage daemon to "
                                                  "getSecureEraseCmd: {}\n",
                                                  printable(trim(reply))));
  return std::string(wire::no_secure_erase);
}

void StorageSide::reserve(Access access) {
  const auto& copy = job_.plan.copy;
  const bool is_source = copy && access == Access::read;
  const config::Storage& storage = is_source ? *copy->read_storage.resource : storage_;
  const config::Pool* pool = is_source ? copy->read_pool.resource : job_.plan.pool.resource;
  wire::UseStorage use;
  use.storage = storage.name;
  use.media_type = storage.media_type;
  if (pool != nullptr) use.pool = pool->name;
  use.append = access == Access::write;
  conversation_.send(wire::encode(use));
  for (const std::string& device : storage.devices) conversation_.send(wire::encode(wire::UseDevice{device}));
  conversation_.send(wire::Signal::end_of_data);
  conversation_.send(wire::Signal::end_of_data);
  const std::string reply = conversation_.reply("use storage");
  const auto accepted = wire::decode<wire::storage::UseDeviceReply>(reply);
  if (!accepted)
    throw Error(ErrorKind::refused, "Storage daemon could not reserve a device for Storage \"{}\": {}",
                storage.name, printable(trim(reply)));
  job_.log->add(MessageType::info, fmt::format("Using Device \"{}\" to {}.\n", accepted->device,
                                               access == Access::write ? "write" : "read"));
}

void StorageSide::send_bootstrap(std::string_view text) {
  conversation_.send(wire::bootstrap_command);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    conversation_.send(text.substr(0, end));
    text.remove_prefix(end);
  }
  conversation_.send(wire::Signal::end_of_data);
  conversation_.expect("bootstrap", wire::storage::ok_bootstrap);
}

void StorageSide::connect_to_client(const wire::PassiveClient& client) {
  conversation_.ask("passive client", wire::encode(client), wire::storage::ok_passive_client);
}

void StorageSide::replicate_to(const wire::Replicate& writer) {
  conversation_.ask("replicate", wire::encode(writer), wire::storage::ok_replicate);
}

void StorageSide::run() { serve_from_now_on(wire::run_command); }
void StorageSide::listen_for_storage() { serve_from_now_on(wire::listen_command); }

void StorageSide::serve_from_now_on(std::string_view command) {
  conversation_.send(command);
  conversation_.flush();
  conversation_.set_timeout(limits_.silence);
  thread_ = std::jthread([this] { serve(); });
}

void StorageSide::serve() {
  Outcome outcome;
  outcome.is_over = true;
  try {
    outcome.end = listen();
    if (!outcome.end) outcome.failure = "Director's comm line to SD dropped.";
  } catch (const Error& error) {
    outcome.failure = is_loss(error.kind())
                          ? fmt::format("Director's comm line to SD dropped: {}", error.message())
                          : error.message();
  } catch (const std::exception& error) {
    outcome.failure = error.what();
  }
  // A job that cannot end well must not wait for more data: the daemon is told by the lost connection.
  const bool is_lost = !outcome.end;
  if (is_lost) conversation_.interrupt();
  outcome_.with([&](Outcome& shared) { shared = std::move(outcome); });
  if (is_lost) on_loss_();
}

std::optional<JobEnd> StorageSide::listen() {
  while (true) {
    const auto heard = conversation_.hear();
    if (std::holds_alternative<Conversation::Ended>(heard)) return std::nullopt;
    const auto* reply = std::get_if<std::string>(&heard);
    if (reply == nullptr) continue;
    if (auto end = wire::decode<JobEnd>(*reply)) {
      hear_goodbye();
      return *end;
    }
    if (wire::decode<wire::storage::JobStart>(*reply)) continue;
    job_.log->add(MessageType::warning,
                  fmt::format("Unexpected Storage Job message: {}\n", printable(trim(*reply))));
  }
}

// The daemon closes behind its last word; hanging up first would look like a fault to it.
void StorageSide::hear_goodbye() noexcept {
  try {
    conversation_.set_timeout(goodbye_patience);
    while (!std::holds_alternative<Conversation::Ended>(conversation_.hear())) continue;
  } catch (const std::exception&) {
    // Everything was said.
  }
}

std::optional<JobEnd> StorageSide::wait_for_end(std::stop_token stop) {
  if (!thread_.joinable()) {  // it was not run: hanging up is all the daemon needs
    conversation_.terminate();
    return std::nullopt;
  }
  const auto is_over = [](const Outcome& outcome) { return outcome.is_over; };
  std::optional<JobEnd> end;
  std::string failure = "The Storage daemon did not end the job in time.";
  const auto take = [&](Outcome& outcome) {
    end = outcome.end;
    failure = outcome.failure;
  };
  if (!outcome_.wait(stop, is_over, take)) outcome_.wait_for({}, limits_.after_cancel, is_over, take);
  if (!end && !failure.empty() && !job_.is_cancelled()) job_.fail(failure + "\n");
  return end;
}

}  // namespace holdfast::director
