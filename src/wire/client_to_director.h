// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "base/job_codes.h"
#include "wire/job_messages.h"
#include "wire/layout.h"

// What a File Daemon answers a Director (interop 02, sections 1 to 6).

namespace holdfast::wire::client {

inline constexpr std::string_view ok_level = "2000 OK level\n";
inline constexpr std::string_view ok_file_set = "2000 OK include\n";
inline constexpr std::string_view ok_plugin_options = "2000 OK PluginOptions\n";
inline constexpr std::string_view ok_run_script = "2000 OK RunScript\n";
inline constexpr std::string_view ok_run_before = "2000 OK RunBeforeNow\n";
inline constexpr std::string_view ok_restore_object = "2000 OK ObjectRestored\n";
inline constexpr std::string_view ok_session = "2000 OK session\n";
inline constexpr std::string_view ok_authorization = "2000 OK Authorization\n";
inline constexpr std::string_view ok_storage = "2000 OK storage\n";
inline constexpr std::string_view ok_backup = "2000 OK backup\n";
inline constexpr std::string_view ok_restore_options = "2000 OK restoreoptions\n";
inline constexpr std::string_view bad_restore_options = "2902 Bad restoreoptions\n";
inline constexpr std::string_view ok_restore = "2000 OK restore\n";
inline constexpr std::string_view ok_storage_end = "2000 OK storage end\n";
inline constexpr std::string_view ok_verify = "2000 OK verify\n";
inline constexpr std::string_view ok_bootstrap = "2000 OK bootstrap\n";
inline constexpr std::string_view ok_status = "2000 OK .status\n";

inline constexpr std::string_view bad_status = "2900 Bad .status command, wrong argument.\n";
inline constexpr std::string_view bad_job = "2901 Bad Job\n";
inline constexpr std::string_view bad_backup = "2902 Bad backup\n";
inline constexpr std::string_view bad_storage = "2902 Bad storage\n";
inline constexpr std::string_view bad_authorization = "2902 Bad setauthorization\n";
inline constexpr std::string_view bad_cancel = "2902 Error scanning cancel command.\n";
inline constexpr std::string_view bad_plugin_options = "2905 Bad PluginOptions command.\n";
inline constexpr std::string_view failed_run_script = "2905 Failed RunScript\n";
inline constexpr std::string_view bad_restore_object = "2909 Bad RestoreObject command.\n";
inline constexpr std::string_view bad_accurate = "2991 Bad accurate command\n";
inline constexpr std::string_view bad_estimate = "2992 Bad estimate command.\n";
inline constexpr std::string_view refused_to_monitor =
    "2997 Invalid command for a Director with Monitor directive enabled.\n";
inline constexpr std::string_view invalid_command = "2999 Invalid command\n";

/// The Director keeps `system` as the client's uname; no newline ends the message.
struct JobReply {
  std::string system;  ///< "25.1.0 (03Aug26) Debian GNU/Linux 12 (bookworm),debian"
  template <typename = void>
  static constexpr auto layout() {
    return message("2000 OK Job ", rest<&JobReply::system>);
  }
};

struct SecureEraseReply {
  std::string command{no_secure_erase};
  template <typename = void>
  static constexpr auto layout() {
    return message("2000 OK FDSecureEraseCmd ", line<&SecureEraseReply::command>, "\n");
  }
};

/// Numbers with thousands commas, for the console.
struct EstimateReply {
  std::string files;
  std::string bytes;
  template <typename = void>
  static constexpr auto layout() {
    return message("2000 OK estimate files=", field<&EstimateReply::files>,
                   " bytes=", field<&EstimateReply::bytes>, "\n");
  }
};

/// The last message of a conversation that had a job.
struct JobEnd {
  JobStatus status = JobStatus::terminated;
  std::uint32_t files = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes = 0;
  std::uint32_t errors = 0;
  bool vss = false;
  bool encrypted = false;
  template <typename = void>
  static constexpr auto layout() {
    return message("2800 End Job TermCode=", field<&JobEnd::status>, " JobFiles=", field<&JobEnd::files>,
                   " ReadBytes=", field<&JobEnd::bytes_read>, " JobBytes=", field<&JobEnd::bytes>,
                   " Errors=", field<&JobEnd::errors>, " VSS=", field<&JobEnd::vss>,
                   " Encrypt=", field<&JobEnd::encrypted>, "\n");
  }
};

struct Cancelled {
  std::string job;
  template <typename = void>
  static constexpr auto layout() {
    return message("2001 Job ", field<&Cancelled::job>, " marked to be canceled.\n");
  }
};

struct JobNotFound {
  std::string job;
  template <typename = void>
  static constexpr auto layout() {
    return message("2901 Job ", field<&JobNotFound::job>, " not found.\n");
  }
};

struct BadBandwidth {
  std::string command;
  template <typename = void>
  static constexpr auto layout() {
    return message("2991 Bad setbandwidth command: ", line<&BadBandwidth::command>, "\n");
  }
};

struct BadDebug {
  std::string command;
  template <typename = void>
  static constexpr auto layout() {
    return message("2991 Bad setdebug command: ", line<&BadDebug::command>, "\n");
  }
};

struct BadVerify {
  std::string command;
  template <typename = void>
  static constexpr auto layout() {
    return message("2994 Bad verify command: ", line<&BadVerify::command>, "\n");
  }
};

struct BadVerifyLevel {
  std::string level;
  template <typename = void>
  static constexpr auto layout() {
    return message("2994 Bad verify level: ", line<&BadVerifyLevel::level>, "\n");
  }
};

/// A file met by a verify job.
struct VerifyAttributes {
  std::uint32_t file_index = 0;
  std::int32_t stream = 1;
  std::string options;  ///< what the Director is to compare: "Vpins5"
  std::string name;     ///< directories with a slash at the end
  std::string packed_stat;
  std::string link;
  template <typename = void>
  static constexpr auto layout() {
    using V = VerifyAttributes;
    return message(field<&V::file_index>, " ", field<&V::stream>, " ", field<&V::options>, blank,
                   terminated<&V::name>, terminated<&V::packed_stat>, terminated<&V::link>);
  }
};

/// Follows VerifyAttributes of the same file.
struct VerifyDigest {
  std::uint32_t file_index = 0;
  std::int32_t stream = 0;
  std::string digest;  ///< standard base64 without padding
  std::string name;    ///< "*MD5-1*": digest and file index
  template <typename = void>
  static constexpr auto layout() {
    using V = VerifyDigest;
    return message(field<&V::file_index>, " ", field<&V::stream>, " ", field<&V::digest>, " ",
                   field<&V::name>);
  }
};

struct DebugReply {
  std::int32_t level = 0;
  std::int32_t trace = 0;
  std::int32_t hangup = 0;
  std::optional<std::int32_t> timestamp;
  std::string trace_file;
  template <typename = void>
  static constexpr auto layout() {
    return message("2000 OK setdebug=", field<&DebugReply::level>, " trace=", field<&DebugReply::trace>,
                   " hangup=", field<&DebugReply::hangup>, optional<&DebugReply::timestamp>(" timestamp="),
                   " tracefile=", line<&DebugReply::trace_file>, "\n");
  }
};

}  // namespace holdfast::wire::client
