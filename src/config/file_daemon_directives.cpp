// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/file_daemon_resources.h"

#include <array>

#include "config/directive.h"
#include "config/find_by_name.h"
#include "config/message_directives.h"
#include "config/reference_type.h"
#include "config/tls_directives.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace {

constexpr ReferenceType<Messages> to_messages{"Messages"};

constexpr auto director_directives = joined(
    std::array{
        field<&FileDaemonDirector::name>("Name", "The name it has for the others.", types::resource_name)
            .required(),
        field<&FileDaemonDirector::description>("Description", "Free text for people."),
        field<&FileDaemonDirector::password>("Password", "Shared secret of both ends; kept as its MD5.",
                                             types::md5_password)
            .required(),
        field<&FileDaemonDirector::address>("Address",
                                            "Address of the Director, where the client connects to it."),
        field<&FileDaemonDirector::port>("Port", "TCP port of the Director.").from("16.2.2"),
        field<&FileDaemonDirector::connection_from_director_to_client>(
            "ConnectionFromDirectorToClient", "The Director may connect to the client.")
            .from("16.2.2"),
        field<&FileDaemonDirector::connection_from_client_to_director>(
            "ConnectionFromClientToDirector", "The client may connect to the Director.")
            .from("16.2.2"),
        field<&FileDaemonDirector::monitor>("Monitor", "May only ask for the status."),
        field<&FileDaemonDirector::maximum_bandwidth_per_job>(
            "MaximumBandwidthPerJob", "Speed limit of each job; 0: none.", types::speed)
            .unset(),
        field<&FileDaemonDirector::allowed_script_dir>(
            "AllowedScriptDir", "Directories that scripts may lie in; any if absent.", types::directories),
        field<&FileDaemonDirector::allowed_job_command>("AllowedJobCommand",
                                                        "What jobs may do; everything if absent."),
    },
    tls_directives<&FileDaemonDirector::tls>());

