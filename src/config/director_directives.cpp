// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/director_resources.h"

#include <array>

#include "config/director_tables.h"
#include "config/find_by_name.h"
#include "config/message_directives.h"
#include "config/reference_type.h"
#include "config/tls_directives.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace {

constexpr ReferenceType<Messages> to_messages{"Messages"};

constexpr auto director_directives_table = joined(
    std::array{
        field<&Director::name>("Name", "The name other programs know it by.", types::resource_name)
            .required(),
        field<&Director::description>("Description", "Free text for people."),
        field<&Director::messages>(
            "Messages", "Where messages outside of jobs go; the first Messages resource if absent.",
            to_messages),
        field<&Director::addresses>("Port", "TCP port to listen on.", types::port).also("DirPort"),
        field<&Director::addresses>("Address", "Address to listen on.", types::address).also("DirAddress"),
        field<&Director::addresses>("Addresses", "Addresses and ports to listen on.", types::addresses)
            .also("DirAddresses"),
        field<&Director::source_address>("SourceAddress", "Local address of outgoing connections.",
                                         types::source_address)
            .also("DirSourceAddress"),
        field<&Director::query_file>("QueryFile", "File with the queries of the console command query.",
                                     types::directory)
            .platform_specific(),
        field<&Director::working_directory>(
            "WorkingDirectory", "Directory for spool files, state and console messages; it must exist.",
            types::directory)
            .platform_specific(),
        field<&Director::plugin_directory>("PluginDirectory", "Directory with plugins.", types::directory)
            .from("14.2.0"),
        field<&Director::plugin_names>("PluginNames", "Plugins to load; all in the directory if absent.",
                                       types::plugin_names)
            .from("14.2.0"),
        field<&Director::scripts_directory>(
            "ScriptsDirectory", "Directory with the scripts that come with the program.", types::directory)
            .platform_specific(),
        field<&Director::subscriptions>(
            "Subscriptions", "Number of clients with a support contract; 0 switches the check off.")
            .from("12.4.4"),
        field<&Director::maximum_concurrent_jobs>("MaximumConcurrentJobs",
                                                  "Jobs that may run at the same time."),
        field<&Director::maximum_console_connections>("MaximumConsoleConnections",
                                                      "Consoles that may be connected at the same time."),
        field<&Director::password>("Password", "Shared secret of both ends; kept as its MD5.").required(),
        field<&Director::fd_connect_timeout>("FdConnectTimeout", "How long to try to reach a File Daemon."),
        field<&Director::sd_connect_timeout>("SdConnectTimeout",
                                             "How long to try to reach a Storage Daemon."),
        field<&Director::heartbeat_interval>("HeartbeatInterval",
                                             "Time between keep-alive packets; 0: the system's default."),
        field<&Director::statistics_retention>("StatisticsRetention", "How long job statistics are kept.")
            .until("22.0.0"),
        field<&Director::statistics_collect_interval>(
            "StatisticsCollectInterval", "Seconds between two collections of statistics; 0: none.")
            .from("14.2.0")
            .until("22.0.0"),
        field<&Director::ver_id>("VerId", "Text that the command version prints."),
        field<&Director::key_encryption_key>("KeyEncryptionKey",
                                             "Key that wraps the hardware encryption keys of volumes.",
                                             types::clear_password)
            .coded(1),
        field<&Director::ndmp_snooping>("NdmpSnooping", "Log the NDMP protocol.").unset().from("13.2.0"),
        field<&Director::ndmp_log_level>("NdmpLogLevel", "How much of NDMP is logged.").from("13.2.0"),
        field<&Director::ndmp_namelist_fhinfo_set_zero_for_invalid_uquad>(
            "NdmpNamelistFhinfoSetZeroForInvalidUquad",
            "Send 0 instead of -1 for unknown file positions in NDMP restores.")
            .from("20.0.6"),
        field<&Director::absolute_job_timeout>("AbsoluteJobTimeout",
                                               "Seconds after which any job is cancelled; 0: never.")
            .unset()
            .from("14.2.0"),
        field<&Director::auditing>("Auditing", "Log console commands as messages of class audit.")
            .from("14.2.0"),
        field<&Director::audit_events>("AuditEvents", "The commands that auditing logs; all if absent.",
                                       types::audit_commands)
            .from("14.2.0"),
        field<&Director::secure_erase_command>("SecureEraseCommand",
                                               "Command that deletes files that held data of backups.")
            .from("15.2.1"),
        field<&Director::log_timestamp_format>("LogTimestampFormat", "strftime format before messages.")
            .from("15.2.3"),
        field<&Director::enable_ktls>("EnableKtls", "Let the kernel do the encryption of TLS where it can.")
            .from("23.0.0"),
    },
    tls_directives<&Director::tls>());

}  // namespace

