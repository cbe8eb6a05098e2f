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

/// A Director that may use this Storage Daemon.
struct StorageDaemonDirector : Resource {
  Password password;
  bool monitor = false;
  std::uint64_t maximum_bandwidth_per_job = 0;
  Password key_encryption_key;
  TlsSettings tls;
};

/// An account for NDMP.
struct Ndmp : Resource {
  std::string username;
  Password password;
  AuthType auth_type = AuthType::none;
  std::uint32_t log_level = 4;
};

/// The Storage Daemon itself (resource Storage).
struct StorageDaemon : Resource {
  ListenAddresses addresses{9103};
  std::string source_address;
  std::string working_directory = "/var/lib/bareos";
  std::vector<std::string> backend_directory = {"/usr/lib64/bareos/backends"};
  bool just_in_time_reservation = true;
  std::string plugin_directory;
  std::vector<std::string> plugin_names;
  std::string scripts_directory = "/usr/lib/bareos/scripts";
  std::uint32_t maximum_concurrent_jobs = 1000;
  const Messages* messages = nullptr;
  seconds sd_connect_timeout{1800};
  seconds fd_connect_timeout{1800};
  seconds heartbeat_interval{};
  seconds checkpoint_interval{};
  std::uint32_t maximum_network_buffer_size = 0;
  seconds client_connect_wait{1800};
  std::string ver_id;
  std::uint64_t maximum_bandwidth_per_job = 0;
  bool allow_bandwidth_bursting = false;
  bool ndmp_enable = false;
  bool ndmp_snooping = false;
  std::uint32_t ndmp_log_level = 4;
  ListenAddresses ndmp_addresses{10000};
  bool autoxflate_on_replication = false;
  std::uint32_t absolute_job_timeout = 0;
  bool collect_device_statistics = false;
  bool collect_job_statistics = false;
  std::uint32_t statistics_collect_interval = 0;
  bool device_reserve_by_media_type = false;
  bool file_device_concurrent_read = false;
  std::string secure_erase_command;
  std::string log_timestamp_format = "%d-%b %H:%M";
  bool enable_ktls = false;
  TlsSettings tls;
};

/// A device that volumes are mounted on.
struct Device : Resource {
  std::string media_type;
  std::string device_type;
  std::string archive_device;
  std::string device_options;
  std::string diagnostic_device;
  bool hardware_end_of_file = true;
  bool hardware_end_of_medium = true;
  bool backward_space_record = true;
  bool backward_space_file = true;
  bool bsf_at_eom = false;
  bool two_eof = false;
  bool forward_space_record = true;
  bool forward_space_file = true;
  bool fast_forward_space_file = true;
  bool removable_media = true;
  bool random_access = false;
  bool automatic_mount = false;
  bool label_media = false;
  bool always_open = true;
  bool is_autochanger = false;
  bool close_on_poll = false;
  bool block_positioning = true;
  bool use_mtiocget = true;
  bool check_labels = false;
  bool requires_mount = false;
  bool offline_on_unmount = false;
  bool block_checksum = true;
  IoDirection access_mode = IoDirection::both;
  bool auto_select = true;
  std::string changer_device;
  std::string changer_command;
  std::string alert_command;
  seconds maximum_changer_wait{300};
  seconds maximum_open_wait{300};
  std::uint32_t maximum_open_volumes = 1;
  std::uint32_t maximum_network_buffer_size = 0;
  seconds volume_poll_interval{300};
  seconds maximum_rewind_wait{300};
  std::uint32_t label_block_size = 64512;
  std::uint32_t minimum_block_size = 0;
  std::uint32_t maximum_block_size = 1048576;
  std::uint64_t maximum_file_size = 1000000000;
  std::uint64_t volume_capacity = 0;
  std::uint32_t maximum_concurrent_jobs = 1;
  std::string spool_directory;
  std::uint64_t maximum_spool_size = 0;
  std::uint64_t maximum_job_spool_size = 0;
  std::uint16_t drive_index = 0;
  std::string mount_point;
  std::string mount_command;
  std::string unmount_command;
  LabelType label_type = LabelType::bareos;
  bool no_rewind_on_close = true;
  bool drive_tape_alert_enabled = false;
  bool drive_crypto_enabled = false;
  bool query_crypto_status = false;
  IoDirection auto_deflate = IoDirection::none;
  CompressionAlgorithm auto_deflate_algorithm = CompressionAlgorithm::none;
  std::uint16_t auto_deflate_level = 6;
  IoDirection auto_inflate = IoDirection::none;
  bool collect_statistics = true;
  bool eof_on_error_is_eot = false;
  std::uint32_t count = 1;
};

/// Several devices that one changer loads.
struct Autochanger : Resource {
  std::vector<const Device*> devices;
  std::string changer_device;
  std::string changer_command;
};

/// Everything a Storage Daemon reads. See DirectorConfiguration.
struct StorageConfiguration {
  StorageConfiguration() = default;
  StorageConfiguration(StorageConfiguration&&) = default;
  StorageConfiguration& operator=(StorageConfiguration&&) = default;

  std::deque<StorageDaemonDirector> directors;
  std::deque<Ndmp> ndmps;
  std::deque<StorageDaemon> storages;
  std::deque<Device> devices;
  std::deque<Messages> messages;
  std::deque<Autochanger> autochangers;

  /// The daemon's own resource; there is one in every checked configuration.
  const StorageDaemon& storage() const { return storages.front(); }

  // By exact name; null where there is none.
  const StorageDaemonDirector* find_director(std::string_view name) const;
  const Ndmp* find_ndmp(std::string_view name) const;
  const Device* find_device(std::string_view name) const;
  const Messages* find_messages(std::string_view name) const;
  const Autochanger* find_autochanger(std::string_view name) const;
};

}  // namespace holdfast::config
