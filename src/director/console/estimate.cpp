// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/job_words.h"
#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/codes.h"
#include "director/console/handlers.h"
#include "director/console/run.h"
#include "director/console/session.h"

namespace holdfast::director::console::handle {
namespace {

/// Looks up the resource that a keyword names; false where it is unknown or missing its value.
template <typename Resource>
bool look_up(Command& command, std::string_view keyword, std::string_view title,
             const Resource* (*find)(const Command&, std::string_view), const Resource*& found) {
  const Word* word = command.line.find(keyword);
  if (!word) return true;
  if (!word->value) {
    command.out.error(fmt::format("{} name missing.\n", title));
    return false;
  }
  found = find(command, *word->value);
  if (!found) command.out.error(fmt::format("{} \"{}\" not found.\n", title, printable(*word->value)));
  return found != nullptr;
}

// A wrong level or accurate is reported, and the estimate goes on without it.
void apply_level(Command& command, RunRequest& request) {
  const Word* word = command.line.find("level");
  if (!word) return;
  const auto level = word->value ? find_level(*word->value, JobType::backup) : std::nullopt;
  if (level)
    request.level = level;
  else
    command.out.error(word->value ? fmt::format("Level \"{}\" not valid.\n", printable(*word->value))
                                  : "Level value missing.\n");
}

void apply_accurate(Command& command, RunRequest& request) {
  const Word* word = command.line.find("accurate");
  if (!word) return;
  if (!word->value)
    command.out.error("Accurate value missing.\n");
  else if (equal_ignoring_case(*word->value, "yes") || equal_ignoring_case(*word->value, "no"))
    request.accurate = equal_ignoring_case(*word->value, "yes");
  else
    command.out.error("Invalid value for accurate. It must be yes or no.\n");
}

Outcome fail(Command& command, std::string_view text) {
  command.out.error(text);
  return Outcome::failed;
}

}  // namespace

Outcome estimate(Command& command) {
  const config::Job* job = nullptr;
  const config::Client* client = nullptr;
  const config::FileSet* file_set = nullptr;
  if (!look_up(command, "client", "Client", permitted_client, client) ||
      !look_up(command, "fd", "Client", permitted_client, client) ||
      !look_up(command, "job", "Job", permitted_job, job) ||
      !look_up(command, "fileset", "Fileset", permitted_file_set, file_set))
    return Outcome::failed;
  if (!job && (!client || !file_set)) job = select_job(command);
  if (!job) return fail(command, "No job specified.\n");
  if (job->type != JobType::backup)
    return fail(command, fmt::format("Wrong job specified of type {}.\n", type_text(job->type)));

  RunPlan plan = plan_of(command, *job);
  if (client) plan.request.client = client;
  if (file_set) plan.request.file_set = file_set;
  if (!plan.request.client) return fail(command, "No client specified or selected.\n");
  if (!plan.request.file_set) return fail(command, "No fileset specified or selected.\n");
  if (plan.request.client->protocol != config::PeerProtocol::native)
    return fail(command, "Estimate is only supported on native clients.\n");
  if (!open_catalog(command, CatalogUse::shared)) return Outcome::failed;
  apply_level(command, plan.request);
  apply_accurate(command, plan.request);
  const config::Client& asked = *plan.request.client;
  command.out.text(fmt::format("Connecting to Client {} at {}:{}\n", asked.name, asked.address, asked.port));
  command.session.link().flush();
  command.services.estimate(plan.request, command.line.has("listing"),
                            [&](std::string_view line) { command.out.text(line); });
  return Outcome::ok;
}

}  // namespace holdfast::director::console::handle
