// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/director_session.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "client/commands.h"
#include "client/leftovers.h"
#include "client/session_plugins.h"
#include "wire/catalog_requests.h"
#include "wire/client_to_director.h"
#include "wire/director_to_client.h"

namespace holdfast::client {

namespace {

/// Of a script that runs because its job was cancelled.
constexpr std::chrono::milliseconds limit_after_cancel = std::chrono::minutes(1);

struct Command {
  enum class For { directors, monitors_too };

  std::string_view prefix;
  Next (*run)(Session& session, std::string_view command);
  std::string_view job_command = {};  ///< its name in Allowed Job Command
  std::string_view refusal = {};      ///< what is replied where that list forbids it
  For who = For::directors;
};

// The first prefix that fits counts.
constexpr std::array commands{
    Command{"accurate", accurate_command},
    Command{"backup", backup_command, "backup"},
    Command{"bootstrap", bootstrap_command},
    Command{"cancel", cancel_command},
    Command{"endrestore", end_restore_command},
    Command{"estimate", estimate_command, "estimate", wire::client::bad_estimate},
    Command{"fileset", fileset_command},
    Command{"JobId=", job_command},
    Command{"level = ", level_command},
    Command{"pluginoptions", plugin_options_command},
    Command{"RunBeforeNow", run_before_now_command, "runscript", wire::client::failed_run_script},
    Command{"Run", run_script_command, "runscript", wire::client::failed_run_script},
    Command{"restoreobject", restore_object_command},
    Command{"restoreoptions", restore_options_command, "restore"},
    Command{"restore ", restore_command, "restore"},
    Command{"resolve ", resolve_command},
    Command{"getSecureEraseCmd", secure_erase_command},
    Command{"session", session_command},
    Command{"setauthorization", authorization_command},
    Command{"setbandwidth=", bandwidth_command},
    Command{"setdebug=", debug_command},
    Command{"status", status_command, {}, {}, Command::For::monitors_too},
    Command{".status", dot_status_command, {}, {}, Command::For::monitors_too},
    Command{"storage ", storage_command},
    Command{"verify", verify_command, "verify"},
};

bool is_allowed(const Session& session, const Command& command) {
  if (command.job_command.empty()) return true;
  const auto& own = session.director.allowed_job_command;
  const auto& allowed = own.empty() ? session.self().allowed_job_command : own;
  return allowed.empty() || std::any_of(allowed.begin(), allowed.end(), [&](const std::string& name) {
           return equal_ignoring_case(name, command.job_command);
         });
}

Next refuse(Session& session, const Command& command) {
  session.log.message(
      MessageType::fatal,
      fmt::format("Illegal \"{}\" command not allowed by Allowed Job Cmds setting of this filed.",
                  command.job_command));
  if (!command.refusal.empty()) session.reply(command.refusal);
  return Next::end;
}

Next refuse_to_monitor(Session& session) {
  session.reply(wire::client::refused_to_monitor);
  session.channel.send(wire::Signal::end_of_data);
  return Next::end;
}

Next run_command(Session& session, std::string_view text) {
  const auto found = std::find_if(commands.begin(), commands.end(), [text](const Command& command) {
    return text.starts_with(command.prefix);
  });
  if (found == commands.end()) {
    session.reply(wire::client::invalid_command);
    return Next::end;
  }
  if (session.director.monitor && found->who == Command::For::directors) return refuse_to_monitor(session);
  if (!is_allowed(session, *found)) return refuse(session, *found);
  return found->run(session, text);
}

void serve_commands(Session& session) {
  for (;;) {
    const auto received = session.channel.receive();
    const auto* packet = std::get_if<transport::Packet>(&received);
    if (packet == nullptr || session.is_cancelled()) return;
    // The packet is valid until the next receive(), which commands call.
    const std::string command(packet->text());
    if (run_command(session, command) == Next::end) return;
  }
}

/// A cancelled job has its status already; everything else that ends it by an error is fatal.
void note_failure(Session& session, const Error& error) {
  if (session.record->status == JobStatus::cancelled) return;
  if (error.kind() == ErrorKind::cancelled) {
    session.record->set_status(JobStatus::cancelled);
    session.log.message(MessageType::fatal, "The File Daemon is being stopped.");
    return;
  }
  session.log.message(MessageType::fatal, error.message());
}

void close_storage(Session& session) {
  if (!session.storage) return;
  // The Storage Daemon of a cancelled job gets no TERMINATE: it must not take the job for complete.
  if (!session.is_cancelled()) session.storage->end();
  session.storage.reset();
  session.record->has_storage = false;
}

void finish_restore(Session& session) {
  if (!session.restore) return;
  const auto totals = session.restore->finish();
  session.totals = {totals.files, totals.read_bytes, totals.job_bytes, totals.errors};
  session.restore.reset();
  session.target.reset();
  if (!session.is_cancelled()) end_plugins(session);
}

void run_after_scripts(Session& session) {
  if (rank(session.record->status) == 0) session.record->set_status(JobStatus::terminated);
  // A job that was stopped has nobody left to end a script that hangs.
  const bool is_stopped = session.is_cancelled();
  const auto stop = is_stopped ? std::stop_token() : session.stop();
  const auto limit = is_stopped ? limit_after_cancel : std::chrono::milliseconds(0);
  if (session.scripts.run(wire::ScriptTime::after, session.codes(), session.log, stop, limit) ==
      Scripts::Outcome::failed)
    session.record->set_status(JobStatus::error_terminated);
}

void tell_proof(Session& session) {
  if (session.type() != JobType::backup || !session.channel.stream().speaks_extensions()) return;
  const auto counts = session.tally.finish();
  session.reply(wire::encode(
      wire::RecordProof{session.job, counts.files, counts.records, counts.bytes, counts.digest}));
}

void tell_end(Session& session) {
  if (session.channel.is_dead()) return;
  if (session.id) {
    tell_proof(session);
    wire::client::JobEnd end;
    end.status = session.record->status;
    end.files = static_cast<std::uint32_t>(session.totals.files);
    end.bytes_read = session.totals.read_bytes;
    end.bytes = session.totals.bytes;
    end.errors = std::max(session.record->errors.load(), static_cast<std::uint32_t>(session.totals.errors));
    end.encrypted = session.protection != nullptr && session.protection->encryption;
    session.reply(wire::encode(end));
  }
  session.log.flush();
  session.channel.send(wire::Signal::terminate);
  session.channel.close();
}

void remember(Session& session) {
  if (!session.id) return;
  const auto identity = session.record->identity.read([](const JobRecord::Identity& found) { return found; });
  session.daemon.jobs.terminated({identity.id, identity.type, identity.level, session.record->status,
                                  session.totals.files, session.totals.bytes, session.record->errors,
                                  session.daemon.clock.now(), identity.name});
}

/// Runs a step of the end; what fails in it is told and does not keep the others from running.
template <typename Step>
void at_end(Session& session, Step&& step) {
  try {
    step(session);
  } catch (const Error& error) {
    note_failure(session, error);
  } catch (const std::exception& error) {
    note_failure(session, Error(ErrorKind::internal, error.what()));
  }
}

}  // namespace

void serve_director(const Surroundings& surroundings, const config::FileDaemonConfiguration& configuration,
                    const config::FileDaemonDirector& director, std::unique_ptr<transport::Channel> channel,
                    std::stop_token stop) {
  Session session(surroundings, configuration, director, *channel);
  channel->set_timeout(session.patience());
  const JobRegistry::Entry listed(surroundings.jobs, session.record);
  const std::stop_callback on_stop(std::move(stop), [&] {
    session.record->stop.request_stop();
    channel->interrupt();
  });
  at_end(session, serve_commands);
  at_end(session, close_storage);
  at_end(session, delete_leftovers);
  at_end(session, finish_restore);
  at_end(session, run_after_scripts);
  remember(session);
  at_end(session, tell_end);
}

}  // namespace holdfast::client
