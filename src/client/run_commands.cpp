// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/backup.h"
#include "archive/estimate.h"
#include "base/error.h"
#include "base/text.h"
#include "client/commands.h"
#include "client/decryption_keys.h"
#include "client/heartbeat.h"
#include "client/incoming_storage.h"
#include "wire/client_to_director.h"
#include "wire/director_to_client.h"
#include "wire/handshake.h"

namespace holdfast::client {

namespace {

/// Shows the progress of an engine to status reports as long as it lives.
template <typename Engine>
class ShownProgress {
 public:
  ShownProgress(JobRecord& record, const Engine& engine) : record_(record) {
    record_.progress.with([&engine](auto& ask) {
      ask = [&engine] {
        const auto now = engine.progress();
        JobProgress progress{now.files, now.job_bytes, now.files, now.current};
        if constexpr (requires { now.examined; }) progress.examined = now.examined;
        return progress;
      };
    });
  }
  ~ShownProgress() {
    record_.progress.with([](auto& ask) { ask = nullptr; });
  }
  ShownProgress(const ShownProgress&) = delete;
  ShownProgress& operator=(const ShownProgress&) = delete;

 private:
  JobRecord& record_;
};

void tell_version(Session& session) {
  session.log.message(MessageType::info, fmt::format("Version: {} ({}) {}", wire::announced_version,
                                                     wire::announced_date, session.daemon.system));
}

Heartbeat heartbeat(Session& session) { return {session.channel, session.self().heartbeat_interval}; }

/// setbandwidth, then the Director resource, then the daemon (interop 01, section 14).
void choose_bandwidth(Session& session) {
  if (session.record->bandwidth > 0) return;
  const std::int64_t common = session.daemon.tunable.bandwidth;
  const std::uint64_t configured = session.director.maximum_bandwidth_per_job > 0
                                       ? session.director.maximum_bandwidth_per_job
                                       : session.self().maximum_bandwidth_per_job;
  session.record->bandwidth = common > 0 ? common : static_cast<std::int64_t>(configured);
}

archive::BackupOptions backup_options(const Session& session, std::int32_t last_file_index) {
  archive::BackupOptions options;
  options.files = session.files;
  options.since = session.since;
  options.last_file_index = last_file_index;
  if (session.self().maximum_network_buffer_size > 0)
    options.block_size = session.self().maximum_network_buffer_size;
  if (session.self().has("MaximumWorkersPerJob")) options.workers = session.self().maximum_workers_per_job;
  return options;
}

/// Whoever asked for encryption must not find cleartext on a volume, and signatures are there to be checked.
void refuse_what_is_not_protected(const Session& session) {
  if (session.self().pki_encryption || session.self().pki_signatures)
    throw Error(ErrorKind::unsupported,
                "Backups with PKI Signatures and PKI Encryption are not supported by Holdfast yet; nothing "
                "was saved. Remove "
                "them from the Client resource of this File Daemon, or use the peer's File Daemon here");
  for (const archive::Include& include : session.files.includes)
    for (const archive::FileOptions& options : include.options)
      if (options.force_encryption)
        throw Error(
            ErrorKind::unsupported,
            "The FileSet forces encryption, which is not supported by Holdfast yet; nothing was saved");
}

void take_totals(Session& session, const archive::BackupTotals& totals) {
  session.totals = {totals.files, totals.read_bytes, totals.job_bytes, totals.errors};
}

void save_files(Session& session, std::int32_t last_file_index) {
  choose_bandwidth(session);
  const Heartbeat beats = heartbeat(session);
  session.storage->append(
      {session.record->bandwidth, session.stop()}, session.tally, [&](archive::RecordSink& sink) {
        archive::Backup backup(session.daemon.files, backup_options(session, last_file_index), sink,
                               session.log);
        const ShownProgress shown(*session.record, backup);
        try {
          take_totals(session, backup.run(session.stop()));
        } catch (...) {
          take_totals(session, backup.progress());
          throw;
        }
      });
}

archive::Replace replace_rule(wire::Replace letter) {
  switch (letter) {
    case wire::Replace::always: return archive::Replace::always;
    case wire::Replace::if_newer: return archive::Replace::if_newer;
    case wire::Replace::if_older: return archive::Replace::if_older;
    case wire::Replace::never: return archive::Replace::never;
  }
  throw Error(ErrorKind::invalid, "bad restore command: unknown replace rule");
}

void open_target(Session& session, const wire::RestoreCommand& command) {
  if (session.restore) return;
  archive::RestoreOptions options;
  (command.by_expression ? options.regex_where : options.where) = command.where;
  options.replace = replace_rule(command.replace);
  options.links = command.prefix_links ? archive::RestoreOptions::Links::prefixed
                                       : archive::RestoreOptions::Links::as_stored;
  options.keys = decryption_keys(session.self());
  if (session.self().pki_signatures || session.self().pki_encryption)
    options.signatures = archive::Signatures::required;
  session.target = session.daemon.make_target(options.where == "/" ? std::string() : options.where);
  session.restore = std::make_unique<archive::Restore>(*session.target, options, session.log);
}

void restore_files(Session& session) {
  const Heartbeat beats = heartbeat(session);
  const ShownProgress shown(*session.record, *session.restore);
  session.storage->read(session.volume_session, [&](const archive::RecordHead& head, Bytes payload) {
    if (session.is_cancelled()) throw Error(ErrorKind::cancelled, "Job canceled.");
    session.restore->record(head, payload);
  });
}

}  // namespace

Next backup_command(Session& session, std::string_view command) {
  session.set_type(JobType::backup);
  const auto backup = wire::decode<wire::BackupCommand>(command);
  if (!backup || !has_storage(session)) {
    session.reply(wire::client::bad_backup);
    return Next::end;
  }
  refuse_what_is_not_protected(session);
  session.log.flush();
  session.log.message(MessageType::info, "Extended attribute support is enabled");
  session.log.message(MessageType::info, "ACL support is enabled");
  session.reply(wire::client::ok_backup);
  tell_version(session);
  session.channel.flush();
  save_files(session, backup->file_index);
  return Next::end;
}

Next restore_command(Session& session, std::string_view command) {
  session.set_type(JobType::restore);
  const auto restore = wire::decode_or_throw<wire::RestoreCommand>(command, "restore command");
  if (!has_storage(session)) throw Error(ErrorKind::invalid, "No Storage daemon to restore from");
  session.reply(wire::client::ok_restore);
  session.log.flush();
  tell_version(session);
  session.channel.flush();
  open_target(session, restore);
  restore_files(session);
  session.storage->end();
  session.storage.reset();
  session.record->has_storage = false;
  if (!session.several_storages || is_stopped(session.record->status)) return Next::end;
  session.reply(wire::client::ok_storage_end);
  return Next::go_on;
}

Next end_restore_command(Session&, std::string_view) { return Next::end; }

Next estimate_command(Session& session, std::string_view command) {
  const auto wanted = wire::decode<wire::EstimateCommand>(command);
  if (!wanted) {
    session.reply(wire::client::bad_estimate);
    return Next::end;
  }
  std::function<void(const std::string&)> list;
  if (wanted->listing) list = [&session](const std::string& line) { session.reply(line + "\n"); };
  const auto found = archive::estimate(session.daemon.files, session.files, session.since, session.log, list,
                                       session.stop());
  session.reply(
      wire::encode(wire::client::EstimateReply{with_thousands(found.files), with_thousands(found.bytes)}));
  session.channel.send(wire::Signal::end_of_data);
  return Next::go_on;
}

}  // namespace holdfast::client
