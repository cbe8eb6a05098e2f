// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "config/keywords.h"
#include "config/messages.h"
#include "config/resource.h"

namespace holdfast::config {

/// A Director that may use this File Daemon.
struct FileDaemonDirector : Resource {
  Password password;
  std::string address;
  std::uint32_t port = 9101;
  bool connection_from_director_to_client = true;
  bool connection_from_client_to_director = false;
  bool monitor = false;
  std::uint64_t maximum_bandwidth_per_job = 0;
  std::vector<std::string> allowed_script_dir;
  std::vector<std::string> allowed_job_command;
  TlsSettings tls;
};

/// The File Daemon itself (resource Client or FileDaemon).
struct FileDaemon : Resource {
  ListenAddresses addresses{9102};
  std::string source_address;
  std::string working_directory = "/var/lib/bareos";
  std::string plugin_directory;
  std::vector<std::string> plugin_names;
  seconds plugin_timeout{1800};
  std::string scripts_directory = "/usr/lib/bareos/scripts";
  std::uint32_t maximum_concurrent_jobs = 1000;
  std::uint32_t maximum_workers_per_job = 2;
  const Messages* messages = nullptr;
  seconds sd_connect_timeout{1800};
  seconds heartbeat_interval{};
  std::uint32_t maximum_network_buffer_size = 0;
  bool pki_signatures = false;
  bool pki_encryption = false;
  bool encrypt_without_signatures = false;  ///< our own
  std::string pki_key_pair;
  std::vector<std::string> pki_signer;
  std::vector<std::string> pki_master_key;
  Cipher pki_cipher = Cipher::aes128;
  std::string ver_id;
  std::uint64_t maximum_bandwidth_per_job = 0;
  bool allow_bandwidth_bursting = false;
  std::vector<std::string> allowed_script_dir;
  std::vector<std::string> allowed_job_command;
  std::uint32_t absolute_job_timeout = 0;
  bool always_use_lmdb = false;
  std::uint32_t lmdb_threshold = 0;
  std::string secure_erase_command;
  std::string log_timestamp_format = "%d-%b %H:%M";
  std::string grpc_module = "bareos-grpc-fd-plugin-bridge";
  bool enable_ktls = false;
  TlsSettings tls;
};

/// Everything a File Daemon reads. See DirectorConfiguration.
struct FileDaemonConfiguration {
  FileDaemonConfiguration() = default;
  FileDaemonConfiguration(FileDaemonConfiguration&&) = default;
  FileDaemonConfiguration& operator=(FileDaemonConfiguration&&) = default;

  std::deque<FileDaemonDirector> directors;
  std::deque<FileDaemon> clients;
  std::deque<Messages> messages;

  /// The daemon's own resource; there is one in every checked configuration.
  const FileDaemon& client() const { return clients.front(); }

  // By exact name; null where there is none.
  const FileDaemonDirector* find_director(std::string_view name) const;
  const Messages* find_messages(std::string_view name) const;
};

}  // namespace holdfast::config
