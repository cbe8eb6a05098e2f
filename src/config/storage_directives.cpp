// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/storage_resources.h"

#include <array>

#include "config/directive.h"
#include "config/find_by_name.h"
#include "config/message_directives.h"
#include "config/reference_type.h"
#include "config/tls_directives.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace {

constexpr ReferenceListType<Device> to_devices{"Device"};
constexpr ReferenceType<Messages> to_messages{"Messages"};

constexpr auto director_directives = joined(
    std::array{
        field<&StorageDaemonDirector::name>("Name", "The name it has for the others.", types::resource_name)
            .required(),
        field<&StorageDaemonDirector::description>("Description", "Free text for people."),
        field<&StorageDaemonDirector::password>("Password", "Shared secret of both ends; kept as its MD5.")
            .required(),
        field<&StorageDaemonDirector::monitor>("Monitor", "May only ask for the status.").unset(),
        field<&StorageDaemonDirector::maximum_bandwidth_per_job>(
            "MaximumBandwidthPerJob", "Speed limit of each job; 0: none.", types::speed)
            .unset(),
        field<&StorageDaemonDirector::key_encryption_key>(
            "KeyEncryptionKey", "Key that wraps the hardware encryption keys of volumes.",
            types::clear_password)
            .coded(1),
    },
    tls_directives<&StorageDaemonDirector::tls>());

constexpr std::array ndmp_directives{
    field<&Ndmp::name>("Name", "The name it has for the others.", types::resource_name).required(),
    field<&Ndmp::description>("Description", "Free text for people."),
    field<&Ndmp::username>("Username", "User for NDMP.").required(),
    field<&Ndmp::password>("Password", "Shared secret of both ends; kept as its MD5.", types::clear_password)
        .required(),
    field<&Ndmp::auth_type>("AuthType", "How to authenticate with NDMP."),
    field<&Ndmp::log_level>("LogLevel", "How much is logged."),
};

