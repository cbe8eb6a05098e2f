// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/incoming_storage.h"

namespace holdfast::client {

namespace {
constexpr auto patience = std::chrono::seconds(5);
}

bool has_storage(Session& session) {
  if (session.storage) return true;
  const bool may_come = !session.key.empty() && session.key != wire::no_authorization;
  if (!may_come) return false;
  std::unique_ptr<transport::Channel> channel;
  session.record->incoming.wait_for(
      session.stop(), patience, [](const auto& waiting) { return waiting != nullptr; },
      [&](auto& waiting) { channel = std::move(waiting); });
  if (!channel) return false;
  session.storage = std::make_unique<StorageLink>(std::move(channel), session.patience(), session.stop());
  session.record->has_storage = true;
  return true;
}

}  // namespace holdfast::client
