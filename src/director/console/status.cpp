// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/status.h"

#include <set>

#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"

namespace holdfast::director::console::handle {
namespace {

bool begins(std::string_view word, std::string_view with) {
  return word.size() >= with.size() && equal_ignoring_case(word.substr(0, with.size()), with);
}

/// Each Storage Daemon and each File Daemon once, whatever the number of resources for it.
template <typename Daemons, typename Tell>
void tell_distinct(const Daemons& daemons, Tell tell) {
  std::set<std::pair<std::string, std::uint32_t>> told;
  for (const auto& daemon : daemons)
    if (told.emplace(daemon.address, daemon.port).second) tell(daemon);
}

void tell_all(Command& command) {
  status_of::director(command);
  tell_distinct(command.config().storages, [&](const config::Storage& storage) {
    if (command.access.allows(Acl::storage, storage.name)) status_of::storage(command, storage, "");
  });
  tell_distinct(command.config().clients, [&](const config::Client& client) {
    if (command.access.allows(Acl::client, client.name)) status_of::client(command, client, "");
  });
}

Outcome tell_client(Command& command) {
  if (const config::Client* client = choose_client(command)) status_of::client(command, *client, "");
  return Outcome::ok;
}

Outcome tell_storage(Command& command) {
  if (command.line.has("slots")) {
    status_of::slots(command);
    return Outcome::ok;
  }
  if (const config::Storage* storage = choose_storage(command)) status_of::storage(command, *storage, "");
  return Outcome::ok;
}

Outcome tell_configuration(Command& command) {
  if (command.allows(Acl::command, "configure")) {
    status_of::configuration(command);
    return Outcome::ok;
  }
  command.out.error(
      fmt::format("{} {}: is an invalid command or needs access right to the \"configure\" command.\n",
                  command.line.command(), command.line.arguments()[0].keyword));
  return Outcome::failed;
}

Outcome tell_subscriptions(Command& command) {
  command.out.error("\"status subscriptions\" is not available in this version of Holdfast yet.\n");
  return Outcome::failed;
}

Outcome choose_daemon(Command& command) {
  const auto chosen = command.ask.select({"Status available for:\n",
                                          "",
                                          "Select daemon type for status",
                                          {"Director", "Storage", "Client", "Scheduler", "All"}});
  if (!chosen) return Outcome::ok;
  switch (*chosen) {
    case 0: status_of::director(command); break;
    case 1: return tell_storage(command);
    case 2: return tell_client(command);
    case 3: status_of::scheduler(command); break;
    default: tell_all(command); break;
  }
  return Outcome::ok;
}

}  // namespace

Outcome memory(Command& command) {
  status_of::header(command);
  return Outcome::ok;
}

// The first argument alone decides; every word that is none of the others means a storage, as for the peer.
Outcome status(Command& command) {
  if (command.line.arguments().empty()) return choose_daemon(command);
  const std::string_view word = command.line.arguments()[0].keyword;
  if (equal_ignoring_case(word, "all")) {
    tell_all(command);
  } else if (begins(word, "dir")) {
    status_of::director(command);
  } else if (equal_ignoring_case(word, "client")) {
    return tell_client(command);
  } else if (begins(word, "sched")) {
    status_of::scheduler(command);
  } else if (begins(word, "sub")) {
    return tell_subscriptions(command);
  } else if (begins(word, "conf")) {
    return tell_configuration(command);
  } else {
    return tell_storage(command);
  }
  return Outcome::ok;
}

namespace {

struct DirectorPart {
  std::string_view word;
  void (*tell)(Command&);
};
constexpr DirectorPart director_parts[] = {
    {"header", status_of::header},
    {"scheduled", status_of::scheduled},
    {"running", status_of::running},
    {"terminated", status_of::terminated},
};

Outcome bad_status(Command& command, std::string_view reason) {
  command.out.text(fmt::format("1900 Bad .status command, {}.\n", reason));
  return Outcome::failed;
}

/// current: the jobs that run; last: the one that ended last.
void tell_job_codes(Command& command, bool only_last) {
  command.out.text("1000 OK .status\n");
  const auto tell = [&](const auto& job, std::string_view name) {
    if (command.access.allows(Acl::job, name))
      command.out.text(
          fmt::format("JobId={} JobStatus={} JobErrors=0\n", job.id.value, static_cast<char>(job.status)));
  };
  if (!only_last) {
    for (const RunningJob& job : command.services.running_jobs()) tell(job, job.name);
  } else if (const auto jobs = command.services.terminated_jobs(); !jobs.empty()) {
    tell(jobs.back(), jobs.back().unique_name.substr(0, jobs.back().unique_name.find('.')));
  }
}

Outcome tell_director_part(Command& command, std::string_view word) {
  if (equal_ignoring_case(word, "current") || equal_ignoring_case(word, "last")) {
    tell_job_codes(command, equal_ignoring_case(word, "last"));
    return Outcome::ok;
  }
  for (const DirectorPart& part : director_parts) {
    if (!equal_ignoring_case(part.word, word)) continue;
    part.tell(command);
    return Outcome::ok;
  }
  return bad_status(command, "wrong argument");
}

}  // namespace

Outcome dot_status(Command& command) {
  const auto arguments = command.line.arguments();
  if (arguments.empty()) return bad_status(command, "missing arguments");
  const std::string_view rest = arguments.size() > 1 ? std::string_view(arguments[1].keyword) : "";
  if (begins(arguments[0].keyword, "dir"))
    return rest.empty() ? bad_status(command, "missing arguments") : tell_director_part(command, rest);
  if (equal_ignoring_case(arguments[0].keyword, "client")) {
    const config::Client* client = choose_client(command);
    if (client) status_of::client(command, *client, rest);
    return client ? Outcome::ok : Outcome::failed;
  }
  if (equal_ignoring_case(arguments[0].keyword, "storage")) {
    const config::Storage* storage = choose_storage(command);
    if (storage) status_of::storage(command, *storage, rest);
    return storage ? Outcome::ok : Outcome::failed;
  }
  return bad_status(command, "wrong argument");
}

}  // namespace holdfast::director::console::handle
