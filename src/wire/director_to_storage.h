// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "base/job_codes.h"
#include "wire/handshake.h"
#include "wire/job_messages.h"
#include "wire/layout.h"
#include "wire/volume_line.h"

// What a Director says to a Storage Daemon: job commands here, those of the console in storage_console.h
// (interop 03, sections 3 to 6).

namespace holdfast::wire {

/// Where a job has no such thing.
inline constexpr std::string_view none = "**None**";
inline constexpr std::string_view no_file_set_digest = "**Dummy**";

struct StorageJobCommand {
  JobId job_id;
  std::string job;
  std::string job_name;
  std::string client{none};
  JobType type = JobType::backup;
  JobLevel level = JobLevel::full;
  std::string file_set{none};
  bool no_attributes = false;
  bool spool_attributes = false;
  std::string file_set_digest{no_file_set_digest};
  bool spool_data = false;
  bool prefer_mounted = true;
  std::uint64_t spool_size = 0;  ///< bytes; 0: the device's limit
  bool rerunning = false;        ///< the session below is to be continued
  VolumeSession session;
  std::uint64_t quota = 0;  ///< bytes left; 0: no check
  std::uint32_t protocol = 0;
  std::string backup_format = "Native";
  template <typename = void>
  static constexpr auto layout() {
    using J = StorageJobCommand;
    return message("JobId=", field<&J::job_id>, " job=", field<&J::job>, " job_name=", bashed<&J::job_name>,
                   " client_name=", bashed<&J::client>, " type=", field<&J::type>,
                   " level=", field<&J::level>, " FileSet=", bashed<&J::file_set>,
                   " NoAttr=", field<&J::no_attributes>, " SpoolAttr=", field<&J::spool_attributes>,
                   " FileSetMD5=", field<&J::file_set_digest>, " SpoolData=", field<&J::spool_data>,
                   " PreferMountedVols=", field<&J::prefer_mounted>, " SpoolSize=", field<&J::spool_size>,
                   " rerunning=", field<&J::rerunning>,
                   " VolSessionId=", field<&J::session, &VolumeSession::id>,
                   " VolSessionTime=", field<&J::session, &VolumeSession::time>, " Quota=", field<&J::quota>,
                   " Protocol=", field<&J::protocol>, " BackupFormat=", bashed<&J::backup_format>, "\n");
  }
};

/// `options` at most 2047 bytes. The same words as to a client, but a reply of its own.
struct StoragePluginOptions {
  std::string options;
  template <typename = void>
  static constexpr auto layout() {
    return message("pluginoptions ", bashed<&StoragePluginOptions::options>.up_to(2047), "\n");
  }
};

/// UseDevice for each device and end of data follow; one more end of data after the last storage.
struct UseStorage {
  std::string storage;
  std::string media_type;
  std::string pool;
  std::string pool_type = "Backup";
  bool append = true;
  std::uint32_t copy = 0;
  std::uint32_t stripe = 0;
  template <typename = void>
  static constexpr auto layout() {
    using U = UseStorage;
    return message("use storage=", bashed<&U::storage>, " media_type=", bashed<&U::media_type>,
                   " pool_name=", bashed<&U::pool>, " pool_type=", bashed<&U::pool_type>,
                   " append=", field<&U::append>, " copy=", field<&U::copy>, " stripe=", field<&U::stripe>,
                   "\n");
  }
};

struct UseDevice {
  std::string device;
  template <typename = void>
  static constexpr auto layout() {
    return message("use device=", bashed<&UseDevice::device>, "\n");
  }
};

inline constexpr std::string_view run_command = "run";
inline constexpr std::string_view listen_command = "listen";
inline constexpr std::string_view finish_command = "finish";
inline constexpr std::string_view next_run_command = "nextrun";

/// The Storage Daemon is to connect to this client.
struct PassiveClient {
  std::string address;
  std::uint16_t port = 0;
  std::uint32_t ssl = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("passive client address=", field<&PassiveClient::address>.up_to(255),
                   " port=", field<&PassiveClient::port>, " ssl=", field<&PassiveClient::ssl>, "\n");
  }
};

/// The reading Storage Daemon is to connect to the writing one; job and key are of the writing job.
struct Replicate {
  JobId job_id;
  std::string job;
  std::string address;
  std::uint16_t port = 0;
  std::uint32_t ssl = 0;
  std::string authorization;
  template <typename = void>
  static constexpr auto layout() {
    return message("replicate JobId=", field<&Replicate::job_id>, " Job=", field<&Replicate::job>,
                   " address=", field<&Replicate::address>.up_to(255), " port=", field<&Replicate::port>,
                   " ssl=", field<&Replicate::ssl>, " Authorization=", field<&Replicate::authorization>,
                   "\n");
  }
};

}  // namespace holdfast::wire
