// SPDX-License-Identifier: AGPL-3.0-or-later
#include <limits>

#include "base/error.h"
#include "base/text.h"
#include "client/clock_exchange.h"
#include "client/commands.h"
#include "client/file_lists.h"
#include "client/session_plugins.h"
#include "codec/compression.h"
#include "selection/fileset_reader.h"
#include "wire/client_to_director.h"
#include "wire/director_to_client.h"

namespace holdfast::client {

namespace {

JobLevel job_level(wire::ClientLevel level) {
  switch (level) {
    case wire::ClientLevel::full: return JobLevel::full;
    case wire::ClientLevel::base: return JobLevel::base;
    case wire::ClientLevel::differential: return JobLevel::differential;
    case wire::ClientLevel::incremental: return JobLevel::incremental;
  }
  return JobLevel::full;
}

constexpr auto noteworthy_difference = std::chrono::seconds(3);
constexpr auto alarming_difference = std::chrono::seconds(600);

void report_clock(Session& session, std::chrono::microseconds ahead) {
  const auto difference = std::chrono::abs(ahead);
  if (difference <= noteworthy_difference) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(difference).count();
  session.log.message(
      difference > alarming_difference ? MessageType::warning : MessageType::info,
      fmt::format("DIR and FD clocks differ by {} seconds, FD automatically compensating.", seconds));
}

Next since_command(Session& session, const wire::SinceCommand& command) {
  const Time since = told_time<std::chrono::seconds>(command.since);
  const auto ahead = clock_ahead(session.channel, session.daemon.clock);
  report_clock(session, ahead);
  // Whole seconds: the microseconds are noise, and a fraction below zero would reach into the second before.
  session.since = since + std::chrono::duration_cast<std::chrono::seconds>(ahead);
  session.reply(wire::client::ok_level);
  return Next::go_on;
}

/// The bytes of a restore object as its plugin gave them.
Buffer expanded(const wire::RestoreObjectCommand& object, Bytes stored) {
  if (object.compression == 0) return to_buffer(stored);
  const auto whole =
      codec::make_decompressor(codec::Algorithm::gzip)->decompress(stored, codec::largest_block);
  if (!whole || whole->size() != object.full_length)
    throw Error(ErrorKind::corrupt, "A restore object of job {} for plugin {} cannot be decompressed: {}",
                object.job_id.value, printable(object.plugin),
                whole ? std::string("its length is wrong") : whole.error());
  return to_buffer(*whole);
}

JobRecord::Identity identity_of(const wire::ClientJobCommand& job, const Clock& clock) {
  JobRecord::Identity identity;
  identity.id = job.job_id;
  identity.name = job.job;
  identity.started = clock.now();
  identity.key = job.authorization;
  identity.ssl = job.ssl.value_or(0);
  return identity;
}

}  // namespace

Next job_command(Session& session, std::string_view command) {
  const auto job = wire::decode<wire::ClientJobCommand>(command);
  if (!job) {
    session.reply(wire::client::bad_job);
    return Next::go_on;
  }
  session.log.set_job(job->job_id, job->job);
  // Estimates and the like have no id; they are no jobs.
  const std::size_t limit = session.self().maximum_concurrent_jobs;
  if (!session.daemon.jobs.begin(*session.record, identity_of(*job, session.daemon.clock),
                                 job->job_id ? limit : std::numeric_limits<std::size_t>::max())) {
    session.log.message(
        MessageType::fatal,
        fmt::format("{} jobs run on this client already, as many as its Maximum Concurrent Jobs "
                    "allows. Let the Director's Client resource allow no more.",
                    limit));
    session.reply(wire::client::bad_job);
    return Next::end;
  }
  session.id = job->job_id;
  session.job = job->job;
  session.volume_session = job->session;
  session.key = job->authorization;
  session.record->set_status(JobStatus::running);
  session.reply(wire::encode(
      wire::client::JobReply{fmt::format("{} ({}) {},{}", wire::announced_version, wire::announced_short_date,
                                         session.daemon.system, session.daemon.platform)}));
  return Next::go_on;
}

Next level_command(Session& session, std::string_view command) {
  if (const auto since = wire::decode<wire::SinceCommand>(command)) return since_command(session, *since);
  const auto level = wire::decode_or_throw<wire::LevelCommand>(command, "level command");
  session.level = job_level(level.level);
  session.record->identity.with([&](JobRecord::Identity& identity) { identity.level = session.level; });
  const bool time_follows = session.level == JobLevel::differential || session.level == JobLevel::incremental;
  if (!time_follows) session.reply(wire::client::ok_level);
  return Next::go_on;
}

Next fileset_command(Session& session, std::string_view) {
  selection::FileSetReader reader;
  while (const auto line = session.next_of_list()) reader.line(*line);
  session.files = reader.finish();
  for (const std::string& warning : reader.warnings()) session.log.message(MessageType::warning, warning);
  expand_file_lists(session.files, session.codes(), session.stop());
  for (const selection::Include& include : session.files.includes)
    for (const std::string& plugin : include.plugins)
      if (plugins::lacks_directory(plugin_settings(session.self()), plugin))
        session.log.message(MessageType::fatal,
                            fmt::format("Plugin Directory not defined. Cannot use plugin: \"{}\"", plugin));
  session.reply(wire::client::ok_file_set);
  return Next::go_on;
}

Next plugin_options_command(Session& session, std::string_view command) {
  const auto options = wire::decode<wire::PluginOptionsCommand>(command);
  if (options) plugins_of(session).add_options(options->options);
  session.reply(options ? wire::client::ok_plugin_options : wire::client::bad_plugin_options);
  return Next::go_on;
}

Next restore_object_command(Session& session, std::string_view command) {
  if (command == wire::restore_object_end) {
    session.reply(wire::client::ok_restore_object);
    return Next::go_on;
  }
  const auto object = wire::decode<wire::RestoreObjectCommand>(command);
  if (!object) {
    session.reply(wire::client::bad_restore_object);
    return Next::go_on;
  }
  const auto name = session.next_of_list();
  plugins::StoredObject stored{object->job_id.value, object->object_type,
                               object->object_index, static_cast<std::uint32_t>(object->file_index),
                               object->plugin,       std::string(name.value_or(""))};
  const auto bytes = name ? session.next_of_list() : std::nullopt;
  if (!bytes) {
    session.reply(wire::client::bad_restore_object);
    return Next::go_on;
  }
  stored.object = expanded(*object, as_bytes(*bytes));
  plugins_of(session).add_object(std::move(stored));
  return Next::go_on;
}

Next bootstrap_command(Session& session, std::string_view) {
  while (session.next_of_list()) {
  }
  session.reply(wire::client::ok_bootstrap);
  return Next::go_on;
}

Next session_command(Session& session, std::string_view) {
  session.reply(wire::client::ok_session);
  return Next::go_on;
}

Next secure_erase_command(Session& session, std::string_view) {
  const std::string& configured = session.self().secure_erase_command;
  session.reply(wire::encode(
      wire::client::SecureEraseReply{configured.empty() ? std::string(wire::no_secure_erase) : configured}));
  return Next::go_on;
}

Next run_script_command(Session& session, std::string_view command) {
  const auto script = wire::decode<wire::RunScriptCommand>(command);
  if (script) session.scripts.add(*script);
  session.reply(script ? wire::client::ok_run_script : wire::client::failed_run_script);
  return Next::go_on;
}

Next run_before_now_command(Session& session, std::string_view) {
  // There are no snapshots here that a script could wait for.
  for (const wire::ScriptTime when : {wire::ScriptTime::before, wire::ScriptTime::after_snapshot}) {
    if (session.scripts.run(when, session.codes(), session.log, session.stop()) == Scripts::Outcome::ok)
      continue;
    session.record->set_status(JobStatus::fatal);
    session.reply(wire::client::failed_run_script);
    return Next::end;
  }
  session.reply(wire::client::ok_run_before);
  return Next::go_on;
}

}  // namespace holdfast::client