constexpr auto storage_directives = joined(
    std::array{
        field<&StorageDaemon::name>("Name", "The name it has for the others.", types::resource_name)
            .required(),
        field<&StorageDaemon::description>("Description", "Free text for people."),
        field<&StorageDaemon::addresses>("Port", "TCP port of the Storage Daemon.", types::port)
            .also("SdPort"),
        field<&StorageDaemon::addresses>(
            "Address", "Name or address of the Storage Daemon, for the Director and for clients.",
            types::address)
            .also("SdAddress"),
        field<&StorageDaemon::addresses>("Addresses", "Addresses and ports to listen on.", types::addresses)
            .also("SdAddresses"),
        field<&StorageDaemon::source_address>("SourceAddress", "Local address of outgoing connections.",
                                              types::source_address)
            .also("SdSourceAddress"),
        field<&StorageDaemon::working_directory>(
            "WorkingDirectory", "Directory for spool files, state and console messages; it must exist.",
            types::directory)
            .platform_specific(),
        field<&StorageDaemon::backend_directory>("BackendDirectory", "Directories with storage backends.",
                                                 types::directory_words)
            .platform_specific(),
        field<&StorageDaemon::just_in_time_reservation>("JustInTimeReservation",
                                                        "Reserve a device only when data arrive.")
            .default_shown_as("Yes")
            .from("23.1.0"),
        field<&StorageDaemon::plugin_directory>("PluginDirectory", "Directory with plugins.",
                                                types::directory),
        field<&StorageDaemon::plugin_names>("PluginNames", "Plugins to load; all in the directory if absent.",
                                            types::plugin_names),
        field<&StorageDaemon::scripts_directory>(
            "ScriptsDirectory", "Directory with the scripts that come with the program.", types::directory)
            .platform_specific(),
        field<&StorageDaemon::maximum_concurrent_jobs>("MaximumConcurrentJobs",
                                                       "Jobs that may run at the same time.")
            .until("24.0.0"),
        field<&StorageDaemon::messages>(
            "Messages", "Where messages outside of jobs go; the first Messages resource if absent.",
            to_messages),
        field<&StorageDaemon::sd_connect_timeout>("SdConnectTimeout",
                                                  "How long to try to reach a Storage Daemon."),
        field<&StorageDaemon::fd_connect_timeout>("FdConnectTimeout",
                                                  "How long to try to reach a File Daemon."),
        field<&StorageDaemon::heartbeat_interval>(
            "HeartbeatInterval", "Time between keep-alive packets; 0: the system's default."),
        field<&StorageDaemon::checkpoint_interval>(
            "CheckpointInterval", "Time between two reports of what is on the volume; 0: at its end."),
        field<&StorageDaemon::maximum_network_buffer_size>("MaximumNetworkBufferSize",
                                                           "Largest packet; 0: the built-in size.")
            .unset(),
        field<&StorageDaemon::client_connect_wait>("ClientConnectWait",
                                                   "How long a job waits for its client."),
        field<&StorageDaemon::ver_id>("VerId", "Text that the command version prints."),
        field<&StorageDaemon::maximum_bandwidth_per_job>("MaximumBandwidthPerJob",
                                                         "Speed limit of each job; 0: none.", types::speed)
            .unset(),
        field<&StorageDaemon::allow_bandwidth_bursting>("AllowBandwidthBursting",
                                                        "Time not used may be made up for."),
        field<&StorageDaemon::ndmp_enable>("NdmpEnable", "Listen for NDMP."),
        field<&StorageDaemon::ndmp_snooping>("NdmpSnooping", "Log the NDMP protocol."),
        field<&StorageDaemon::ndmp_log_level>("NdmpLogLevel", "How much of NDMP is logged."),
        field<&StorageDaemon::ndmp_addresses>("NdmpAddress", "Address to listen on for NDMP.",
                                              types::address),
        field<&StorageDaemon::ndmp_addresses>("NdmpAddresses", "Addresses and ports to listen on for NDMP.",
                                              types::addresses),
        field<&StorageDaemon::ndmp_addresses>("NdmpPort", "TCP port to listen on for NDMP.", types::port),
        field<&StorageDaemon::autoxflate_on_replication>(
            "AutoXFlateOnReplication", "Compress and decompress between Storage Daemons too.")
            .from("13.4.0"),
        field<&StorageDaemon::absolute_job_timeout>("AbsoluteJobTimeout",
                                                    "Seconds after which any job is cancelled; 0: never.")
            .unset()
            .from("14.2.0"),
        field<&StorageDaemon::collect_device_statistics>("CollectDeviceStatistics",
                                                         "Collect statistics of devices.")
            .until("22.0.0"),
        field<&StorageDaemon::collect_job_statistics>("CollectJobStatistics", "Collect statistics of jobs.")
            .until("22.0.0"),
        field<&StorageDaemon::statistics_collect_interval>(
            "StatisticsCollectInterval", "Seconds between two collections of statistics; 0: none.")
            .until("22.0.0"),
        field<&StorageDaemon::device_reserve_by_media_type>("DeviceReserveByMediaType",
                                                            "A job may use any device with its media type."),
        field<&StorageDaemon::file_device_concurrent_read>("FileDeviceConcurrentRead",
                                                           "Several jobs may read from one file device."),
        field<&StorageDaemon::secure_erase_command>("SecureEraseCommand",
                                                    "Command that deletes files that held data of backups.")
            .from("15.2.1"),
        field<&StorageDaemon::log_timestamp_format>("LogTimestampFormat", "strftime format before messages.")
            .from("15.2.3"),
        field<&StorageDaemon::enable_ktls>("EnableKtls",
                                           "Let the kernel do the encryption of TLS where it can.")
            .from("23.0.0"),
    },
    tls_directives<&StorageDaemon::tls>());

