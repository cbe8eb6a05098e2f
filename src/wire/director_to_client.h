// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "base/job_codes.h"
#include "wire/handshake.h"
#include "wire/job_messages.h"
#include "wire/layout.h"

// What a Director says to a File Daemon (interop 02, sections 1 to 5).

namespace holdfast::wire {

/// The key of jobs that have no Storage Daemon.
inline constexpr std::string_view no_authorization = "dummy";

/// What `ssl=` says about a job connection (interop 01, section 7).
inline constexpr std::uint32_t immediate_tls = 4;
/// Verify jobs that read no volumes.
inline constexpr std::uint32_t no_storage_of_verify = 254;

struct ClientJobCommand {
  JobId job_id;
  std::string job;
  VolumeSession session;
  std::string authorization;         ///< key of the connection to the Storage Daemon
  std::optional<std::uint32_t> ssl;  ///< absent after a cleartext Hello; counts as 0 then
  template <typename = void>
  static constexpr auto layout() {
    return message("JobId=", field<&ClientJobCommand::job_id>, " Job=", field<&ClientJobCommand::job>,
                   " SDid=", field<&ClientJobCommand::session, &VolumeSession::id>,
                   " SDtime=", field<&ClientJobCommand::session, &VolumeSession::time>,
                   " Authorization=", field<&ClientJobCommand::authorization>,
                   optional<&ClientJobCommand::ssl>(" ssl="), "\n");
  }
};

enum class ClientLevel { full, base, differential, incremental };

inline constexpr std::array client_levels{
    std::pair{std::string_view("full"), ClientLevel::full},
    std::pair{std::string_view("base"), ClientLevel::base},
    std::pair{std::string_view("differential"), ClientLevel::differential},
    std::pair{std::string_view("incremental"), ClientLevel::incremental},
};

struct LevelCommand {
  bool accurate = false;
  ClientLevel level = ClientLevel::full;
  bool rerunning = false;
  std::uint32_t mtime_only = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("level = ", flag<&LevelCommand::accurate>("accurate_"),
                   choice<&LevelCommand::level>(client_levels), flag<&LevelCommand::rerunning>(" rerunning"),
                   "  mtime_only=", field<&LevelCommand::mtime_only>, " \n");
  }
};

/// Follows LevelCommand for differential and incremental; the clock exchange comes next.
struct SinceCommand {
  std::int64_t since = 0;  ///< start of the previous job, Unix seconds by the Director's clock
  std::uint32_t mtime_only = 0;
  std::string previous_job;
  template <typename = void>
  static constexpr auto layout() {
    return message("level = since_utime ", field<&SinceCommand::since>,
                   " mtime_only=", field<&SinceCommand::mtime_only>,
                   " prev_job=", field<&SinceCommand::previous_job>, "\n");
  }
};

/// The lines of the file set (fileset_line.h) and end of data follow.
struct FileSetCommand {
  std::optional<std::uint32_t> vss;
  template <typename = void>
  static constexpr auto layout() {
    return message("fileset", optional<&FileSetCommand::vss>(" vss="), "\n");
  }
};

struct PluginOptionsCommand {
  std::string options;
  template <typename = void>
  static constexpr auto layout() {
    return message("pluginoptions ", bashed<&PluginOptionsCommand::options>.up_to(no_limit), "\n");
  }
};

/// Two packets follow: the object's name, and `length` bytes.
struct RestoreObjectCommand {
  JobId job_id;
  std::uint32_t length = 0;
  std::uint32_t full_length = 0;
  std::int32_t object_index = 0;
  std::int32_t object_type = 0;
  std::int32_t compression = 0;
  std::int32_t file_index = 0;
  std::string plugin;
  template <typename = void>
  static constexpr auto layout() {
    return message("restoreobject JobId=", field<&RestoreObjectCommand::job_id>, " ",
                   field<&RestoreObjectCommand::length>, ",", field<&RestoreObjectCommand::full_length>, ",",
                   field<&RestoreObjectCommand::object_index>, ",", field<&RestoreObjectCommand::object_type>,
                   ",", field<&RestoreObjectCommand::compression>, ",",
                   field<&RestoreObjectCommand::file_index>, ",",
                   bashed<&RestoreObjectCommand::plugin>.up_to(no_limit), "\n");
  }
};
inline constexpr std::string_view restore_object_end = "restoreobject end\n";

/// When a script runs: bits of RunScriptCommand::when.
enum class ScriptTime : std::uint32_t { after = 1, before = 2, after_snapshot = 4 };

struct RunScriptCommand {
  bool on_success = true;
  bool on_failure = false;
  bool abort_on_error = false;
  std::uint32_t when = 0;
  std::string command;
  template <typename = void>
  static constexpr auto layout() {
    return message("Run OnSuccess=", field<&RunScriptCommand::on_success>,
                   " OnFailure=", field<&RunScriptCommand::on_failure>,
                   " AbortOnError=", field<&RunScriptCommand::abort_on_error>,
                   " When=", field<&RunScriptCommand::when>,
                   " Command=", bashed<&RunScriptCommand::command>.up_to(no_limit), "\n");
  }
};
inline constexpr std::string_view run_before_now = "RunBeforeNow\n";