constexpr auto client_directives = joined(
    std::array{
        field<&FileDaemon::name>("Name", "The name it has for the others.", types::resource_name).required(),
        field<&FileDaemon::description>("Description", "Free text for people."),
        field<&FileDaemon::addresses>("Port", "TCP port of the File Daemon.", types::port).also("FdPort"),
        field<&FileDaemon::addresses>("Address", "Name or address of the client.", types::address)
            .also("FdAddress"),
        field<&FileDaemon::addresses>("Addresses", "Addresses and ports to listen on.", types::addresses)
            .also("FdAddresses"),
        field<&FileDaemon::source_address>("SourceAddress", "Local address of outgoing connections.",
                                           types::source_address)
            .also("FdSourceAddress"),
        field<&FileDaemon::working_directory>(
            "WorkingDirectory", "Directory for spool files, state and console messages; it must exist.",
            types::directory)
            .platform_specific(),
        field<&FileDaemon::plugin_directory>("PluginDirectory", "Directory with plugins.", types::directory),
        field<&FileDaemon::plugin_names>("PluginNames", "Plugins to load; all in the directory if absent.",
                                         types::plugin_names),
        field<&FileDaemon::plugin_timeout>("PluginTimeout",
                                           "How long a plugin in Python may show no sign of life before its "
                                           "job fails, Holdfast's own; 0: for ever."),
        field<&FileDaemon::scripts_directory>(
            "ScriptsDirectory", "Directory with the scripts that come with the program.", types::directory)
            .platform_specific(),
        field<&FileDaemon::maximum_concurrent_jobs>("MaximumConcurrentJobs",
                                                    "Jobs that may run at the same time.")
            .until("24.0.0"),
        field<&FileDaemon::maximum_workers_per_job>("MaximumWorkersPerJob", "Threads per job.")
            .from("23.0.0"),
        field<&FileDaemon::messages>(
            "Messages", "Where messages outside of jobs go; the first Messages resource if absent.",
            to_messages),
        field<&FileDaemon::sd_connect_timeout>("SdConnectTimeout",
                                               "How long to try to reach a Storage Daemon."),
        field<&FileDaemon::heartbeat_interval>("HeartbeatInterval",
                                               "Time between keep-alive packets; 0: the system's default."),
        field<&FileDaemon::maximum_network_buffer_size>("MaximumNetworkBufferSize",
                                                        "Largest packet; 0: the built-in size.")
            .unset(),
        field<&FileDaemon::pki_signatures>("PkiSignatures", "Sign what is saved."),
        field<&FileDaemon::pki_encryption>("PkiEncryption", "Encrypt what is saved."),
        field<&FileDaemon::encrypt_without_signatures>(
            "EncryptWithoutSignatures",
            "Holdfast's own: encrypted files are not signed; faster, but changes go unnoticed."),
        field<&FileDaemon::pki_key_pair>("PkiKeyPair", "Own certificate and private key, PEM.",
                                         types::directory),
        field<&FileDaemon::pki_signer>("PkiSigner", "Certificates whose signatures are accepted.",
                                       types::directories),
        field<&FileDaemon::pki_master_key>("PkiMasterKey", "Certificates that can decrypt too.",
                                           types::directories),
        field<&FileDaemon::pki_cipher>("PkiCipher", "Cipher of the data."),
        field<&FileDaemon::ver_id>("VerId", "Text that the command version prints."),
        field<&FileDaemon::maximum_bandwidth_per_job>("MaximumBandwidthPerJob",
                                                      "Speed limit of each job; 0: none.", types::speed)
            .unset(),
        field<&FileDaemon::allow_bandwidth_bursting>("AllowBandwidthBursting",
                                                     "Time not used may be made up for."),
        field<&FileDaemon::allowed_script_dir>(
            "AllowedScriptDir", "Directories that scripts may lie in; any if absent.", types::directories),
        field<&FileDaemon::allowed_job_command>("AllowedJobCommand",
                                                "What jobs may do; everything if absent."),
        field<&FileDaemon::absolute_job_timeout>("AbsoluteJobTimeout",
                                                 "Seconds after which any job is cancelled; 0: never.")
            .unset()
            .from("14.2.0"),
        field<&FileDaemon::always_use_lmdb>("AlwaysUseLmdb", "Keep the list of an accurate backup in LMDB.")
            .until("24.0.0"),
        field<&FileDaemon::lmdb_threshold>("LmdbThreshold", "Files above which it is kept in LMDB; 0: never.")
            .unset(),
        field<&FileDaemon::secure_erase_command>("SecureEraseCommand",
                                                 "Command that deletes files that held data of backups.")
            .from("15.2.1"),
        field<&FileDaemon::log_timestamp_format>("LogTimestampFormat", "strftime format before messages.")
            .from("15.2.3"),
        field<&FileDaemon::grpc_module>("GrpcModule", "Program that runs plugins of the gRPC bridge.")
            .from("25.0.0"),
        field<&FileDaemon::enable_ktls>("EnableKtls", "Let the kernel do the encryption of TLS where it can.")
            .from("23.0.0"),
    },
    tls_directives<&FileDaemon::tls>());

}  // namespace

const FileDaemonDirector* FileDaemonConfiguration::find_director(std::string_view name) const {
  return find_by_name(directors, name);
}
const Messages* FileDaemonConfiguration::find_messages(std::string_view name) const {
  return find_by_name(messages, name);
}

const Component& file_daemon_component() {
  static const std::array types{
      resource_type<&FileDaemonConfiguration::directors>("Director", "Directors", 0, director_directives),
      resource_type<&FileDaemonConfiguration::clients>("Client", "Clients", 1, client_directives)
          .also("FileDaemon"),
      resource_type<&FileDaemonConfiguration::messages>("Messages", "Messages", 2, message_directives())
          .described_by(describe_messages),
  };
  static const Component component{"bareos-fd", types};
  return component;
}

}  // namespace holdfast::config
