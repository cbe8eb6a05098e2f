// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "base/job_codes.h"
#include "wire/handshake.h"
#include "wire/layout.h"

// The data connection between File Daemon and Storage Daemon, both directions (interop 02, section 8), and
// that between two Storage Daemons (interop 03, section 6.3).

namespace holdfast::wire {

inline constexpr std::string_view append_open = "append open session\n";

struct AppendData {
  std::uint32_t ticket = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("append data ", field<&AppendData::ticket>, "\n");
  }
};

struct AppendEnd {
  std::uint32_t ticket = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("append end session ", field<&AppendEnd::ticket>, "\n");
  }
};

struct AppendClose {
  std::uint32_t ticket = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("append close session ", field<&AppendClose::ticket>, "\n");
  }
};

/// The volume and the four addresses mean nothing: the bootstrap tells what to read.
struct ReadOpen {
  std::string volume = "DummyVolume";
  VolumeSession session;
  std::uint32_t start_file = 0;
  std::uint32_t end_file = 0;
  std::uint32_t start_block = 0;
  std::uint32_t end_block = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("read open session = ", field<&ReadOpen::volume>, " ",
                   field<&ReadOpen::session, &VolumeSession::id>, " ",
                   field<&ReadOpen::session, &VolumeSession::time>, " ", field<&ReadOpen::start_file>, " ",
                   field<&ReadOpen::end_file>, " ", field<&ReadOpen::start_block>, " ",
                   field<&ReadOpen::end_block>, "\n");
  }
};

struct ReadData {
  std::uint32_t ticket = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("read data ", field<&ReadData::ticket>, "\n");
  }
};

struct ReadClose {
  std::uint32_t ticket = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("read close session ", field<&ReadClose::ticket>, "\n");
  }
};

/// To append open session and read open session.
struct OpenReply {
  std::uint32_t ticket = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("3000 OK open ticket = ", field<&OpenReply::ticket>, "\n");
  }
};

struct CloseReply {
  JobStatus status = JobStatus::terminated;
  template <typename = void>
  static constexpr auto layout() {
    return message("3000 OK close Status = ", field<&CloseReply::status>, "\n");
  }
};

inline constexpr std::string_view ok_data = "3000 OK data\n";
inline constexpr std::string_view ok_append_data = "3000 OK append data\n";
inline constexpr std::string_view ok_append_end = "3000 OK end\n";
inline constexpr std::string_view read_error = "3000 error\n";
inline constexpr std::string_view invalid_data_command = "3900 Invalid command\n";
inline constexpr std::string_view session_already_open = "3901 Error session already open\n";
inline constexpr std::string_view session_not_open = "3902 Error session not opened\n";
inline constexpr std::string_view append_data_error = "3903 Error append data\n";
inline constexpr std::string_view append_failed = "3999 Failed append\n";

/// Opens a stream of a file; data packets and end of data follow. Three numbers and no newline.
struct StreamHeader {
  std::int32_t file_index = 0;
  std::int32_t stream = 0;
  std::int32_t unused = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message(field<&StreamHeader::file_index>, " ", field<&StreamHeader::stream>, " ",
                   field<&StreamHeader::unused>);
  }
};

/// Goes before every record read; one packet of `length` bytes follows, also when it is 0.
struct RecordHeader {
  VolumeSession session;
  std::int32_t file_index = 0;
  std::int32_t stream = 0;
  std::uint32_t length = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("rechdr ", field<&RecordHeader::session, &VolumeSession::id>, " ",
                   field<&RecordHeader::session, &VolumeSession::time>, " ", field<&RecordHeader::file_index>,
                   " ", field<&RecordHeader::stream>, " ", field<&RecordHeader::length>);
  }
};

/// Between Storage Daemons.
inline constexpr std::string_view start_replicate = "start replicate\n";
inline constexpr std::string_view end_replicate = "end replicate\n";

struct StartReplicateReply {
  std::uint32_t ticket = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("3000 OK start replicate ticket = ", field<&StartReplicateReply::ticket>, "\n");
  }
};

struct ReplicateData {
  std::uint32_t ticket = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("replicate data ", field<&ReplicateData::ticket>, "\n");
  }
};

inline constexpr std::string_view ok_replicate_data = "3000 OK replicate data\n";
inline constexpr std::string_view ok_end_replicate = "3000 OK end replicate\n";
inline constexpr std::string_view replicate_already_open = "3901 Error replicate session already open\n";
inline constexpr std::string_view replicate_not_open = "3902 Error replicate session not opened\n";
inline constexpr std::string_view replicate_data_error = "3903 Error replicate data\n";

}  // namespace holdfast::wire
