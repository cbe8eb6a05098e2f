// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/data_job.h"

#include "base/error.h"
#include "director/job_codes.h"

namespace holdfast::director {
namespace {
constexpr std::chrono::minutes between_retry_messages{5};
}

DataJob::DataJob(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog,
                 std::string_view what)
    : job_(job),
      surroundings_(surroundings),
      catalog_(catalog),
      what_(what),
      limits_(surroundings.limits.bounded_by(
          std::chrono::seconds(job.plan.configuration->director().absolute_job_timeout))),
      storage_catalog_(job.plan.open_catalog()),
      service_(job, *storage_catalog_, surroundings.clock, surroundings.volumes),
      messages_(job) {}

JobOutcome DataJob::run(const std::function<void(DataJob&)>& talk) {
  {
    const std::stop_callback on_cancel(job_.stop.get_token(), [this] { interrupt(); });
    try {
      talk(*this);
    } catch (const Error& error) {
      client_has_failed_ = true;
      if (!is_consequence(error)) job_.fail(fmt::format("{}\n", error.message()));
    } catch (const std::exception& error) {
      client_has_failed_ = true;
      job_.fail(fmt::format("{}\n", error.what()));
    }
    talking_.with([](Talking& talking) { talking = {}; });
  }
  if (client_has_failed_ && client_ && !client_has_ended_ && !outcome_.client && !job_.is_cancelled())
    cancel_at(*job_.plan.client, job_, surroundings_.connector, surroundings_.clock);
  if (client_) client_->terminate();
  hear_storage_end();
  outcome_.last_volume = service_.last_volume();
  return std::move(outcome_);
}

/// Of a cancel, or of the loss of the storage, which has a message of its own.
bool DataJob::is_consequence(const Error& error) const {
  return job_.is_cancelled() || error.kind() == ErrorKind::cancelled;
}

void DataJob::interrupt() {
  talking_.with([](Talking& talking) {
    if (talking.client != nullptr) talking.client->interrupt();
    if (talking.storage != nullptr) talking.storage->interrupt();
  });
}

void DataJob::run_storage() {
  talking_.with([](Talking& talking) { talking.storage = nullptr; });
  storage_->run();
}

void DataJob::listen_for_storage() {
  talking_.with([](Talking& talking) { talking.storage = nullptr; });
  storage_->listen_for_storage();
}

void DataJob::say_connected(std::string_view who, std::string_view host, std::uint32_t port,
                            std::string_view encryption) {
  job_.log->add(MessageType::info,
                fmt::format("Connected {} at {}:{}, encryption: {}\n", who, host, port, encryption));
}

/// Tells the first failure at once, and then from time to time that it goes on trying.
template <typename Daemon>
Connector::OnRetry DataJob::say_retries(std::string who, const Daemon& daemon) {
  return [this, who = std::move(who), &daemon, last = std::optional<Instant>()](const Error& error) mutable {
    const Instant now = surroundings_.clock.instant();
    if (last && now - *last < between_retry_messages) return;
    last = now;
    job_.log->add(MessageType::info, fmt::format("Could not connect to {} on {}:{}. ERR={}\nRetrying ...\n",
                                                 who, daemon.address, daemon.port, error.message()));
  };
}

template <typename Daemon>
transport::Connected DataJob::connect(std::string_view who, const Daemon& daemon,
                                      std::chrono::milliseconds patience) {
  constexpr bool is_client = std::is_same_v<Daemon, config::Client>;
  job_.set_status(is_client ? JobStatus::waiting_for_client : JobStatus::waiting_for_storage);
  try {
    auto connected =
        surroundings_.connector.connect(daemon, patience, job_.stop.get_token(),
                                        say_retries(fmt::format("{} \"{}\"", who, daemon.name), daemon));
    job_.set_status(JobStatus::running);
    return connected;
  } catch (const Error& error) {
    throw Error(error.kind(), "Could not connect to {} \"{}\": {}", who, daemon.name,
                transport::with_address(daemon.address, daemon.port, error));
  }
}

void DataJob::start_storage(StorageSide::Access access, const config::Storage* storage,
                            const catalog::JobRow* made) {
  if (storage == nullptr) storage = job_.plan.storage.resource;
  if (storage == nullptr) throw Error(ErrorKind::invalid, "No Storage specification found in Job or Pool.");
  outcome_.has_storage = true;
  storage_resource_ = storage;
  storage_job_ = made != nullptr ? made->job : job_.name;
  auto connected =
      connect("Storage daemon", *storage, job_.plan.configuration->director().sd_connect_timeout);
  const std::string encryption = connected.channel->stream().encryption();
  storage_ = std::make_unique<StorageSide>(job_, *storage, service_, std::move(connected),
                                           surroundings_.clock, limits_, [this] { interrupt(); });
  say_connected("Storage daemon", storage->address, storage->port, encryption);
  job_.log->add(MessageType::info, fmt::format(" Encryption: {}\n", encryption));
  talking_.with([&](Talking& talking) { talking.storage = storage_.get(); });
  if (job_.is_cancelled()) storage_->interrupt();
  job_.state.with([&](ActiveJob::State& state) { state.talks_to.storage = storage; });
  const auto accepted = storage_->start_job(access, made);
  job_.row.session = accepted.session;
  key_ = accepted.authorization;
  catalog_.jobs().start(job_.row);
}

void DataJob::ask_storage_erase_command() {
  outcome_.storage_erase_command = storage_->secure_erase_command();
}

void DataJob::add_storage_end(std::optional<wire::storage::JobEnd> end) {
  if (!outcome_.storage || !end) {
    outcome_.storage = end;
    return;
  }
  outcome_.storage->files += end->files;
  outcome_.storage->bytes += end->bytes;
  outcome_.storage->errors += end->errors;
  if (end->status != JobStatus::terminated) outcome_.storage->status = end->status;
}

void DataJob::end_storage_part() {
  add_storage_end(storage_->wait_for_end(job_.stop.get_token()));
  storage_.reset();
  if (job_.is_cancelled() || !outcome_.storage) throw Error(ErrorKind::cancelled, "the storage has failed");
  if (outcome_.storage->status != JobStatus::terminated)
    throw Error(ErrorKind::io, "Storage \"{}\" could not read everything; nothing of the others is restored.",
                storage_resource_->name);
}

void DataJob::start_client() {
  const config::Client& client = *job_.plan.client;
  outcome_.has_client = true;
  auto connected = connect("Client", client, job_.plan.configuration->director().fd_connect_timeout);
  const std::string encryption = connected.channel->stream().encryption();
  const bool is_tls = connected.first != transport::FirstBytes::cleartext;
  client_ =
      std::make_unique<ClientSide>(job_.plan, messages_, std::move(connected), surroundings_.clock, limits_);
  talking_.with([&](Talking& talking) { talking.client = client_.get(); });
  job_.state.with([](ActiveJob::State& state) { state.talks_to.client = true; });
  if (job_.is_cancelled()) client_->interrupt();
  say_connected("Client: " + client.name, client.address, client.port, encryption);
  job_.log->add(MessageType::info, is_tls ? " Handshake: Immediate TLS \n" : " Handshake: Cleartext \n");
  job_.log->add(MessageType::info, fmt::format(" Encryption: {}\n", encryption));

  outcome_.client_system = client_->start_job(job_.id, job_.name, job_.row.session, key_);
  auto row = catalog_.clients().get_or_create(client.name);
  row.uname = outcome_.client_system;
  row.auto_prune = client.auto_prune;
  row.file_retention = client.file_retention.count();
  row.job_retention = client.job_retention.count();
  catalog_.clients().update(row);
}

void DataJob::send_fileset(const config::FileSet* fileset) {
  FileSetCommands commands;
  commands.expand = [this](std::string_view text) { return expand_job_codes(text, job_, CodesIn::names); };
  commands.stop = job_.stop.get_token();
  // Without a storage of this job, nothing is going to be read by anybody else.
  const bool is_understood = !storage_ || storage_->speaks_extensions();
  const auto replaced =
      client_->send_fileset(fileset != nullptr ? *fileset : *job_.plan.fileset, commands,
                            is_understood ? ClientSide::Zstd::understood : ClientSide::Zstd::unknown);
  if (replaced && job_.type == JobType::backup)
    job_.log->add(MessageType::warning,
                  fmt::format("Compression {}, since only daemons of Holdfast that are connected by TLS "
                              "understand it, and the {} is none\n",
                              *replaced, is_understood ? "File Daemon" : "Storage Daemon"));
}

void DataJob::send_scripts() {
  if (client_->send_scripts() == ClientSide::ScriptsBefore::done) return;
  client_has_ended_ = true;
  job_.fail(fmt::format("Bad response to RunBeforeNow command: wanted {}, got {}\n",
                        wire::client::ok_run_before, wire::client::failed_run_script));
  job_.fail(fmt::format("Client \"{}\" RunScript failed.\n", job_.plan.client->name));
  throw Error(ErrorKind::cancelled, "a script failed");
}

void DataJob::hear_client_end() {
  try {
    outcome_.client = client_->wait_for_end(*job_.log);
  } catch (const Error& error) {
    client_has_failed_ = true;
    if (!is_consequence(error))
      job_.fail(is_loss(error.kind())
                    ? fmt::format("Network error with FD during {}: ERR={}\n", what_, error.message())
                    : error.message() + "\n");
  }
  job_.state.with([](ActiveJob::State& state) { state.talks_to.client = false; });
  if (outcome_.client) return;
  client_has_failed_ = true;
  job_.fail("No Job status returned from FD.\n");
}

// A client that failed sends no more data: the storage is told to end instead of waiting for it.
void DataJob::hear_storage_end() {
  if (!storage_) return;
  std::stop_source no_patience;
  if (client_has_failed_ || (outcome_.has_client && !outcome_.client) || job_.is_cancelled()) {
    if (!job_.is_cancelled() && storage_->is_run())
      cancel_at(*storage_resource_, storage_job_, surroundings_.connector, surroundings_.clock);
    no_patience.request_stop();
  }
  const std::stop_callback on_cancel(job_.stop.get_token(), [&] { no_patience.request_stop(); });
  add_storage_end(storage_->wait_for_end(no_patience.get_token()));
  storage_.reset();
  job_.state.with([](ActiveJob::State& state) { state.talks_to.storage = nullptr; });
  try {
    service_.attribute_stream().finish();
  } catch (const Error& error) {
    job_.fail(fmt::format("Attributes could not be stored in the catalog: {}\n", error.message()));
  }
  outcome_.catalogued = service_.attribute_stream().records();
  const config::Pool* pool = job_.plan.pool.resource;
  outcome_.expects_catalogued = pool == nullptr || pool->catalog_files;
  outcome_.catalog_rows = service_.attribute_stream().rows();
  outcome_.catalog_counts = service_.attribute_stream().counts();
  outcome_.storage_proof = service_.given_proof();
  outcome_.client_proof = messages_.given_proof();
}

}  // namespace holdfast::director
