// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/unique_names.h"

#include "base/local_time.h"
#include "base/text.h"
#include "jobs/texts.h"

namespace holdfast::jobs {

std::string UniqueNames::make(std::string_view resource) {
  constexpr std::size_t longest = 98;
  const Moment now = std::chrono::floor<std::chrono::seconds>(clock_.now());
  const auto [second, count] = state_.with([&](State& state) {
    state.latest = std::max(now, state.latest);
    state.count = (state.count + 1) % 60;
    // The peer waits here for the next second. A name that is a second early is as unique and costs no time.
    auto& used_last = state.used_last[state.count];
    state.latest = std::max(state.latest, used_last + std::chrono::seconds(1));
    used_last = state.latest;
    return std::pair(state.latest, state.count);
  });
  return fmt::format("{}.{}_{:02}", replace_all(std::string(resource.substr(0, longest)), " ", "_"),
                     local_time(second, "%Y-%m-%d_%H.%M.%S"), count);
}

}  // namespace holdfast::jobs