std::span<const Directive> director_directives() { return director_directives_table; }

const Client* DirectorConfiguration::find_client(std::string_view name) const {
  return find_by_name(clients, name);
}
const Job* DirectorConfiguration::find_job_defs(std::string_view name) const {
  return find_by_name(job_defs, name);
}
const Job* DirectorConfiguration::find_job(std::string_view name) const { return find_by_name(jobs, name); }
const Storage* DirectorConfiguration::find_storage(std::string_view name) const {
  return find_by_name(storages, name);
}
const Catalog* DirectorConfiguration::find_catalog(std::string_view name) const {
  return find_by_name(catalogs, name);
}
const Schedule* DirectorConfiguration::find_schedule(std::string_view name) const {
  return find_by_name(schedules, name);
}
const FileSet* DirectorConfiguration::find_file_set(std::string_view name) const {
  return find_by_name(file_sets, name);
}
const Pool* DirectorConfiguration::find_pool(std::string_view name) const {
  return find_by_name(pools, name);
}
const Messages* DirectorConfiguration::find_messages(std::string_view name) const {
  return find_by_name(messages, name);
}
const Counter* DirectorConfiguration::find_counter(std::string_view name) const {
  return find_by_name(counters, name);
}
const Profile* DirectorConfiguration::find_profile(std::string_view name) const {
  return find_by_name(profiles, name);
}
const Console* DirectorConfiguration::find_console(std::string_view name) const {
  return find_by_name(consoles, name);
}
const User* DirectorConfiguration::find_user(std::string_view name) const {
  return find_by_name(users, name);
}

namespace {

bool needs_no_user(const Resource& catalog, const Directive& directive) {
  return directive.name == "DbUser" && static_cast<const Catalog&>(catalog).driver == CatalogDriver::sqlite;
}

}  // namespace

const Component& director_component() {
  static const std::array types{
      resource_type<&DirectorConfiguration::directors>("Director", "Directors", 0, director_directives()),
      resource_type<&DirectorConfiguration::clients>("Client", "Clients", 1, client_directives()),
      resource_type<&DirectorConfiguration::job_defs>("JobDefs", "JobDefs", 2, job_directives())
          .complete(Completeness::never),
      resource_type<&DirectorConfiguration::jobs>("Job", "Jobs", 3, job_directives())
          .complete(Completeness::after_inheritance),
      resource_type<&DirectorConfiguration::storages>("Storage", "Storages", 4, storage_directives()),
      resource_type<&DirectorConfiguration::catalogs>("Catalog", "Catalogs", 5, catalog_directives())
          .exempt(needs_no_user),
      resource_type<&DirectorConfiguration::schedules>("Schedule", "Schedules", 6, schedule_directives()),
      resource_type<&DirectorConfiguration::file_sets>("FileSet", "FileSets", 7, file_set_directives()),
      resource_type<&DirectorConfiguration::pools>("Pool", "Pools", 8, pool_directives()),
      resource_type<&DirectorConfiguration::messages>("Messages", "Messages", 9, message_directives())
          .described_by(describe_messages),
      resource_type<&DirectorConfiguration::counters>("Counter", "Counters", 10, counter_directives()),
      resource_type<&DirectorConfiguration::profiles>("Profile", "Profiles", 11, profile_directives()),
      resource_type<&DirectorConfiguration::consoles>("Console", "Consoles", 12, console_directives()),
      resource_type<&DirectorConfiguration::users>("User", "Users", 14, user_directives()),
  };
  static const Component component{"bareos-dir", types};
  return component;
}

}  // namespace holdfast::config
