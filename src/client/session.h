// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "archive/protection.h"
#include "archive/restore.h"
#include "client/director_session.h"
#include "client/job_log.h"
#include "client/leftovers.h"
#include "client/scripts.h"
#include "client/storage_link.h"
#include "plugins/plugin_set.h"
#include "selection/fileset.h"
#include "selection/known_files.h"

namespace holdfast::client {

/// What a job did, for its last message.
struct JobTotals {
  std::uint64_t files = 0;
  std::uint64_t read_bytes = 0;
  std::uint64_t bytes = 0;
  std::uint64_t errors = 0;
};

/// One conversation with a Director, as its commands see it. Used by its thread alone; what others may touch is
/// in `record`.
struct Session {
  Session(const Surroundings& surroundings, const config::FileDaemonConfiguration& configuration,
          const config::FileDaemonDirector& director, transport::Channel& channel);

  const Surroundings& daemon;
  const config::FileDaemonConfiguration& configuration;
  const config::FileDaemonDirector& director;
  transport::Channel& channel;
  std::shared_ptr<JobRecord> record;
  JobLog log;
  Scripts scripts;

  // From JobId=, level and fileset.
  JobId id;
  std::string job;
  VolumeSession volume_session;
  std::string key;
  JobLevel level = JobLevel::none;
  std::optional<Time> since;  ///< by our clock
  selection::FileSet files;
  std::shared_ptr<const archive::Protection> protection;  ///< of a backup; null for none
  /// Of an accurate job, once its list came; null otherwise.
  std::unique_ptr<selection::KnownFiles> known;

  std::unique_ptr<StorageLink> storage;
  bool several_storages = false;  ///< a second key came: each restore is answered (interop 02, section 5.6)

  /// Null as long as nothing concerns plugins; the restore uses it.
  std::unique_ptr<plugins::PluginSet> plugins;

  // A restore goes on over several storages; its target is completed when the conversation ends.
  archive::RestoreOptions::Existing existing = archive::RestoreOptions::Existing::made_anew;
  std::unique_ptr<Leftovers> leftovers;  ///< where what is not in the backup is to be deleted, at the end
  std::unique_ptr<tree::FileTarget> target;
  std::unique_ptr<archive::Restore> restore;
  JobTotals totals;
  stream::RecordTally tally;  ///< of a backup

  const config::FileDaemon& self() const { return configuration.client(); }
  std::stop_token stop() const { return record->stop.get_token(); }
  bool is_cancelled() const { return record->stop.stop_requested(); }

  /// A reply or any other packet to the Director.
  void reply(std::string_view text) { channel.send(text); }
  /// The next packet of a list; nothing at its end, which is any signal. Throws Error{network} when the
  /// Director is gone. Valid until the next call.
  std::optional<std::string_view> next_of_list();

  /// Absolute Job Timeout: how long one read or write may stay blocked; zero means for ever.
  std::chrono::milliseconds patience() const { return std::chrono::seconds(self().absolute_job_timeout); }

  /// What limits the connection to the Storage Daemon: `setbandwidth`, else the Director resource, else that of the
  /// daemon (interop 01, section 14).
  Bandwidth bandwidth() const;

  JobCodes codes() const;
  JobType type() const;
  void set_type(JobType type);
};

/// Whether the conversation takes more commands.
enum class Next { go_on, end };

}  // namespace holdfast::client
