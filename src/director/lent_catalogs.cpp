// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/lent_catalogs.h"

#include "base/error.h"

namespace holdfast::director {
namespace {

constexpr std::size_t most_idle = 4;

}  // namespace

void LentCatalogs::use(const config::Catalog& resource,
                       const std::function<void(catalog::Catalog&)>& action) {
  const Place place{resource.name, resource.database, resource.address, resource.port};
  if (auto session = take(place)) try {
      action(*session);
      return give_back(place, std::move(session));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::network) throw;
    }
  auto session = open_(resource);
  action(*session);
  give_back(place, std::move(session));
}

std::unique_ptr<catalog::Catalog> LentCatalogs::take(const Place& place) {
  const std::lock_guard lock(mutex_);
  Sessions& sessions = idle_[place];
  if (sessions.empty()) return nullptr;
  auto session = std::move(sessions.back());
  sessions.pop_back();
  return session;
}

// One too many is closed when the lock is free again: parameters live longer.
void LentCatalogs::give_back(const Place& place, std::unique_ptr<catalog::Catalog> session) {
  const std::lock_guard lock(mutex_);
  Sessions& sessions = idle_[place];
  if (sessions.size() < most_idle) sessions.push_back(std::move(session));
}

}  // namespace holdfast::director
