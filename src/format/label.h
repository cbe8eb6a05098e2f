// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/expected.h"
#include "base/ids.h"

namespace holdfast::format {

/// At the start of every volume and session label.
inline constexpr std::string_view label_id = "Bareos 2.0 immortal\n";
inline constexpr std::uint32_t label_version = 20;
/// No label payload is longer; texts are cut when written.
inline constexpr std::size_t max_label_payload = 1024;

/// The payload of a volume label (interop 04, section 4.2). From pool_type on the fields are informative.
struct VolumeLabel {
  Time labelled;
  Time written;
  std::string volume;
  std::string previous_volume;
  std::string pool;
  std::string pool_type = "Backup";
  std::string media_type;
  std::string host;
  std::string program;  ///< name of the Storage Daemon, or of the tool
  std::string version;  ///< "Ver. 25.1.0 03 August 2026"
  std::string build;    ///< "Build 2026-08-03 08:44:12"

  bool operator==(const VolumeLabel&) const = default;
};

/// What a session label of type session_end adds. Addresses are informative.
struct SessionEnd {
  std::uint32_t files = 0;
  std::uint64_t bytes = 0;  ///< sum of the payloads of all records with positive file index
  std::uint32_t start_block = 0;
  std::uint32_t end_block = 0;
  std::uint32_t start_file = 0;
  std::uint32_t end_file = 0;
  std::uint32_t errors = 0;
  char status = 'T';

  bool operator==(const SessionEnd&) const = default;
};

/// The payload of a session label (interop 04, section 4.5).
struct SessionLabel {
  JobId job_id;
  Time written;
  std::string pool;
  std::string pool_type = "Backup";
  std::string job_name;  ///< of the resource
  std::string client;
  std::string job;  ///< unique
  std::string file_set;
  char type = 'B';
  char level = 'F';
  std::string file_set_md5;
  std::optional<SessionEnd> end;

  bool operator==(const SessionLabel&) const = default;
};

struct LabelFault {
  enum class Kind { cut_short, wrong_id, wrong_version };
  Kind kind;
  std::string found;  ///< the id or version that stood there
};

Expected<VolumeLabel, LabelFault> parse_volume_label(Bytes payload);
enum class SessionEdge { start, end };
Expected<SessionLabel, LabelFault> parse_session_label(Bytes payload, SessionEdge edge);

Buffer encode(const VolumeLabel& label);
Buffer encode(const SessionLabel& label);

}  // namespace holdfast::format