/// One AccurateFile for each file and end of data follow.
struct AccurateCommand {
  std::uint64_t files = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("accurate files=", field<&AccurateCommand::files>, "\n");
  }
};

/// A file as the catalog knows it.
struct AccurateFile {
  std::string name;  ///< directories with a slash at the end
  std::string packed_stat;
  std::string digest;  ///< standard base64; may be empty
  std::uint32_t delta_sequence = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message(terminated<&AccurateFile::name>, terminated<&AccurateFile::packed_stat>,
                   terminated<&AccurateFile::digest>, field<&AccurateFile::delta_sequence>);
  }
};

/// Where the Storage Daemon is. `authorization` is there for restore and verify, and may be empty.
struct StorageCommand {
  std::string address;
  std::uint16_t port = 0;
  std::uint32_t ssl = 0;
  std::optional<std::string> authorization;
  template <typename = void>
  static constexpr auto layout() {
    return message("storage address=", field<&StorageCommand::address>.up_to(255),
                   " port=", field<&StorageCommand::port>, " ssl=", field<&StorageCommand::ssl>,
                   optional<&StorageCommand::authorization>(" Authorization="), "\n");
  }
};

/// To a passive client, in restores: the key of the Storage Daemon that is going to connect.
struct AuthorizationCommand {
  std::string authorization;
  template <typename = void>
  static constexpr auto layout() {
    return message("setauthorization Authorization=", field<&AuthorizationCommand::authorization>, "\n");
  }
};

struct BackupCommand {
  std::int32_t file_index = 0;  ///< files already saved by an incomplete run; normally 0
  template <typename = void>
  static constexpr auto layout() {
    return message("backup FileIndex=", field<&BackupCommand::file_index>, "\n");
  }
};

/// What a restore does with files that exist.
enum class Replace : char { always = 'a', if_newer = 'w', if_older = 'o', never = 'n' };

/// Ours, before the first RestoreCommand: docs/protocol/own-extensions.md.
inline constexpr std::string_view restore_in_place = "restoreoptions inplace=1\n";

/// Ours as well, after a FileSet: what that would save and the backup does not hold is deleted, once so many files were
/// restored without errors.
struct DeleteLeftoversCommand {
  std::uint32_t files = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("restoreoptions delete=1 files=", field<&DeleteLeftoversCommand::files>, "\n");
  }
};

struct RestoreCommand {
  Replace replace = Replace::always;
  bool prefix_links = false;
  bool by_expression = false;  ///< `where` is a list of regular expressions, not a prefix
  std::string where;
  template <typename = void>
  static constexpr auto layout() {
    return message("restore replace=", letter<&RestoreCommand::replace>,
                   " prelinks=", field<&RestoreCommand::prefix_links>, " ",
                   flag<&RestoreCommand::by_expression>("regex"),
                   "where=", bashed<&RestoreCommand::where>.up_to(no_limit), "\n");
  }
};
inline constexpr std::string_view end_restore = "endrestore";

inline constexpr std::array verify_levels{
    std::pair{std::string_view("init"), JobLevel::verify_init},
    std::pair{std::string_view("catalog"), JobLevel::verify_catalog},
    std::pair{std::string_view("volume"), JobLevel::verify_volume},
    std::pair{std::string_view("disk_to_catalog"), JobLevel::verify_disk},
    std::pair{std::string_view("data"), JobLevel::verify_data},
};

struct VerifyCommand {
  JobLevel level = JobLevel::verify_init;
  template <typename = void>
  static constexpr auto layout() {
    return message("verify level=", choice<&VerifyCommand::level>(verify_levels), "\n");
  }
};

struct EstimateCommand {
  bool listing = false;
  template <typename = void>
  static constexpr auto layout() {
    return message("estimate listing=", field<&EstimateCommand::listing>, "\n");
  }
};

inline constexpr std::string_view client_status_command = "status";

/// ".status current" and the like; the same to a Storage Daemon.
struct DotStatusCommand {
  std::string what;
  template <typename = void>
  static constexpr auto layout() {
    return message(".status ", field<&DotStatusCommand::what>, "\n");
  }
};

/// -1 leaves a setting as it is.
struct ClientDebugCommand {
  std::int32_t level = -1;
  std::int32_t trace = -1;
  std::int32_t hangup = -1;
  std::optional<std::int32_t> timestamp;
  template <typename = void>
  static constexpr auto layout() {
    return message("setdebug=", field<&ClientDebugCommand::level>,
                   " trace=", field<&ClientDebugCommand::trace>,
                   " hangup=", field<&ClientDebugCommand::hangup>,
                   optional<&ClientDebugCommand::timestamp>(" timestamp="), "\n");
  }
};

}  // namespace holdfast::wire