constexpr std::array device_directives{
    field<&Device::name>("Name", "The name it has for the others.", types::resource_name).required(),
    field<&Device::description>("Description", "Free text for people."),
    field<&Device::media_type>("MediaType", "Name of the kind of volumes these devices use.",
                               types::string_name)
        .required(),
    field<&Device::device_type>(
        "DeviceType", "Kind of device: file, tape, fifo, dedupable; found out from the path if absent.")
        .default_shown_as(""),
    field<&Device::archive_device>("ArchiveDevice", "Path of the device or of the directory with volumes.",
                                   types::string_name)
        .required(),
    field<&Device::device_options>("DeviceOptions", "Options of the kind of device.").from("15.2.0"),
    field<&Device::diagnostic_device>("DiagnosticDevice", "Path for diagnostic commands.",
                                      types::string_name),
    field<&Device::hardware_end_of_file>("HardwareEndOfFile", "The drive can write file marks.", types::bit),
    field<&Device::hardware_end_of_medium>("HardwareEndOfMedium", "The drive can go to the end of data.",
                                           types::bit)
        .coded(5),
    field<&Device::backward_space_record>("BackwardSpaceRecord", "The drive can go back by records.",
                                          types::bit)
        .coded(1),
    field<&Device::backward_space_file>("BackwardSpaceFile", "The drive can go back by files.", types::bit)
        .coded(2),
    field<&Device::bsf_at_eom>("BsfAtEom", "Go back over the mark at the end of data.", types::bit).coded(15),
    field<&Device::two_eof>("TwoEof", "Two file marks end the data.", types::bit).coded(17),
    field<&Device::forward_space_record>("ForwardSpaceRecord", "The drive can go forward by records.",
                                         types::bit)
        .coded(3),
    field<&Device::forward_space_file>("ForwardSpaceFile", "The drive can go forward by files.", types::bit)
        .coded(4),
    field<&Device::fast_forward_space_file>("FastForwardSpaceFile", "The drive tells the file it went to.",
                                            types::bit)
        .coded(16),
    field<&Device::removable_media>("RemovableMedia", "Volumes can be changed.", types::bit).coded(6),
    field<&Device::random_access>("RandomAccess", "The medium can be read at any place.", types::bit)
        .coded(7),
    field<&Device::automatic_mount>("AutomaticMount", "Look at what is mounted when a volume is wanted.",
                                    types::bit)
        .coded(8),
    field<&Device::label_media>("LabelMedia", "Label blank volumes automatically.", types::bit).coded(9),
    field<&Device::always_open>("AlwaysOpen", "Keep the device open.", types::bit).coded(11),
    field<&Device::is_autochanger>("Autochanger", "The device belongs to an autochanger.", types::bit)
        .coded(12),
    field<&Device::close_on_poll>("CloseOnPoll", "Close the device between two looks for a volume.",
                                  types::bit)
        .coded(18),
    field<&Device::block_positioning>("BlockPositioning", "The device can go to a block.", types::bit)
        .coded(19),
    field<&Device::use_mtiocget>("UseMtiocget", "Ask the driver for the position.", types::bit).coded(20),
    field<&Device::check_labels>("CheckLabels", "Accept ANSI and IBM labels.", types::bit)
        .until("23.0.0")
        .coded(22),
    field<&Device::requires_mount>("RequiresMount", "Mount the medium before use.", types::bit).coded(21),
    field<&Device::offline_on_unmount>("OfflineOnUnmount", "Take the drive offline when it is unmounted.",
                                       types::bit)
        .coded(13),
    field<&Device::block_checksum>("BlockChecksum", "Write and check the checksum of blocks.", types::bit)
        .coded(23),
    field<&Device::access_mode>("AccessMode", "Whether the device reads, writes or both."),
    field<&Device::auto_select>("AutoSelect", "Jobs may choose the device by its autochanger."),
    field<&Device::changer_device>("ChangerDevice", "Device of the changer.", types::string_name),
    field<&Device::changer_command>("ChangerCommand", "Command that moves volumes.", types::string_name),
    field<&Device::alert_command>("AlertCommand", "Command that reads tape alerts.", types::string_name),
    field<&Device::maximum_changer_wait>("MaximumChangerWait", "How long the changer may take."),
    field<&Device::maximum_open_wait>("MaximumOpenWait", "How long to wait for a device in use."),
    field<&Device::maximum_open_volumes>("MaximumOpenVolumes", "Volumes open at the same time."),
    field<&Device::maximum_network_buffer_size>("MaximumNetworkBufferSize",
                                                "Largest packet; 0: the built-in size.")
        .unset()
        .until("24.0.0"),
    field<&Device::volume_poll_interval>("VolumePollInterval", "Time between two looks for a volume."),
    field<&Device::maximum_rewind_wait>("MaximumRewindWait", "How long rewinding may take."),
    field<&Device::label_block_size>("LabelBlockSize", "Block size of labels."),
    field<&Device::minimum_block_size>("MinimumBlockSize", "Smallest block written.").unset(),
    field<&Device::maximum_block_size>("MaximumBlockSize", "Largest block written.", types::block_size),
    field<&Device::maximum_file_size>("MaximumFileSize", "Bytes between two file marks."),
    field<&Device::volume_capacity>("VolumeCapacity", "Size of a volume; 0: unknown.").unset(),
    field<&Device::maximum_concurrent_jobs>("MaximumConcurrentJobs",
                                            "Jobs that may use the device at the same time."),
    field<&Device::spool_directory>(
        "SpoolDirectory", "Directory for spooled data; the working directory if absent.", types::directory),
    field<&Device::maximum_spool_size>("MaximumSpoolSize", "Space for spooled data; 0: no limit.").unset(),
    field<&Device::maximum_job_spool_size>("MaximumJobSpoolSize",
                                           "Space for the spooled data of one job; 0: no limit.")
        .unset(),
    field<&Device::drive_index>("DriveIndex", "Number of the drive in its autochanger.").unset(),
    field<&Device::mount_point>("MountPoint", "Where the medium is mounted.", types::string_name),
    field<&Device::mount_command>("MountCommand", "Command that mounts it.", types::string_name),
    field<&Device::unmount_command>("UnmountCommand", "Command that unmounts it.", types::string_name),
    field<&Device::label_type>("LabelType", "Kind of label.").unset().until("23.0.0"),
    field<&Device::no_rewind_on_close>("NoRewindOnClose", "The device does not rewind when it is closed."),
    field<&Device::drive_tape_alert_enabled>("DriveTapeAlertEnabled", "Read tape alerts.").unset(),
    field<&Device::drive_crypto_enabled>("DriveCryptoEnabled", "Use the drive's encryption.").unset(),
    field<&Device::query_crypto_status>("QueryCryptoStatus", "Ask the drive for the state of its encryption.")
        .unset(),
    field<&Device::auto_deflate>("AutoDeflate", "When the Storage Daemon compresses.").from("13.4.0"),
    field<&Device::auto_deflate_algorithm>("AutoDeflateAlgorithm", "How it compresses.").from("13.4.0"),
    field<&Device::auto_deflate_level>("AutoDeflateLevel", "How hard it tries.").from("13.4.0"),
    field<&Device::auto_inflate>("AutoInflate", "When the Storage Daemon decompresses.").from("13.4.0"),
    field<&Device::collect_statistics>("CollectStatistics", "Collect statistics."),
    field<&Device::eof_on_error_is_eot>("EofOnErrorIsEot",
                                        "An error while reading at a file mark is the end of the tape.")
        .unset()
        .from("18.2.4"),
    field<&Device::count>("Count", "Number of identical devices this one stands for."),
};

