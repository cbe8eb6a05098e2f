// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "config/file_set.h"
#include "config/keywords.h"
#include "config/messages.h"
#include "config/resource.h"
#include "config/run_script.h"
#include "config/schedule.h"

namespace holdfast::config {

struct Catalog;
struct Client;
struct Counter;
struct Job;
struct Pool;
struct Profile;
struct Storage;

/// The Director itself.
struct Director : Resource {
  const Messages* messages = nullptr;
  ListenAddresses addresses{9101};
  std::string source_address;
  std::string query_file = "/usr/lib/bareos/scripts/query.sql";
  std::string working_directory = "/var/lib/bareos";
  std::string plugin_directory;
  std::vector<std::string> plugin_names;
  std::string scripts_directory = "/usr/lib/bareos/scripts";
  std::uint32_t subscriptions = 0;
  std::uint32_t maximum_concurrent_jobs = 1;
  std::uint32_t maximum_console_connections = 20;
  Password password;
  seconds fd_connect_timeout{180};
  seconds sd_connect_timeout{1800};
  seconds heartbeat_interval{};
  seconds statistics_retention{160704000};
  std::uint32_t statistics_collect_interval = 0;
  std::string ver_id;
  Password key_encryption_key;
  bool ndmp_snooping = false;
  std::uint32_t ndmp_log_level = 4;
  bool ndmp_namelist_fhinfo_set_zero_for_invalid_uquad = false;
  std::uint32_t absolute_job_timeout = 0;
  bool auditing = false;
  std::vector<std::string> audit_events;
  std::string secure_erase_command;
  std::string log_timestamp_format = "%d-%b %H:%M";
  bool enable_ktls = false;
  TlsSettings tls;
};

/// A File Daemon the Director works with.
struct Client : Resource {
  PeerProtocol protocol = PeerProtocol::native;
  AuthType auth_type = AuthType::none;
  std::string address;
  std::string lan_address;
  std::uint32_t port = 9102;
  std::string username;
  Password password;
  const Catalog* catalog = nullptr;
  bool passive = false;
  bool connection_from_director_to_client = true;
  bool connection_from_client_to_director = false;
  bool enabled = true;
  std::uint64_t hard_quota = 0;
  std::uint64_t soft_quota = 0;
  seconds soft_quota_grace_period{};
  bool strict_quotas = false;
  bool quota_include_failed_jobs = true;
  seconds file_retention{5184000};
  seconds job_retention{15552000};
  seconds heartbeat_interval{};
  bool auto_prune = false;
  std::uint32_t maximum_concurrent_jobs = 1;
  std::uint64_t maximum_bandwidth_per_job = 0;
  std::uint32_t ndmp_log_level = 4;
  std::uint32_t ndmp_block_size = 64512;
  bool ndmp_use_lmdb = true;
  TlsSettings tls;
};

/// A Job, and also JobDefs: the defaults that Jobs name and inherit.
struct Job : Resource {
  JobType type = JobType::none;
  JobProtocol protocol = JobProtocol::native;
  std::string backup_format = "Native";
  JobLevel level = JobLevel::none;
  const Messages* messages = nullptr;
  std::vector<const Storage*> storages;
  const Pool* pool = nullptr;
  const Pool* full_backup_pool = nullptr;
  const Pool* virtual_full_backup_pool = nullptr;
  const Pool* incremental_backup_pool = nullptr;
  const Pool* differential_backup_pool = nullptr;
  const Pool* next_pool = nullptr;
  const Client* client = nullptr;
  const FileSet* file_set = nullptr;
  const Schedule* schedule = nullptr;
  const Job* job_to_verify = nullptr;
  const Catalog* catalog = nullptr;
  const Job* job_defs = nullptr;
  std::vector<std::string> run_commands;
  std::string where;
  std::string regex_where;
  std::string strip_prefix;
  std::string add_prefix;
  std::string add_suffix;
  std::string bootstrap;
  std::string write_bootstrap;
  std::string write_verify_list;
  Replace replace = Replace::always;
  std::uint64_t maximum_bandwidth = 0;
  seconds max_run_sched_time{};
  seconds max_run_time{};
  seconds full_max_run_time{};
  seconds incremental_max_run_time{};
  seconds differential_max_run_time{};
  seconds max_wait_time{};
  seconds max_start_delay{};
  seconds max_full_interval{};
  seconds max_virtual_full_interval{};
  seconds max_diff_interval{};
  bool prefix_links = false;
  bool prune_jobs = false;
  bool prune_files = false;
  bool prune_volumes = false;
  bool purge_migration_job = false;
  bool enabled = true;
  bool spool_attributes = false;
  bool spool_data = false;
  std::uint64_t spool_size = 0;
  bool rerun_failed_levels = false;
  bool prefer_mounted_volumes = true;
  std::uint32_t maximum_concurrent_jobs = 1;
  bool reschedule_on_error = false;
  seconds reschedule_interval{1800};
  std::uint32_t reschedule_times = 5;
  std::uint32_t priority = 10;
  bool allow_mixed_priority = false;
  std::string selection_pattern;
  std::vector<RunScript> run_scripts;
  SelectionType selection_type = SelectionType::none;
  bool accurate = false;
  bool allow_duplicate_jobs = true;
  bool allow_higher_duplicates = true;
  bool cancel_lower_level_duplicates = false;
  bool cancel_queued_duplicates = false;
  bool cancel_running_duplicates = false;
  bool save_file_history = true;
  std::uint64_t file_history_size = 10000000;
  std::vector<std::string> fd_plugin_options;
  std::vector<std::string> sd_plugin_options;
  std::vector<std::string> dir_plugin_options;
  std::uint32_t max_concurrent_copies = 100;
  bool always_incremental = false;
  seconds always_incremental_job_retention{};
  std::uint32_t always_incremental_keep_number = 0;
  seconds always_incremental_max_full_age{};
  std::uint32_t max_full_consolidations = 0;
  seconds run_on_incoming_connect_interval{};
  bool run_missed_schedule = false;
  bool delete_leftovers = false;
};

/// A Storage Daemon and the devices of it that jobs may use as one.
struct Storage : Resource {
  PeerProtocol protocol = PeerProtocol::native;
  AuthType auth_type = AuthType::none;
  std::string address;
  std::string lan_address;
  std::uint32_t port = 9103;
  std::string username;
  Password password;
  std::vector<std::string> devices;
  std::string media_type;
  bool is_autochanger = false;
  bool enabled = true;
  bool allow_compression = true;
  seconds heartbeat_interval{};
  seconds cache_status_interval{30};
  std::uint32_t maximum_concurrent_jobs = 1;
  std::uint32_t maximum_concurrent_read_jobs = 0;
  const Storage* paired_storage = nullptr;
  std::uint64_t maximum_bandwidth_per_job = 0;
  bool collect_statistics = false;
  std::string ndmp_changer_device;
  TlsSettings tls;
};

/// A database that holds what was backed up.
struct Catalog : Resource {
  CatalogDriver driver = CatalogDriver::postgresql;
  std::string address;
  std::uint32_t port = 0;
  Password password;
  std::string user;
  std::string database;  ///< SQLite: the file, in the working directory unless the path is absolute
  std::string socket;
  std::string ssl_mode;  ///< as libpq has it; "" is its default
  std::string ssl_ca_certificate_file;
  std::string ssl_certificate;
  std::string ssl_key;
  seconds patience{60};  ///< with a server that does not answer
  bool multiple_connections = false;
  bool disable_batch_insert = false;
  bool reconnect = true;
  bool exit_on_fatal = false;
  std::uint32_t min_connections = 1;
  std::uint32_t max_connections = 5;
  std::uint32_t inc_connections = 1;
  std::uint32_t idle_timeout = 30;
  std::uint32_t validate_timeout = 120;
};

/// A set of volumes that are used alike.
struct Pool : Resource {
  PoolType pool_type = PoolType::backup;
  std::string label_format;
  LabelType label_type = LabelType::bareos;
  std::string cleaning_prefix = "CLN";
  bool use_catalog = true;
  bool purge_oldest_volume = false;
  ActionOnPurge action_on_purge = ActionOnPurge::none;
  bool recycle_oldest_volume = false;
  bool recycle_current_volume = false;
  std::uint32_t maximum_volumes = 0;
  std::uint32_t maximum_volume_jobs = 0;
  std::uint32_t maximum_volume_files = 0;
  std::uint64_t maximum_volume_bytes = 0;
  bool catalog_files = true;
  seconds volume_retention{31536000};
  seconds volume_use_duration{};
  seconds migration_time{};
  std::uint64_t migration_high_bytes = 0;
  std::uint64_t migration_low_bytes = 0;
  const Pool* next_pool = nullptr;
  std::vector<const Storage*> storages;
  bool auto_prune = true;
  bool recycle = true;
  bool allow_losing_last_full = false;
  const Pool* recycle_pool = nullptr;
  const Pool* scratch_pool = nullptr;
  const Catalog* catalog = nullptr;
  seconds file_retention{};
  seconds job_retention{};
  std::uint32_t minimum_block_size = 0;
  std::uint32_t maximum_block_size = 0;
};

/// A number for label formats.
struct Counter : Resource {
  std::int32_t minimum = 0;
  std::uint32_t maximum = 2147483647;
  const Counter* wrap_counter = nullptr;
  const Catalog* catalog = nullptr;
};

/// What a console may see and do; the decision is described in interop 06, section 12.
struct AccessLists {
  std::vector<std::string> job;
  std::vector<std::string> client;
  std::vector<std::string> storage;
  std::vector<std::string> schedule;
  std::vector<std::string> pool;
  std::vector<std::string> command;
  std::vector<std::string> file_set;
  std::vector<std::string> catalog;
  std::vector<std::string> where;
  std::vector<std::string> plugin_options;
};

/// A set of rights that consoles and users share.
struct Profile : Resource {
  AccessLists acl;
};

/// A console that logs in by its own name.
struct Console : Resource {
  AccessLists acl;
  Password password;
  std::vector<const Profile*> profiles;
  bool use_pam_authentication = false;
  TlsSettings tls;
};

/// The rights of a user whom PAM authenticates.
struct User : Resource {
  AccessLists acl;
  std::vector<const Profile*> profiles;
};

/// Everything a Director reads. Resources stand in the order of their definition and refer to each other by
/// pointers, so it can be moved but not copied. Once parsed it does not change; share it as
/// std::shared_ptr<const DirectorConfiguration>.
struct DirectorConfiguration {
  DirectorConfiguration() = default;
  DirectorConfiguration(DirectorConfiguration&&) = default;
  DirectorConfiguration& operator=(DirectorConfiguration&&) = default;

