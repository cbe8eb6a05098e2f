// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "base/job_codes.h"
#include "wire/job_messages.h"
#include "wire/layout.h"

// What a Storage Daemon says to a Director on a job's connection: replies and states (interop 03, sections 3
// to 8). Its catalog requests are in catalog_requests.h.

namespace holdfast::wire::storage {

inline constexpr std::string_view ok_plugin_options = "2000 OK plugin options\n";
inline constexpr std::string_view ok_bootstrap = "3000 OK bootstrap\n";
inline constexpr std::string_view bad_bootstrap = "3904 Error bootstrap\n";
inline constexpr std::string_view ok_passive_client = "2000 OK passive client\n";
inline constexpr std::string_view ok_replicate = "3000 OK replicate\n";
inline constexpr std::string_view ok_status = "3000 OK .status\n";
inline constexpr std::string_view refused_to_monitor =
    "3997 Invalid command for a Director with Monitor directive enabled.\n";

/// The device named in the reply while none is reserved (interop 03, section 4).
inline constexpr std::string_view just_in_time_device = "JustInTime Device";

/// VolumeSession and key of the job.
struct JobReply {
  VolumeSession session;
  std::string authorization;
  template <typename = void>
  static constexpr auto layout() {
    return message("3000 OK Job SDid=", field<&JobReply::session, &VolumeSession::id>,
                   " SDtime=", field<&JobReply::session, &VolumeSession::time>,
                   " Authorization=", field<&JobReply::authorization>, "\n");
  }
};

/// To nextrun (NDMP): only a new key.
struct NextRunReply {
  std::string authorization;
  template <typename = void>
  static constexpr auto layout() {
    return message("3000 OK Job Authorization=", field<&NextRunReply::authorization>, "\n");
  }
};

struct SecureEraseReply {
  std::string command{no_secure_erase};
  template <typename = void>
  static constexpr auto layout() {
    return message("2000 OK SDSecureEraseCmd ", field<&SecureEraseReply::command>.up_to(no_limit), " \n");
  }
};

struct UseDeviceReply {
  std::string device;
  template <typename = void>
  static constexpr auto layout() {
    return message("3000 OK use device device=", bashed<&UseDeviceReply::device>, "\n");
  }
};

struct NoSuchDevice {
  std::string device;
  template <typename = void>
  static constexpr auto layout() {
    return message("3924 Device \"", quoted<&NoSuchDevice::device>,
                   "\" not in SD Device resources or no matching Media Type.\n");
  }
};

/// `message` is the received text, which normally brings a newline of its own.
struct InvalidCommand {
  std::string command;
  template <typename = void>
  static constexpr auto layout() {
    return message("3900 Invalid command: ", line<&InvalidCommand::command>, "\n");
  }
};

struct BadUse {
  std::string command;
  template <typename = void>
  static constexpr auto layout() {
    return message("3913 Bad use command: ", line<&BadUse::command>, "\n");
  }
};

struct BadJob {
  std::int32_t fields = -1;  ///< how many fields could be read
  std::string command;
  template <typename = void>
  static constexpr auto layout() {
    return message("3915 Bad Job command. stat=", field<&BadJob::fields>, " CMD: ", line<&BadJob::command>,
                   "\n");
  }
};

struct BadPluginOptions {
  std::string command;
  template <typename = void>
  static constexpr auto layout() {
    return message("3991 Bad plugin options command: ", line<&BadPluginOptions::command>, "\n");
  }
};

struct BadPassiveClient {
  std::string command;
  template <typename = void>
  static constexpr auto layout() {
    return message("3991 Bad passive client command: ", line<&BadPassiveClient::command>, "\n");
  }
};

struct BadReplicate {
  std::string command;
  template <typename = void>
  static constexpr auto layout() {
    return message("3991 Bad replicate command: ", line<&BadReplicate::command>, "\n");
  }
};

/// How the job stands; sent when it changes.
struct StatusChange {
  std::string job;
  JobStatus status = JobStatus::created;
  template <typename = void>
  static constexpr auto layout() {
    return message("Status Job=", field<&StatusChange::job>, " JobStatus=", field<&StatusChange::status>,
                   "\n");
  }
};

struct JobStart {
  std::string job;
  template <typename = void>
  static constexpr auto layout() {
    return message("3010 Job ", field<&JobStart::job>, " start\n");
  }
};

/// The last word on a job; without it the job has failed.
struct JobEnd {
  std::string job;
  JobStatus status = JobStatus::terminated;
  std::uint32_t files = 0;
  std::uint64_t bytes = 0;
  std::uint32_t errors = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("3099 Job ", field<&JobEnd::job>, " end JobStatus=", field<&JobEnd::status>,
                   " JobFiles=", field<&JobEnd::files>, " JobBytes=", field<&JobEnd::bytes>,
                   " JobErrors=", field<&JobEnd::errors>, "\n");
  }
};

}  // namespace holdfast::wire::storage
