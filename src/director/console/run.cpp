// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/run.h"

#include "base/error.h"
#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"
#include "director/console/session.h"

namespace holdfast::director::console {
namespace {

bool is_beginning_of(std::string_view word, std::string_view whole) {
  return word.size() <= whole.size() && equal_ignoring_case(word, whole.substr(0, word.size()));
}

enum class Answer { yes, no, modify, modify_by_words, unknown };

Answer meaning_of(const CommandLine& answer) {
  if (answer.empty()) return Answer::yes;
  const std::string_view word = answer.command();
  const bool is_mod = is_beginning_of(word, "mod") || equal_ignoring_case(word, ".mod");
  if (is_mod && !answer.arguments().empty()) return Answer::modify_by_words;
  if (is_beginning_of(word, "yes")) return Answer::yes;
  if (is_beginning_of(word, "no")) return Answer::no;
  return is_mod ? Answer::modify : Answer::unknown;
}

Outcome not_run(Command& command) {
  command.out.text("Job not run.\n");
  return Outcome::failed;
}

Outcome queue(Command& command, const RunPlan& plan) {
  JobId id;
  try {
    id = command.services.run(plan.request);
  } catch (const Error& error) {
    command.out.error(fmt::format("{}\n", error.message()));
  }
  if (!id) {
    command.out.error("Job failed.\n");
    return Outcome::failed;
  }
  const std::string text = fmt::format("Job queued. JobId={}", id.value);
  command.out.text(text + "\n");
  if (!plan.yes && command.ask.can_ask() && command.config().director().auditing)
    command.session.audit(fmt::format(" info message {}\n", text));
  const auto object = command.out.object("run");
  command.out.value("jobid", std::to_string(id.value));
  return Outcome::ok;
}

/// Shows what stands behind "mod" and applies it; the plan is shown again in either case.
Modified modify_by_words(Command& command, catalog::Catalog& catalog, RunPlan& plan,
                         const CommandLine& answer) {
  const auto words = parse_run_words(command, answer.arguments());
  if (!words) return Modified::refused;
  RunPlan changed = plan;
  if (!apply(command, catalog, changed, *words, "command line")) return Modified::refused;
  changed.yes = plan.yes;
  plan = std::move(changed);
  return Modified::again;
}

}  // namespace

Outcome confirm_and_run(Command& command, catalog::Catalog& catalog, RunPlan plan) {
  if (plan.yes || !command.ask.can_ask()) return queue(command, plan);
  show_plan(command, plan);
  for (;;) {
    const auto text = command.ask.line("OK to run? (yes/mod/no): ");
    if (!text) return not_run(command);
    const CommandLine answer(*text);
    switch (meaning_of(answer)) {
      case Answer::yes: return queue(command, plan);
      case Answer::no: return not_run(command);
      case Answer::modify:
        if (modify_by_menu(command, catalog, plan) == Modified::refused) return not_run(command);
        show_plan(command, plan);
        break;
      case Answer::modify_by_words:
        if (modify_by_words(command, catalog, plan, answer) == Modified::refused) return not_run(command);
        show_plan(command, plan);
        break;
      case Answer::unknown: command.out.warning(fmt::format("Illegal response {}\n", printable(*text)));
    }
  }
}

namespace handle {
namespace {

/// A restore job needs to know what to restore.
bool has_source(Command& command, catalog::Catalog& catalog, RunPlan& plan) {
  const RunRequest& request = plan.request;
  if (request.job->type != JobType::restore || !request.bootstrap.empty() || !request.job_ids.empty())
    return true;
  const auto id = command.ask.line("Please enter a JobId for restore: ");
  if (!id) return false;
  RunWords words;
  words[RunKey::job_id] = *id;
  return apply(command, catalog, plan, words, "user input");
}

bool needs_storage(const RunRequest& request) {
  return request.job->type == JobType::backup || request.job->type == JobType::restore;
}

bool is_permitted(Command& command, const RunRequest& request) {
  if (request.client && !command.allows(Acl::client, request.client->name)) {
    command.out.error(fmt::format("No authorization. Client \"{}\".\n", request.client->name));
    return false;
  }
  if (!request.storage && needs_storage(request)) {
    command.out.error("No storage specified.\n");
    return false;
  }
  if (request.storage && !command.allows(Acl::storage, request.storage->name)) {
    command.out.error(fmt::format("No authorization. Storage \"{}\".\n", request.storage->name));
    return false;
  }
  return true;
}

}  // namespace

Outcome run(Command& command) {
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::shared);
  if (!catalog) return Outcome::failed;
  const auto words = parse_run_words(command, command.line.arguments());
  if (!words) return Outcome::failed;
  const config::Job* job = resolve_job(command, *words);
  if (!job) return Outcome::failed;
  RunPlan plan = plan_of(command, *job);
  RunWords rest = *words;
  rest[RunKey::job].reset();
  if (!apply(command, *catalog, plan, rest, "command line")) return Outcome::failed;
  if (!has_source(command, *catalog, plan) || !is_permitted(command, plan.request)) return Outcome::failed;
  return confirm_and_run(command, *catalog, std::move(plan));
}

}  // namespace handle
}  // namespace holdfast::director::console
