// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/director_resources.h"

#include <array>

#include "config/director_tables.h"
#include "config/reference_type.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace {

constexpr ReferenceType<Catalog> to_catalog{"Catalog"};
constexpr ReferenceType<Counter> to_counter{"Counter"};
constexpr ReferenceType<Pool> to_pool{"Pool"};
constexpr ReferenceListType<Storage> to_storages{"Storage"};

constexpr std::array pool_directives_table{
    field<&Pool::name>("Name", "The name other resources use for it.", types::resource_name).required(),
    field<&Pool::description>("Description", "Free text for people."),
    field<&Pool::pool_type>("PoolType", "What the volumes are for."),
    field<&Pool::label_format>("LabelFormat",
                               "Names of volumes that are created automatically; if absent there are none.",
                               types::string_name),
    field<&Pool::label_type>("LabelType", "Kind of label.").unset().until("23.0.0"),
    field<&Pool::cleaning_prefix>("CleaningPrefix", "Beginning of the names of cleaning cartridges.",
                                  types::string_name),
    field<&Pool::use_catalog>("UseCatalog", "Keep volumes in the catalog."),
    field<&Pool::purge_oldest_volume>("PurgeOldestVolume",
                                      "Purge the oldest volume when none can be written."),
    field<&Pool::action_on_purge>("ActionOnPurge", "What happens to a volume when it is purged.").unset(),
    field<&Pool::recycle_oldest_volume>("RecycleOldestVolume",
                                        "Prune and reuse the oldest volume when none can be written."),
    field<&Pool::recycle_current_volume>("RecycleCurrentVolume",
                                         "Prune and reuse the mounted volume when it is full."),
    field<&Pool::maximum_volumes>("MaximumVolumes", "Volumes the pool may hold; 0: no limit.").unset(),
    field<&Pool::maximum_volume_jobs>("MaximumVolumeJobs", "Jobs on one volume; 0: no limit.").unset(),
    field<&Pool::maximum_volume_files>("MaximumVolumeFiles", "Files on one volume; 0: no limit.").unset(),
    field<&Pool::maximum_volume_bytes>("MaximumVolumeBytes", "Bytes on one volume; 0: no limit.").unset(),
    field<&Pool::catalog_files>("CatalogFiles", "Keep the names of files in the catalog."),
    field<&Pool::volume_retention>("VolumeRetention", "How long a volume is kept after it was last written."),
    field<&Pool::volume_use_duration>("VolumeUseDuration", "How long a volume may be written; 0: no limit.")
        .unset(),
    field<&Pool::migration_time>("MigrationTime", "Age of jobs that migrate.").unset(),
    field<&Pool::migration_high_bytes>("MigrationHighBytes", "Occupancy above which jobs migrate.").unset(),
    field<&Pool::migration_low_bytes>("MigrationLowBytes", "Occupancy down to which they migrate.").unset(),
    field<&Pool::next_pool>("NextPool", "Pool that copies, migrations and virtual Full backups go to.",
                            to_pool),
    field<&Pool::storages>("Storage", "Storages for jobs of this pool.", to_storages),
    field<&Pool::auto_prune>("AutoPrune", "Prune expired volumes when one is needed."),
    field<&Pool::recycle>("Recycle", "Purged volumes may be reused."),
    field<&Pool::allow_losing_last_full>(
        "AllowLosingLastFull",
        "Holdfast's own: jobs of this pool are pruned and recycled even where "
        "the newest restorable backup of a client needs them."),
    field<&Pool::recycle_pool>("RecyclePool", "Pool that purged volumes move to.", to_pool),
    field<&Pool::scratch_pool>("ScratchPool", "Pool that new volumes are taken from.", to_pool),
    field<&Pool::catalog>("Catalog", "Catalog of the pool.", to_catalog),
    field<&Pool::file_retention>("FileRetention",
                                 "How long file records stay in the catalog; 0: as the client says.")
        .unset()
        .until("25.1.0"),
    field<&Pool::job_retention>("JobRetention",
                                "How long job records stay in the catalog; 0: as the client says.")
        .unset()
        .until("25.1.0"),
    field<&Pool::minimum_block_size>("MinimumBlockSize", "Smallest block written.", types::small_size)
        .unset(),
    field<&Pool::maximum_block_size>("MaximumBlockSize", "Largest block written.", types::small_size)
        .unset()
        .from("14.2.0"),
};

