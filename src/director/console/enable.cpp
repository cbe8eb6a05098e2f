// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/choose.h"
#include "director/console/handlers.h"

namespace holdfast::director::console::handle {
namespace {

/// A kind of resource that can be switched on and off until the next reload.
struct Switched {
  std::string_view keyword;
  std::string_view name;
  std::string_view key;
  Toggled kind;
};
// In the order in which they are looked for.
constexpr Switched kinds[] = {{"schedule", "Schedule", "schedules", Toggled::schedule},
                              {"client", "Client", "clients", Toggled::client},
                              {"job", "Job", "jobs", Toggled::job}};

bool is_permitted(const Command& command, Toggled kind, std::string_view name) {
  switch (kind) {
    case Toggled::schedule: return permitted_schedule(command, name);
    case Toggled::client: return permitted_client(command, name);
    default: return permitted_job(command, name);
  }
}

void tell(Command& command, const Switched& kind, std::string_view name, bool enable) {
  const std::string_view done = enable ? "enabled" : "disabled";
  const std::string_view doing = enable ? "Enabling" : "Disabling";
  command.out.text(fmt::format("{} \"{}\" {}\n", kind.name, name, done));
  {
    const auto object = command.out.object(enable ? "enable" : "disable");
    const auto array = command.out.array(kind.key);
    command.out.item(name);
  }
  command.out.warning(
      fmt::format("{} is a temporary operation until the director reloads.\n"
                  "For a permanent setting, please set the value of the \"Enabled\"\n"
                  "directive in the relevant configuration resource file.\n",
                  doing));
}

Outcome set_enabled(Command& command, bool enable) {
  for (const Switched& kind : kinds) {
    const Word* word = command.line.find(kind.keyword);
    if (!word || !word->value) continue;
    if (!is_permitted(command, kind.kind, *word->value)) {
      command.out.error(fmt::format("{} \"{}\" not found.\n", kind.name, *word->value));
      return Outcome::ok;
    }
    command.services.set_enabled(kind.kind, *word->value, enable);
    tell(command, kind, *word->value, enable);
    return Outcome::ok;
  }
  const config::Job* job = select_job(command);
  if (!job) return Outcome::ok;
  command.services.set_enabled(Toggled::job, job->name, enable);
  tell(command, kinds[2], job->name, enable);
  return Outcome::ok;
}

}  // namespace

Outcome enable(Command& command) { return set_enabled(command, true); }
Outcome disable(Command& command) { return set_enabled(command, false); }

}  // namespace holdfast::director::console::handle
