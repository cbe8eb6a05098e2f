// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/director_resources.h"

#include <array>

#include "config/director_tables.h"
#include "config/reference_type.h"
#include "config/tls_directives.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace {

constexpr ReferenceType<Catalog> to_catalog{"Catalog"};
constexpr ReferenceType<Storage> to_storage{"Storage"};

constexpr auto client_directives_table = joined(
    std::array{
        field<&Client::name>("Name", "The name other resources use for it.", types::resource_name).required(),
        field<&Client::description>("Description", "Free text for people."),
        field<&Client::protocol>("Protocol", "Protocol of the client; NDMP needs its own storage.")
            .from("13.2.0"),
        field<&Client::auth_type>("AuthType", "How to authenticate with NDMP."),
        field<&Client::address>("Address", "Name or address of the client.").required().also("FdAddress"),
        field<&Client::lan_address>("LanAddress",
                                    "Name or address for connections within the client's own network.")
            .from("16.2.6"),
        field<&Client::port>("Port", "TCP port of the File Daemon.").also("FdPort"),
        field<&Client::username>("Username", "User for NDMP."),
        field<&Client::password>("Password", "Shared secret of both ends; kept as its MD5.",
                                 types::peer_password)
            .required()
            .also("FdPassword"),
        field<&Client::catalog>("Catalog", "Catalog for this client's jobs; the first one if absent.",
                                to_catalog),
        field<&Client::passive>(
            "Passive", "The Storage Daemon connects to the client, not the client to the Storage Daemon.")
            .from("13.2.0"),
        field<&Client::connection_from_director_to_client>("ConnectionFromDirectorToClient",
                                                           "The Director may connect to the client.")
            .from("16.2.2"),
        field<&Client::connection_from_client_to_director>("ConnectionFromClientToDirector",
                                                           "The client may connect to the Director.")
            .from("16.2.2"),
        field<&Client::enabled>("Enabled", "Whether it is used at all."),
        field<&Client::hard_quota>("HardQuota",
                                   "Bytes of backups above which jobs are refused; 0: no limit."),
        field<&Client::soft_quota>("SoftQuota",
                                   "Bytes of backups above which the grace period starts; 0: no limit."),
        field<&Client::soft_quota_grace_period>("SoftQuotaGracePeriod",
                                                "How long the soft quota may be exceeded."),
        field<&Client::strict_quotas>("StrictQuotas", "Count from the moment the soft quota was exceeded."),
        field<&Client::quota_include_failed_jobs>("QuotaIncludeFailedJobs",
                                                  "Failed jobs count for the quotas."),
        field<&Client::file_retention>("FileRetention", "How long file records stay in the catalog.")
            .until("23.0.0"),
        field<&Client::job_retention>("JobRetention", "How long job records stay in the catalog.")
            .until("23.0.0"),
        field<&Client::heartbeat_interval>("HeartbeatInterval",
                                           "Time between keep-alive packets; 0: the system's default."),
        field<&Client::auto_prune>("AutoPrune", "Apply the retention periods at the end of jobs.")
            .until("23.0.0"),
        field<&Client::maximum_concurrent_jobs>("MaximumConcurrentJobs",
                                                "Jobs that may run at the same time."),
        field<&Client::maximum_bandwidth_per_job>("MaximumBandwidthPerJob",
                                                  "Speed limit of each job; 0: none.", types::speed)
            .unset(),
        field<&Client::ndmp_log_level>("NdmpLogLevel", "How much of NDMP is logged."),
        field<&Client::ndmp_block_size>("NdmpBlockSize", "Block size of NDMP.", types::small_size),
        field<&Client::ndmp_use_lmdb>("NdmpUseLmdb", "Keep NDMP file history in LMDB instead of memory."),
    },
    tls_directives<&Client::tls>());

constexpr auto storage_directives_table = joined(
    std::array{
        field<&Storage::name>("Name", "The name other resources use for it.", types::resource_name)
            .required(),
        field<&Storage::description>("Description", "Free text for people."),
        field<&Storage::protocol>("Protocol", "Protocol of the storage."),
        field<&Storage::auth_type>("AuthType", "How to authenticate with NDMP."),
        field<&Storage::address>("Address",
                                 "Name or address of the Storage Daemon, for the Director and for clients.")
            .required()
            .also("SdAddress"),
        field<&Storage::lan_address>("LanAddress",
                                     "Name or address for connections within the client's own network.")
            .from("16.2.6"),
        field<&Storage::port>("Port", "TCP port of the Storage Daemon.").also("SdPort"),
        field<&Storage::username>("Username", "User for NDMP."),
        field<&Storage::password>("Password", "Shared secret of both ends; kept as its MD5.",
                                  types::peer_password)
            .required()
            .also("SdPassword"),
        field<&Storage::devices>(
            "Device", "Devices or autochangers of that daemon, by the names they have there.", types::devices)
            .required()
            .coded(13),
        field<&Storage::media_type>("MediaType", "Name of the kind of volumes these devices use.",
                                    types::string_name)
            .required(),
        field<&Storage::is_autochanger>("AutoChanger", "The device is an autochanger."),
        field<&Storage::enabled>("Enabled", "Whether it is used at all."),
        field<&Storage::allow_compression>("AllowCompression", "Clients may compress."),
        field<&Storage::heartbeat_interval>("HeartbeatInterval",
                                            "Time between keep-alive packets; 0: the system's default."),
        field<&Storage::cache_status_interval>("CacheStatusInterval",
                                               "How long the contents of an autochanger are remembered."),
        field<&Storage::maximum_concurrent_jobs>("MaximumConcurrentJobs",
                                                 "Jobs that may run at the same time."),
        field<&Storage::maximum_concurrent_read_jobs>(
            "MaximumConcurrentReadJobs",
            "Jobs that may read from it at the same time; 0: no limit of its own."),
        field<&Storage::paired_storage>("PairedStorage", "Native storage that belongs to an NDMP storage.",
                                        to_storage),
        field<&Storage::maximum_bandwidth_per_job>("MaximumBandwidthPerJob",
                                                   "Speed limit of each job; 0: none.", types::speed)
            .unset(),
        field<&Storage::collect_statistics>("CollectStatistics", "Collect statistics.").until("22.0.0"),
        field<&Storage::ndmp_changer_device>("NdmpChangerDevice", "Changer as NDMP names it.",
                                             types::string_name)
            .from("16.2.4"),
    },
    tls_directives<&Storage::tls>());

}  // namespace

std::span<const Directive> client_directives() { return client_directives_table; }
std::span<const Directive> storage_directives() { return storage_directives_table; }

}  // namespace holdfast::config
