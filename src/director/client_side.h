// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "director/active_job.h"
#include "director/connector.h"
#include "director/conversation.h"
#include "director/fileset_lines.h"
#include "director/storage_side.h"
#include "wire/client_to_director.h"
#include "wire/director_to_client.h"
#include "wire/director_to_storage.h"

namespace holdfast::director {

/// The conversation with the File Daemon of one job (interop 02, sections 1 to 6). Each function throws Error
/// where the daemon refuses or the connection fails.
class ClientSide {
 public:
  ClientSide(const JobPlan& plan, Requests& requests, transport::Connected connected, const Clock& clock,
             const ConversationLimits& limits);

  /// What the client says about itself: version and system. `key` is the Storage Daemon's for this job.
  std::string start_job(JobId id, const std::string& name, VolumeSession session, const std::string& key);
  void send_level(JobLevel level);
  /// What an accurate backup compares with: the beginning, each file, the end.
  void begin_accurate_list(std::uint64_t estimated_files);
  void send_accurate_file(const wire::AccurateFile& file);
  void end_accurate_list();
  /// Whether all who are going to read what the client compresses understand zstd.
  enum class Zstd { understood, unknown };
  /// What was replaced in the FileSet because somebody would not understand it, for the job log.
  std::optional<std::string> send_fileset(const config::FileSet& fileset, const FileSetCommands& commands,
                                          Zstd zstd);
  void send_plugin_options();
  std::string secure_erase_command();
  /// How fast the job may send, where its configuration, or that of the client, says so.
  void limit_bandwidth(const std::string& job);
  enum class ScriptsBefore { done, failed };
  /// Scripts that run on the client; those before the job run now.
  ScriptsBefore send_scripts();
  /// What plugins left in earlier jobs; nothing is said where there is none.
  void send_restore_objects(const std::vector<catalog::RestoreObjectRow>& objects);
  enum class WithKey { no, yes };
  void send_storage(const config::Storage& storage, const std::string& key, WithKey with_key);
  /// For a passive client, in restores: the key of the Storage Daemon that is going to connect to it.
  void send_authorization(const std::string& key);
  /// Where a Storage Daemon finds this passive client.
  wire::PassiveClient passive_client() const;
  void start_backup();
  /// Files are changed where they lie. Throws Error{unsupported} for a client that is not ours.
  void ask_for_restore_in_place();
  /// Once so many files are restored, those are deleted that the FileSet, sent before, would save and that are not among
  /// them. Throws Error{unsupported} for a client that is not ours.
  void ask_for_deletion(std::uint32_t files);
  void start_restore(const wire::RestoreCommand& command);
  /// Waits until the client has restored everything of the present storage.
  void finish_storage();
  /// There are no more storages.
  void end_restore();
  void start_verify(JobLevel level);
  /// Every packet about a file, up to the end of the list.
  void hear_verified(const std::function<void(std::string_view packet)>& take);
  /// The last word on the job; empty where the conversation ended without.
  std::optional<wire::client::JobEnd> wait_for_end(JobLog& log);
  /// Lines go to `tell`, up to the end.
  void estimate(bool listing, const std::function<void(std::string_view)>& tell);

  void terminate() noexcept { conversation_.terminate(); }
  void interrupt() noexcept { conversation_.interrupt(); }
  Conversation& conversation() { return conversation_; }

 private:
  void needs_extensions(std::string_view action);
  std::uint32_t ssl_for(const config::TlsSettings& tls) const;

  const JobPlan& plan_;
  const ConversationLimits& limits_;
  transport::FirstBytes first_;
  Conversation conversation_;
};

}  // namespace holdfast::director
