// SPDX-License-Identifier: AGPL-3.0-or-later
#include <algorithm>

#include "archive/backup.h"
#include "archive/estimate.h"
#include "base/error.h"
#include "base/text.h"
#include "client/commands.h"
#include "client/decryption_keys.h"
#include "client/heartbeat.h"
#include "client/incoming_storage.h"
#include "client/leftovers.h"
#include "client/protection.h"
#include "client/secure_erase.h"
#include "client/session_plugins.h"
#include "selection/accurate_changes.h"
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

archive::BackupOptions backup_options(Session& session, std::int32_t last_file_index) {
  archive::BackupOptions options;
  options.files = session.files;
  options.since = session.since;
  options.protection = session.protection;
  options.known = session.known.get();
  if (session.storage->speaks_extensions()) options.precision = archive::Precision::exact;
  options.last_file_index = last_file_index;
  options.plugins = &plugins_of(session);
  if (session.self().maximum_network_buffer_size > 0)
    options.block_size = session.self().maximum_network_buffer_size;
  if (session.self().has("MaximumWorkersPerJob")) options.workers = session.self().maximum_workers_per_job;
  return options;
}

void take_totals(Session& session, const archive::BackupTotals& totals) {
  session.totals = {totals.files, totals.read_bytes, totals.job_bytes, totals.errors};
}

void save_files(Session& session, std::int32_t last_file_index) {
  const Heartbeat beats = heartbeat(session);
  prepare_plugins(session, nullptr);
  try {
    begin_plugins(session);
  } catch (...) {
    tell_plugin_messages(session);
    throw;
  }
  session.storage->append(session.bandwidth(), session.tally, [&](archive::RecordSink& sink) {
    archive::Backup backup(session.daemon.files, backup_options(session, last_file_index), sink, session.log);
    const ShownProgress shown(*session.record, backup);
    try {
      take_totals(session, backup.run(session.stop()));
      end_plugins(session);
    } catch (...) {
      take_totals(session, backup.progress());
      tell_plugin_messages(session);
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
  options.existing = session.existing;
  options.keys = decryption_keys(session.self());
  options.erase = secure_erase(session.self().secure_erase_command, session.stop());
  if (session.leftovers) {
    if (command.by_expression || (!command.where.empty() && command.where != "/"))
      throw Error(ErrorKind::invalid,
                  "Deleting what is not in the backup needs a restore to the original place");
    options.paths = &session.leftovers->restored;
  }
  if (session.self().pki_signatures) options.signatures = archive::Signatures::required;
  prepare_plugins(session, &options);
  options.plugins = &plugins_of(session);
  session.target = session.daemon.make_target(options.where == "/" ? std::string() : options.where);
  session.restore = std::make_unique<archive::Restore>(*session.target, options, session.log);
}

void restore_files(Session& session) {
  const Heartbeat beats = heartbeat(session);
  const ShownProgress shown(*session.record, *session.restore);
  session.storage->read(session.volume_session, session.bandwidth(),
                        [&](const archive::RecordHead& head, Bytes payload) {
                          if (session.is_cancelled()) throw Error(ErrorKind::cancelled, "Job canceled.");
                          session.restore->record(head, payload);
                        });
}

/// A plugin that cannot say what it would save does not keep the rest from being counted.
archive::Estimate estimate_plugins(Session& session, const std::function<void(const std::string&)>& list) {
  prepare_plugins(session, nullptr);
  plugins_of(session).job().is_estimate = true;
  archive::Estimate offered;
  try {
    offered = archive::estimate_plugins(plugins_of(session), session.files, list);
    end_plugins(session);
  } catch (const Error& error) {
    tell_plugin_messages(session);
    session.log.message(MessageType::error,
                        fmt::format("{}. What it would save is not counted.", error.message()));
  }
  tell_plugin_messages(session);
  return offered;
}

}  // namespace

Next backup_command(Session& session, std::string_view command) {
  session.set_type(JobType::backup);
  const auto backup = wire::decode<wire::BackupCommand>(command);
  if (!backup || !has_storage(session)) {
    session.reply(wire::client::bad_backup);
    return Next::end;
  }
  session.protection = protection_for(session.self(), session.files);
  session.log.flush();
  session.log.message(MessageType::info, "Extended attribute support is enabled");
  session.log.message(MessageType::info, "ACL support is enabled");
  session.reply(wire::client::ok_backup);
  tell_version(session);
  session.channel.flush();
  save_files(session, backup->file_index);
  return Next::end;
}

Next restore_options_command(Session& session, std::string_view command) {
  const auto deletion = wire::decode<wire::DeleteLeftoversCommand>(command);
  const bool is_known = command == wire::restore_in_place || (deletion && !session.files.includes.empty());
  if (command == wire::restore_in_place)
    session.existing = archive::RestoreOptions::Existing::changed_in_place;
  else if (is_known)
    session.leftovers = std::make_unique<Leftovers>(
        Leftovers{deletion->files, selection::BoundedKnownFiles(place_of_lists(session.self()))});
  session.reply(is_known ? wire::client::ok_restore_options : wire::client::bad_restore_options);
  return Next::go_on;
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
  const auto changes = selection::make_changes(session.known.get(), session.since);
  auto found =
      archive::estimate(session.daemon.files, session.files, *changes, session.log, list, session.stop());
  const auto offered = estimate_plugins(session, list);
  found.files += offered.files;
  found.bytes += offered.bytes;
  session.reply(
      wire::encode(wire::client::EstimateReply{with_thousands(found.files), with_thousands(found.bytes)}));
  session.channel.send(wire::Signal::end_of_data);
  return Next::go_on;
}

}  // namespace holdfast::client
