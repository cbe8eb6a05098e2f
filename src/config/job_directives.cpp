// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/director_resources.h"

#include <array>

#include "config/director_tables.h"
#include "config/file_set_type.h"
#include "config/reference_type.h"
#include "config/run_script_type.h"
#include "config/schedule_run_type.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace {

constexpr ReferenceType<Catalog> to_catalog{"Catalog"};
constexpr ReferenceType<Client> to_client{"Client"};
constexpr ReferenceType<FileSet> to_file_set{"FileSet"};
constexpr ReferenceType<Job> to_job{"Job"};
constexpr ReferenceType<Job> to_job_defs{"JobDefs"};
constexpr ReferenceType<Messages> to_messages{"Messages"};
constexpr ReferenceType<Pool> to_pool{"Pool"};
constexpr ReferenceType<Schedule> to_schedule{"Schedule"};
constexpr ReferenceListType<Storage> to_storages{"Storage"};

constexpr std::array job_directives_table{
    field<&Job::name>("Name", "The name other resources use for it.", types::resource_name).required(),
    field<&Job::description>("Description", "Free text for people."),
    field<&Job::type>("Type", "What the job does.").required(),
    field<&Job::protocol>("Protocol", "Protocol of the backup."),
    field<&Job::backup_format>("BackupFormat", "Format of an NDMP backup: native, dump, tar, smtape."),
    field<&Job::level>("Level", "How much is saved; Incremental for backups if absent."),
    field<&Job::messages>("Messages", "Where the job's messages go.", to_messages).required(),
    field<&Job::storages>("Storage", "Storages to use; those of the pool come first.", to_storages),
    field<&Job::pool>("Pool", "Pool the volumes come from.", to_pool).required(),
    field<&Job::full_backup_pool>("FullBackupPool", "Pool for Full backups.", to_pool),
    field<&Job::virtual_full_backup_pool>("VirtualFullBackupPool", "Pool for virtual Full backups.", to_pool),
    field<&Job::incremental_backup_pool>("IncrementalBackupPool", "Pool for Incremental backups.", to_pool),
    field<&Job::differential_backup_pool>("DifferentialBackupPool", "Pool for Differential backups.",
                                          to_pool),
    field<&Job::next_pool>("NextPool", "Pool that copies, migrations and virtual Full backups go to.",
                           to_pool),
    field<&Job::client>("Client", "Client whose files are concerned.", to_client),
    field<&Job::file_set>("FileSet", "Which files.", to_file_set),
    field<&Job::schedule>("Schedule", "When the job runs by itself.", to_schedule),
    field<&Job::job_to_verify>("JobToVerify", "Job whose last run a Verify job checks.", to_job)
        .also("VerifyJob"),
    field<&Job::catalog>("Catalog", "Catalog of this job.", to_catalog).from("13.4.0"),
    field<&Job::job_defs>("JobDefs", "Defaults for everything this job does not say.", to_job_defs),
    field<&Job::run_commands>("Run",
                              "Console command that starts another job with this one; without the word run."),
    field<&Job::where>("Where", "Directory that restored files are put below.", types::directory),
    field<&Job::regex_where>("RegexWhere", "Substitutions for the names of restored files."),
    field<&Job::strip_prefix>("StripPrefix", "Beginning that restored names lose."),
    field<&Job::add_prefix>("AddPrefix", "Beginning that restored names get."),
    field<&Job::add_suffix>("AddSuffix", "End that restored names get."),
    field<&Job::bootstrap>("Bootstrap", "Bootstrap file a restore reads.", types::directory),
    field<&Job::write_bootstrap>("WriteBootstrap",
                                 "File or command that gets the bootstrap records of each backup.",
                                 types::directory_or_command),
    field<&Job::write_verify_list>("WriteVerifyList", "File that a Verify job lists its files in.",
                                   types::directory)
        .until("25.1.0"),
    field<&Job::replace>("Replace", "What a restore does to files that exist."),
    field<&Job::maximum_bandwidth>("MaximumBandwidth", "Speed limit of the job; 0: none.", types::speed)
        .unset(),
    field<&Job::max_run_sched_time>("MaxRunSchedTime",
                                    "Longest time from the scheduled start to the end; 0: no limit.")
        .unset(),
    field<&Job::max_run_time>("MaxRunTime", "Longest time a job may run; 0: no limit.").unset(),
    field<&Job::full_max_run_time>("FullMaxRuntime", "The same for Full backups.").unset(),
    field<&Job::incremental_max_run_time>("IncrementalMaxRuntime", "The same for Incremental backups.")
        .unset(),
    field<&Job::differential_max_run_time>("DifferentialMaxRuntime", "The same for Differential backups.")
        .unset(),
    field<&Job::max_wait_time>("MaxWaitTime", "Longest time a job may wait for a resource; 0: no limit.")
        .unset(),
    field<&Job::max_start_delay>("MaxStartDelay",
                                 "Longest time between scheduled and real start; 0: no limit.")
        .unset(),
    field<&Job::max_full_interval>("MaxFullInterval",
                                   "Age of the last Full above which the next backup becomes one; 0: any.")
        .unset(),
    field<&Job::max_virtual_full_interval>(
        "MaxVirtualFullInterval",
        "Age of the last Full above which the next backup becomes a virtual one; 0: any.")
        .unset()
        .from("14.4.0"),
    field<&Job::max_diff_interval>(
        "MaxDiffInterval",
        "Age of the last Differential above which the next Incremental becomes one; 0: any.")
        .unset(),
    field<&Job::prefix_links>("PrefixLinks", "Restored absolute links get the prefix too."),
    field<&Job::prune_jobs>("PruneJobs", "Prune jobs whatever the client says."),
    field<&Job::prune_files>("PruneFiles", "Prune files whatever the client says."),
    field<&Job::prune_volumes>("PruneVolumes", "Prune volumes whatever the pool says."),
    field<&Job::purge_migration_job>("PurgeMigrationJob", "Purge the original after a migration."),
    field<&Job::enabled>("Enabled", "Whether it is used at all."),
    field<&Job::spool_attributes>("SpoolAttributes",
                                  "Storage Daemon keeps attributes until the end of the job."),
    field<&Job::spool_data>("SpoolData",
                            "Storage Daemon collects data on disk before it writes them to the volume."),
    field<&Job::spool_size>("SpoolSize", "Disk space for that; 0: as the device says.").unset(),
    field<&Job::rerun_failed_levels>("RerunFailedLevels", "Upgrade to the level of a job that failed since."),
    field<&Job::prefer_mounted_volumes>("PreferMountedVolumes",
                                        "Use mounted volumes rather than another drive."),
    field<&Job::run_scripts>("RunBeforeJob", "Command the Director runs before the job.",
                             types::run_before_job),
    field<&Job::run_scripts>("RunAfterJob", "Command the Director runs after a job that ended well.",
                             types::run_after_job),
    field<&Job::run_scripts>("RunAfterFailedJob", "Command the Director runs after a job that failed.",
                             types::run_after_failed_job),
    field<&Job::run_scripts>("ClientRunBeforeJob", "Command the client runs before the job.",
                             types::client_run_before_job),
    field<&Job::run_scripts>("ClientRunAfterJob", "Command the client runs after a job that ended well.",
                             types::client_run_after_job),
    field<&Job::maximum_concurrent_jobs>("MaximumConcurrentJobs", "Runs of this job at the same time."),
    field<&Job::reschedule_on_error>("RescheduleOnError", "Run again after a failure."),
    field<&Job::reschedule_interval>("RescheduleInterval", "How long to wait before that."),
    field<&Job::reschedule_times>("RescheduleTimes", "How often to try that; 0: without limit."),
    field<&Job::priority>("Priority", "Jobs with lower numbers go first."),
    field<&Job::allow_mixed_priority>("AllowMixedPriority", "Run beside jobs of other priorities."),
    field<&Job::selection_pattern>("SelectionPattern",
                                   "What the selection compares with: an expression or a query."),
    field<&Job::run_scripts>("RunScript", "Command before or after the job.", types::run_script).block(),
    field<&Job::selection_type>("SelectionType", "How a copy or migration selects its jobs."),
    field<&Job::accurate>("Accurate", "Compare with a list of what the catalog knows."),
    field<&Job::allow_duplicate_jobs>("AllowDuplicateJobs",
                                      "Two runs of the job may exist at the same time."),
    field<&Job::allow_higher_duplicates>("AllowHigherDuplicates",
                                         "A run of a higher level may replace one of a lower level.")
        .until("24.0.0"),
    field<&Job::cancel_lower_level_duplicates>("CancelLowerLevelDuplicates",
                                               "Cancel the one of the lower level."),
    field<&Job::cancel_queued_duplicates>("CancelQueuedDuplicates", "Cancel those that wait."),
    field<&Job::cancel_running_duplicates>("CancelRunningDuplicates", "Cancel those that run."),
    field<&Job::save_file_history>("SaveFileHistory", "Store the file history of NDMP backups.")
        .from("14.2.0"),
    field<&Job::file_history_size>("FileHistorySize", "Space for that.").from("15.2.4"),
    field<&Job::fd_plugin_options>("FdPluginOptions", "Options for plugins of the File Daemon."),
    field<&Job::sd_plugin_options>("SdPluginOptions", "Options for plugins of the Storage Daemon."),
    field<&Job::dir_plugin_options>("DirPluginOptions", "Options for plugins of the Director."),
    field<&Job::max_concurrent_copies>("MaxConcurrentCopies", "Copies that run at the same time."),
    field<&Job::always_incremental>("AlwaysIncremental", "Never run a Full again; consolidate instead.")
        .from("16.2.4"),
    field<&Job::always_incremental_job_retention>("AlwaysIncrementalJobRetention",
                                                  "Age at which backups are consolidated.")
        .from("16.2.4"),
    field<&Job::always_incremental_keep_number>("AlwaysIncrementalKeepNumber",
                                                "Backups that are never consolidated.")
        .from("16.2.4"),
    field<&Job::always_incremental_max_full_age>("AlwaysIncrementalMaxFullAge",
                                                 "Age above which the Full is consolidated too.")
        .unset()
        .from("16.2.4"),
    field<&Job::max_full_consolidations>("MaxFullConsolidations",
                                         "Full backups one Consolidate job may include; 0: no limit.")
        .from("16.2.4"),
    field<&Job::run_on_incoming_connect_interval>(
        "RunOnIncomingConnectInterval", "Run when the client connects, if the last run is older; 0: never.")
        .from("19.2.4"),
    field<&Job::run_missed_schedule>(
        "RunMissedSchedule",
        "Holdfast's own: run once, as soon as possible, what the schedule had in store "
        "while the Director was down or asleep."),
    field<&Job::delete_leftovers>("DeleteFilesNotInBackup",
                                  "Holdfast's own: restores of everything to its original place then delete "
                                  "what the FileSet would save "
                                  "and the backup does not hold."),
};

constexpr std::array schedule_directives_table{
    field<&Schedule::name>("Name", "The name other resources use for it.", types::resource_name).required(),
    field<&Schedule::description>("Description", "Free text for people."),
    field<&Schedule::runs>("Run", "When, and what is different then.", types::schedule_run),
    field<&Schedule::enabled>("Enabled", "Whether it is used at all."),
};

constexpr std::array file_set_directives_table{
    field<&FileSet::name>("Name", "The name other resources use for it.", types::resource_name).required(),
    field<&FileSet::description>("Description", "Free text for people."),
    field<&FileSet::blocks>("Include", "Which files to save.", types::include).block(),
    field<&FileSet::blocks>("Exclude", "Which of them to leave out.", types::exclude).block().coded(1),
    field<&FileSet::ignore_file_set_changes>("IgnoreFileSetChanges",
                                             "A change of the FileSet does not make the next backup a Full."),
    field<&FileSet::enable_vss>("EnableVSS", "Use volume shadow copies on Windows."),
};

}  // namespace

std::span<const Directive> job_directives() { return job_directives_table; }
std::span<const Directive> schedule_directives() { return schedule_directives_table; }
std::span<const Directive> file_set_directives() { return file_set_directives_table; }

}  // namespace holdfast::config
