// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string_view>

namespace holdfast {

/// The letter that tells where a job stands; on the wire also as its decimal code (interop 02, section 9.1).
/// Letters a newer peer may know stay representable: the enumeration holds any character.
enum class JobStatus : char {
  cancelled = 'A',
  blocked = 'B',
  created = 'C',
  differences = 'D',  ///< a verify job found differences
  error_terminated = 'E',
  waiting_for_client = 'F',
  incomplete = 'I',
  committing = 'L',
  waiting_for_mount = 'M',
  running = 'R',
  waiting_for_storage = 'S',
  terminated = 'T',
  warnings = 'W',  ///< terminated normally, with warnings
  attribute_despooling = 'a',
  waiting_for_client_resource = 'c',
  waiting_for_maximum_jobs = 'd',
  error = 'e',  ///< a non-fatal error
  fatal = 'f',
  attribute_inserting = 'i',
  waiting_for_job_resource = 'j',
  data_despooling = 'l',
  waiting_for_media = 'm',
  waiting_for_priority = 'p',
  waiting_for_device = 'q',
  waiting_for_storage_resource = 's',
  waiting_for_start_time = 't',
};

/// How strongly a status holds: it is replaced only by one of the same or a higher rank.
constexpr int rank(JobStatus status) {
  switch (status) {
    case JobStatus::incomplete: return 10;
    case JobStatus::error_terminated:
    case JobStatus::fatal:
    case JobStatus::cancelled: return 9;
    case JobStatus::error: return 8;
    case JobStatus::differences: return 7;
    default: return 0;
  }
}

/// The status after `next` was reported: the newest of equal rank wins.
constexpr JobStatus merged(JobStatus current, JobStatus next) {
  const bool both_usual = rank(next) == 0 && rank(current) == 0;
  return both_usual || rank(next) > rank(current) ? next : current;
}

/// True for the states in which a job must stop where it is.
constexpr bool is_stopped(JobStatus status) { return rank(status) == 9; }

/// What of the files is saved, or what is verified (interop 02, section 9.2).
enum class JobLevel : char {
  none = ' ',
  full = 'F',
  incremental = 'I',
  differential = 'D',
  since = 'S',
  base = 'B',
  virtual_full = 'f',
  verify_catalog = 'C',
  verify_init = 'V',
  verify_volume = 'O',
  verify_disk = 'd',
  verify_data = 'A',
};

enum class JobType : char {
  none = 0,  ///< not set
  backup = 'B',
  migrated = 'M',
  verify = 'V',
  restore = 'R',
  console = 'U',
  internal = 'I',
  admin = 'D',
  archive = 'A',
  copy_of_job = 'C',
  copy = 'c',
  migrate = 'g',
  scan = 'S',
  consolidate = 'O',
};

/// What a job message is about; decides where it is delivered (interop 02, section 7).
enum class MessageType : int {
  abort = 1,
  debug = 2,
  fatal = 3,
  error = 4,
  warning = 5,
  info = 6,
  saved = 7,
  not_saved = 8,
  skipped = 9,
  mount = 10,
  error_terminate = 11,
  terminate = 12,
  restored = 13,
  security = 14,
  alert = 15,
  volume_management = 16,
  audit = 17,
  configuration_error = 18,
};

/// What stands between "<daemon> JobId <id>: " and the text: "Error: " for errors, nothing for most.
constexpr std::string_view message_prefix(MessageType type) {
  switch (type) {
    case MessageType::fatal: return "Fatal error: ";
    case MessageType::error: return "Error: ";
    case MessageType::warning: return "Warning: ";
    case MessageType::security: return "Security violation: ";
    default: return "";
  }
}

}  // namespace holdfast
