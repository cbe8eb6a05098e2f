// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/login_limit.h"

namespace holdfast::director {

namespace {

constexpr std::chrono::seconds longest_pause{30};
constexpr std::size_t most_hosts = 10'000;

}  // namespace

void LoginLimit::forget_old(Failures& failures) const {
  const Instant now = clock_.instant();
  for (auto entry = failures.begin(); entry != failures.end();) {
    std::erase_if(entry->second, [&](Instant time) { return time + window < now; });
    entry = entry->second.empty() ? failures.erase(entry) : std::next(entry);
  }
}

bool LoginLimit::may_try(const std::string& host) {
  return failures_.with([&](Failures& failures) {
    forget_old(failures);
    const auto found = failures.find(host);
    return found == failures.end() || found->second.size() < most_failures;
  });
}

std::chrono::milliseconds LoginLimit::failed(const std::string& host) {
  return failures_.with([&](Failures& failures) -> std::chrono::milliseconds {
    forget_old(failures);
    if (failures.size() >= most_hosts && !failures.contains(host)) return longest_pause;
    auto& times = failures[host];
    times.push_back(clock_.instant());
    return std::min<std::chrono::milliseconds>(first_pause_ * static_cast<int>(times.size()), longest_pause);
  });
}

void LoginLimit::succeeded(const std::string& host) {
  failures_.with([&](Failures& failures) { failures.erase(host); });
}

}  // namespace holdfast::director
