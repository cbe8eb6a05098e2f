// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/leftovers.h"

#include "archive/leftovers.h"
#include "client/heartbeat.h"
#include "client/secure_erase.h"
#include "client/session.h"

namespace holdfast::client {

void delete_leftovers(Session& session) {
  if (!session.leftovers || !session.restore) return;
  const auto totals = session.restore->settle();
  auto& leftovers = *session.leftovers;
  const bool is_complete = rank(session.record->status) == 0 && !session.is_cancelled() &&
                           session.record->errors == 0 && totals.errors == 0 &&
                           totals.files == leftovers.expected_files;
  if (!is_complete)
    return session.log.message(
        MessageType::warning,
        fmt::format(
            "Nothing was deleted that is not in the backup: {} of {} files were restored, with {} errors",
            totals.files, leftovers.expected_files, totals.errors));
  leftovers.restored.complete();
  const Heartbeat beats(session.channel, session.self().heartbeat_interval);
  archive::delete_leftovers(session.daemon.files, session.files, leftovers.restored,
                            secure_erase(session.self().secure_erase_command, session.stop()), session.log,
                            session.stop());
}

}  // namespace holdfast::client
