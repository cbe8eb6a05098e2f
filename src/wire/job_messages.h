// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "base/job_codes.h"
#include "wire/layout.h"

// What a File Daemon and a Storage Daemon have in common towards the Director (interop 02, section 7;
// interop 03, section 7): messages for the job's log, the clock, cancelling, debug levels.

namespace holdfast::wire {

/// A message for the job's log; `text` is what the user sees, with its newlines.
struct JobMessage {
  std::string job;
  MessageType type = MessageType::info;
  std::int64_t time = 0;  ///< Unix seconds; 1: to be shown without a time, 0: now
  std::string text;
  template <typename = void>
  static constexpr auto layout() {
    return message("Jmsg Job=", field<&JobMessage::job>, " type=", field<&JobMessage::type>,
                   " level=", field<&JobMessage::time>, blank, rest<&JobMessage::text>);
  }
};

/// The answer to Signal::clock_request.
struct ClockReply {
  std::int64_t microseconds = 0;  ///< since 1970, UTC
  template <typename = void>
  static constexpr auto layout() {
    return message("btime ", field<&ClockReply::microseconds>, "\n");
  }
};

/// What a waiting side answers to the signals poll, end_of_data_poll and status (interop 01, section 1.3).
inline constexpr std::string_view director_alive = "1000 OK\n";
inline constexpr std::string_view daemon_alive = "2000 OK\n";
inline constexpr std::string_view status_alive = "Status OK\n";

/// A Storage Daemon also takes a job id in place of the name.
struct CancelCommand {
  std::string job;
  template <typename = void>
  static constexpr auto layout() {
    return message("cancel Job=", field<&CancelCommand::job>, "\n");
  }
};

struct BandwidthCommand {
  std::int64_t bytes_per_second = 0;
  std::string job;  ///< empty: the default of the daemon
  template <typename = void>
  static constexpr auto layout() {
    return message("setbandwidth=", field<&BandwidthCommand::bytes_per_second>,
                   " Job=", field<&BandwidthCommand::job>, "\n");
  }
};
inline constexpr std::string_view bandwidth_set = "2000 OK Bandwidth\n";

struct ResolveCommand {
  std::string host;
  template <typename = void>
  static constexpr auto layout() {
    return message("resolve ", field<&ResolveCommand::host>.up_to(255));
  }
};

struct ResolveReply {
  std::string daemon;
  std::string host;
  std::string addresses;  ///< "host[ipv4;127.0.0.1] ", one for each, with the blank
  template <typename = void>
  static constexpr auto layout() {
    return message(field<&ResolveReply::daemon>, " resolves ", field<&ResolveReply::host>.up_to(255), " to ",
                   line<&ResolveReply::addresses>, "\n");
  }
};

struct ResolveFailed {
  std::string daemon_and_colon;
  std::string host;
  template <typename = void>
  static constexpr auto layout() {
    return message(field<&ResolveFailed::daemon_and_colon>, " Failed to resolve ",
                   field<&ResolveFailed::host>.up_to(255), "\n");
  }
};

/// A line of ".status current" and ".status last".
struct JobStatusLine {
  JobId job_id;
  JobStatus status = JobStatus::created;
  std::uint32_t errors = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("JobId=", field<&JobStatusLine::job_id>, " JobStatus=", letter<&JobStatusLine::status>,
                   " JobErrors=", field<&JobStatusLine::errors>, "\n");
  }
};

inline constexpr std::string_view secure_erase_question = "getSecureEraseCmd\n";
inline constexpr std::string_view no_secure_erase = "*None*";

/// Director to both daemons; the lines of the bootstrap and end of data follow.
inline constexpr std::string_view bootstrap_command = "bootstrap\n";

}  // namespace holdfast::wire