constexpr std::array catalog_directives_table{
    field<&Catalog::name>("Name", "The name other resources use for it.", types::resource_name).required(),
    field<&Catalog::description>("Description", "Free text for people."),
    field<&Catalog::driver>("DbDriver",
                            "Which database: postgresql, or sqlite for a file in the working directory.")
        .also("Driver"),
    field<&Catalog::address>("DbAddress", "Host of the database, or the directory of its socket.")
        .also("Address"),
    field<&Catalog::port>("DbPort", "Its TCP port; 0: the usual one.").unset().also("Port"),
    field<&Catalog::password>("DbPassword", "Password of the database user, in clear text.",
                              types::clear_password)
        .also("Password"),
    field<&Catalog::user>("DbUser", "Database user.").required().also("User"),
    field<&Catalog::database>("DbName", "Name of the database.").required(),
    field<&Catalog::socket>("DbSocket", "Accepted, not used.").also("Socket"),
    field<&Catalog::ssl_mode>("DbSslMode",
                              "Encryption on the way to PostgreSQL, Holdfast's own: disable, allow, prefer, "
                              "require, verify-ca or verify-full."),
    field<&Catalog::ssl_ca_certificate_file>(
        "DbSslCaCertificateFile", "Certificates that the server's is checked with, Holdfast's own."),
    field<&Catalog::ssl_certificate>("DbSslCertificate",
                                     "Certificate the Director shows the server, Holdfast's own."),
    field<&Catalog::ssl_key>("DbSslKey", "Private key of that certificate, Holdfast's own."),
    field<&Catalog::patience>(
        "DbPatience",
        "How long jobs and commands wait for a PostgreSQL server that does not answer before "
        "they fail, Holdfast's own."),
    field<&Catalog::multiple_connections>("MultipleConnections", "One connection per job.", types::bit)
        .unset()
        .until("25.0.0"),
    field<&Catalog::disable_batch_insert>("DisableBatchInsert", "Insert file records one by one.")
        .until("25.0.0"),
    field<&Catalog::reconnect>("Reconnect", "Connect again after the connection was lost.").from("15.1.0"),
    field<&Catalog::exit_on_fatal>("ExitOnFatal", "End the Director when the database is lost.")
        .from("15.1.0"),
    field<&Catalog::min_connections>("MinConnections", "Connections of the pool at start."),
    field<&Catalog::max_connections>("MaxConnections", "Largest number of connections."),
    field<&Catalog::inc_connections>("IncConnections", "Connections that are added at a time."),
    field<&Catalog::idle_timeout>("IdleTimeout", "Seconds after which an unused connection is closed."),
    field<&Catalog::validate_timeout>("ValidateTimeout", "Seconds after which a connection is checked."),
};

constexpr std::array counter_directives_table{
    field<&Counter::name>("Name", "The name other resources use for it.", types::resource_name).required(),
    field<&Counter::description>("Description", "Free text for people."),
    field<&Counter::minimum>("Minimum", "Smallest value, and the first one."),
    field<&Counter::maximum>("Maximum", "Largest value; the next one is the smallest."),
    field<&Counter::wrap_counter>("WrapCounter", "Counter that counts how often this one starts anew.",
                                  to_counter),
    field<&Counter::catalog>("Catalog", "Catalog that keeps the value.", to_catalog),
};

}  // namespace

std::span<const Directive> pool_directives() { return pool_directives_table; }
std::span<const Directive> catalog_directives() { return catalog_directives_table; }
std::span<const Directive> counter_directives() { return counter_directives_table; }

}  // namespace holdfast::config