  std::deque<Director> directors;  ///< exactly one
  std::deque<Client> clients;
  std::deque<Job> job_defs;
  std::deque<Job> jobs;
  std::deque<Storage> storages;
  std::deque<Catalog> catalogs;
  std::deque<Schedule> schedules;
  std::deque<FileSet> file_sets;
  std::deque<Pool> pools;
  std::deque<Messages> messages;
  std::deque<Counter> counters;
  std::deque<Profile> profiles;
  std::deque<Console> consoles;
  std::deque<User> users;

  /// The Director's own resource; there is one in every checked configuration.
  const Director& director() const { return directors.front(); }

  // By exact name; null where there is none.
  const Client* find_client(std::string_view name) const;
  const Job* find_job_defs(std::string_view name) const;
  const Job* find_job(std::string_view name) const;
  const Storage* find_storage(std::string_view name) const;
  const Catalog* find_catalog(std::string_view name) const;
  const Schedule* find_schedule(std::string_view name) const;
  const FileSet* find_file_set(std::string_view name) const;
  const Pool* find_pool(std::string_view name) const;
  const Messages* find_messages(std::string_view name) const;
  const Counter* find_counter(std::string_view name) const;
  const Profile* find_profile(std::string_view name) const;
  const Console* find_console(std::string_view name) const;
  const User* find_user(std::string_view name) const;
};

}  // namespace holdfast::config
