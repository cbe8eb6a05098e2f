// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/scheduled_starts.h"

#include <fmt/core.h>

#include <algorithm>

#include "jobs/selection.h"

namespace holdfast::director {
namespace {

/// Whether the same may succeed later: a server is away or full, a disk is full.
bool may_pass(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::network:
    case ErrorKind::refused:
    case ErrorKind::timeout:
    case ErrorKind::no_space:
    case ErrorKind::io: return true;
    default: return false;
  }
}

std::string catalog_of(const jobs::ScheduledRun& run, const config::DirectorConfiguration& configuration) {
  const auto chosen = jobs::choose_catalog(configuration, run.job->pool, *run.job, run.job->client);
  return chosen.resource != nullptr ? chosen.resource->name : "";
}

bool is_same(const jobs::ScheduledRun& a, const jobs::ScheduledRun& b) {
  return a.job == b.job && a.run == b.run;
}

}  // namespace

ScheduledStarts::ScheduledStarts(Start start, Say say, Errands& errands)
    : start_(std::move(start)), say_(std::move(say)), errands_(errands) {}

void ScheduledStarts::start(const jobs::ScheduledRun& run, const Configuration& configuration) {
  const Waiting wanted{configuration, run, catalog_of(run, *configuration)};
  enum class Others { none, of_the_catalog, the_same };
  const Others others = waiting_.read([&](const std::vector<Waiting>& waiting) {
    Others found = Others::none;
    for (const Waiting& other : waiting) {
      if (is_same(other.run, run)) return Others::the_same;
      if (other.catalog == wanted.catalog) found = Others::of_the_catalog;
    }
    return found;
  });
  if (others == Others::the_same)
    say_(MessageType::warning,
         fmt::format("Job {} is due again while it waits for its catalog; it is started once for both.\n",
                     run.job->name));
  else if (others == Others::of_the_catalog)
    wait_for_catalog(wanted, "others wait for its catalog already");
  else if (const auto why = obstacle_to(wanted))
    wait_for_catalog(wanted, *why);
}

std::optional<std::string> ScheduledStarts::obstacle_to(const Waiting& wanted) {
  const auto give_up = [&](const std::string& why) {
    say_(MessageType::error,
         fmt::format("Job {} could not be started by its schedule: {}\n", wanted.run.job->name, why));
  };
  try {
    start_(wanted.run, wanted.configuration);
  } catch (const Error& error) {
    if (may_pass(error)) return error.message();
    give_up(error.message());
  } catch (const std::exception& error) {
    give_up(error.what());
  }
  return std::nullopt;
}

void ScheduledStarts::wait_for_catalog(Waiting wanted, std::string_view why) {
  say_(MessageType::error, fmt::format("Job {} could not be started by its schedule: {}\nIt is started as "
                                       "soon as its catalog can take it.\n",
                                       wanted.run.job->name, why));
  waiting_.with([&](std::vector<Waiting>& waiting) { waiting.push_back(wanted); });
  errands_.add([this, wanted = std::move(wanted)] {
    if (obstacle_to(wanted)) return false;
    waiting_.with([&](std::vector<Waiting>& waiting) {
      std::erase_if(waiting, [&](const Waiting& other) { return is_same(other.run, wanted.run); });
    });
    return true;
  });
}

}  // namespace holdfast::director
