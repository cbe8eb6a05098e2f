// SPDX-License-Identifier: AGPL-3.0-or-later
// .defaults and .authorized: what interfaces ask before they offer something.
#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"

namespace holdfast::director::console::handle {
namespace {

constexpr const char* no_resource = "*None*";

/// One default: a line `key=value`, and a member of the JSON object.
class Defaults {
 public:
  explicit Defaults(Command& command) : command_(command), object_(command.out.object("defaults")) {}

  void text(std::string_view key, std::string_view value) {
    command_.out.text(fmt::format("{}={}\n", key, value));
    command_.out.value(key, value);
  }
  void number(std::string_view key, std::uint64_t value) {
    command_.out.text(fmt::format("{}={}\n", key, value));
    command_.out.value(key, Json::number(static_cast<std::int64_t>(value)));
  }
  void flag(std::string_view key, bool value) { number(key, value ? 1 : 0); }
  /// Durations and sizes are text in JSON too.
  template <typename Number>
  void amount(std::string_view key, Number value) {
    text(key, fmt::format("{}", value));
  }
  template <typename Resource>
  void name(std::string_view key, const Resource* resource) {
    text(key, resource ? std::string_view(resource->name) : no_resource);
  }

 private:
  Command& command_;
  Output::Scope object_;
};

const config::Storage* first_storage(const config::Job& job) {
  if (!job.storages.empty()) return job.storages.front();
  return job.pool && !job.pool->storages.empty() ? job.pool->storages.front() : nullptr;
}

void job_defaults(Command& command, const config::Job& job) {
  Defaults give(command);
  give.text("job", job.name);
  give.name("pool", job.pool);
  give.name("messages", job.messages);
  give.name("client", job.client);
  give.name("storage", first_storage(job));
  give.text("where", job.where);
  if (job.type == JobType::restore) give.text("replace", to_lower(config::to_string(job.replace)));
  give.text("level", config::to_string(job.level));
  give.text("type", config::to_string(job.type));
  give.name("fileset", job.file_set);
  give.flag("enabled", command.services.is_enabled(Toggled::job, job.name));
  give.name("catalog", catalog_of(command, job));
}

void client_defaults(Command& command, const config::Client& client) {
  Defaults give(command);
  give.text("client", client.name);
  give.text("address", client.address);
  give.number("port", client.port);
  give.amount("file_retention", client.file_retention.count());
  give.amount("job_retention", client.job_retention.count());
  give.flag("autoprune", client.auto_prune);
  give.flag("enabled", command.services.is_enabled(Toggled::client, client.name));
  give.name("catalog", catalog_of(command, client));
}

void storage_defaults(Command& command, const config::Storage& storage) {
  Defaults give(command);
  give.text("storage", storage.name);
  give.text("address", storage.address);
  give.number("port", storage.port);
  give.flag("enabled", command.services.is_enabled(Toggled::storage, storage.name));
  give.text("media_type", storage.media_type);
  std::string devices;
  for (const auto& device : storage.devices) devices += (devices.empty() ? "" : ",") + device;
  give.text("device", devices);
}

void pool_defaults(Command& command, const config::Pool& pool) {
  Defaults give(command);
  give.text("pool", pool.name);
  give.text("pool_type", config::to_string(pool.pool_type));
  give.text("label_format", pool.label_format);
  give.flag("purge_oldest_volume=", pool.purge_oldest_volume);  // The peer's key ends so.
  give.flag("recycle_oldest_volume", pool.recycle_oldest_volume);
  give.number("max_volumes", pool.maximum_volumes);
  give.amount("vol_retention", pool.volume_retention.count());
  give.amount("vol_use_duration", pool.volume_use_duration.count());
  give.number("max_vol_jobs", pool.maximum_volume_jobs);
  give.number("max_vol_files", pool.maximum_volume_files);
  give.amount("max_vol_bytes", pool.maximum_volume_bytes);
  give.flag("auto_prune", pool.auto_prune);
  give.flag("recycle", pool.recycle);
  give.amount("file_retention", pool.file_retention.count());
  give.amount("job_retention", pool.job_retention.count());
}

/// Opens the empty object that stands for what is unknown or forbidden.
template <typename Resource>
Outcome give_or_nothing(Command& command, const Resource* resource, void (*give)(Command&, const Resource&)) {
  if (resource)
    give(command, *resource);
  else
    const auto object = command.out.object("defaults");
  return Outcome::ok;
}

}  // namespace

Outcome tell_defaults(Command& command) {
  const CommandLine& line = command.line;
  if (const auto name = line.value("job"))
    return give_or_nothing(command, permitted_job(command, *name), job_defaults);
  if (const auto name = line.value("client"))
    return give_or_nothing(command, permitted_client(command, *name), client_defaults);
  if (const auto name = line.value("storage"))
    return give_or_nothing(command, permitted_storage(command, *name), storage_defaults);
  if (const auto name = line.value("pool"))
    return give_or_nothing(command, permitted_pool(command, *name), pool_defaults);
  command.out.text(".defaults command requires a parameter.\n");
  return Outcome::failed;
}

Outcome tell_authorization(Command& command) {
  static constexpr std::pair<std::string_view, Acl> keywords[] = {
      {"job", Acl::job},   {"client", Acl::client}, {"storage", Acl::storage},  {"schedule", Acl::schedule},
      {"pool", Acl::pool}, {"cmd", Acl::command},   {"fileset", Acl::file_set}, {"catalog", Acl::catalog},
  };
  bool authorized = false;
  for (const Word& word : command.line.arguments())
    for (const auto& [keyword, acl] : keywords)
      if (word.value && equal_ignoring_case(word.keyword, keyword))
        authorized = command.access.allows(acl, *word.value);
  command.out.text(authorized ? "authorized\n" : "not authorized\n");
  const auto object = command.out.object(".authorized");
  command.out.value("authorized", authorized);
  return authorized ? Outcome::ok : Outcome::failed;
}

}  // namespace holdfast::director::console::handle