constexpr std::array autochanger_directives{
    field<&Autochanger::name>("Name", "The name it has for the others.", types::resource_name).required(),
    field<&Autochanger::description>("Description", "Free text for people."),
    field<&Autochanger::devices>("Device", "Drives, in the order of their numbers.", to_devices).required(),
    field<&Autochanger::changer_device>("ChangerDevice", "Device of the changer.", types::string_name)
        .required(),
    field<&Autochanger::changer_command>("ChangerCommand", "Command that moves volumes.", types::string_name)
        .required(),
};

}  // namespace

const StorageDaemonDirector* StorageConfiguration::find_director(std::string_view name) const {
  return find_by_name(directors, name);
}
const Ndmp* StorageConfiguration::find_ndmp(std::string_view name) const { return find_by_name(ndmps, name); }
const Device* StorageConfiguration::find_device(std::string_view name) const {
  return find_by_name(devices, name);
}
const Messages* StorageConfiguration::find_messages(std::string_view name) const {
  return find_by_name(messages, name);
}
const Autochanger* StorageConfiguration::find_autochanger(std::string_view name) const {
  return find_by_name(autochangers, name);
}

const Component& storage_component() {
  static const std::array types{
      resource_type<&StorageConfiguration::directors>("Director", "Directors", 0, director_directives),
      resource_type<&StorageConfiguration::ndmps>("Ndmp", "Ndmp", 1, ndmp_directives),
      resource_type<&StorageConfiguration::storages>("Storage", "Storages", 2, storage_directives),
      resource_type<&StorageConfiguration::devices>("Device", "Devices", 3, device_directives),
      resource_type<&StorageConfiguration::messages>("Messages", "Messages", 4, message_directives())
          .described_by(describe_messages),
      resource_type<&StorageConfiguration::autochangers>("Autochanger", "Autochangers", 5,
                                                         autochanger_directives),
  };
  static const Component component{"bareos-sd", types};
  return component;
}

}  // namespace holdfast::config
