// SPDX-License-Identifier: AGPL-3.0-or-later
#include <algorithm>
#include <array>

#include "base/text.h"
#include "director/console/command.h"
#include "director/console/handlers.h"
#include "director/console/own_commands.h"

namespace holdfast::director::console {
namespace {

constexpr unsigned none = CommandEntry::none;
constexpr unsigned script = CommandEntry::run_script;
constexpr unsigned audited = CommandEntry::audited;
constexpr Handler later = nullptr;

constexpr std::string_view list_usage =
    "basefiles ( jobid=<jobid> | ujobid=<complete_name> ) | backups client=<client-name> "
    "[fileset=<fileset-name>] [jobstatus=<status>] [level=<level>] [order=<asc|desc>] "
    "[limit=<number>] [days=<number>] [hours=<number>] | client=<client-name> | clients | "
    "copies jobid=<jobid> | files jobid=<jobid> | files ujobid=<complete_name> | filesets | "
    "fileset [ filesetid=<filesetid> ] | fileset [ jobid=<jobid> ] | fileset [ "
    "ujobid=<complete_name> ] | jobs [job=<job-name>] [client=<client-name>] "
    "[jobstatus=<status>] [jobtype=<jobtype>] [joblevel=<joblevel>] [volume=<volumename>] "
    "[pool=<pool>] [days=<number>] [hours=<number>] [last] [count] | job=<job-name> "
    "[client=<client-name>] [jobstatus=<status>] [jobtype=<jobtype>] [joblevel=<joblevel>] "
    "[volume=<volumename>] [days=<number>] [hours=<number>] | jobid=<jobid> | "
    "ujobid=<complete_name> | joblog jobid=<jobid> [count] | joblog ujobid=<complete_name> "
    "[count] | jobmedia jobid=<jobid> | jobmedia ujobid=<complete_name> | jobtotals | "
    "jobstatistics jobid=<jobid> | log [client=<client-name>] [reverse] | media [ "
    "jobid=<jobid> | ujobid=<complete_name> | pool=<pool-name> | all ] | media=<media-name> "
    "| nextvolume job=<job-name> [days=<number>] | pools | pool=<pool-name> | "
    "poolid=<poolid> | storages | volumes [ jobid=<jobid> | ujobid=<complete_name> | "
    "pool=<pool-name> | all ] [count] | volume=<volume-name> | volumeid=<volumeid> | "
    "mediaid=<volumeid> | [current] | [enabled | disabled] | [limit=<number> "
    "[offset=<number>]]";

constexpr std::string_view enable_usage = "job=<job-name> client=<client-name> schedule=<schedule-name>";

constexpr std::string_view unmount_usage =
    "storage=<storage-name> [ drive=<drivenum> ] jobid=<jobid> | job=<job-name> | "
    "ujobid=<complete_name>";

// The order decides what an abbreviation means. Completion takes the words of a usage as candidates, so
// arguments stand there as `job=<job-name>`.
constexpr std::array<CommandEntry, 89> commands{{
    {".", "no op", "", script, handle::no_operation},
    {".actiononpurge", "List possible actions on purge", "", script, handle::list_actions_on_purge},
    {".api", "Switch between different api modes", "[ 0 | 1 | 2 | off | on | json ] [compact=<yes|no>]", none,
     handle::choose_api},
    {".authorized", "Check for authorization",
     "job=<job-name> | client=<client-name> | storage=<storage-name> | "
     "schedule=<schedule-name> | pool=<pool-name> | cmd=<command> | fileset=<fileset-name> | "
     "catalog=<catalog>",
     none, handle::tell_authorization},
    {".catalogs", "List all catalog resources", "", none, handle::list_catalog_names},
    {".clients", "List all client resources", "[enabled | disabled]", script, handle::list_client_names},
    {".consoles", "List all console resources", "", script, handle::list_console_names},
    {".users", "List all user resources", "", script, handle::list_user_names},
    {".defaults", "Get default settings",
     "job=<job-name> | client=<client-name> | storage=<storage-name> | pool=<pool-name>", none,
     handle::tell_defaults},
    {".filesets", "List all filesets", "", none, handle::list_file_set_names},
    {".help", "Print parsable information about a command", "[ all ] [ item=cmd ] [ full ]", none,
     handle::dot_help},
    {".jobdefs", "List all job defaults resources", "", script, handle::list_job_defs_names},
    {".jobs", "List all job resources", "[type=<jobtype>] | [enabled | disabled]", script,
     handle::list_job_names},
    {".jobstatus", "List jobstatus information", "[ =<jobstatus> ]", script, handle::list_job_statuses},
    {".levels", "List all backup levels", "", none, handle::list_levels},
    {".locations", "", "", script, handle::list_locations},
    {".messages", "Display pending messages", "", none, handle::dot_messages},
    {".media", "List all medias", "", script, handle::list_volume_names},
    {".mediatypes", "List all media types", "", script, handle::list_media_types},
    {".msgs", "List all message resources", "", none, handle::list_messages_names},
    {".pools", "List all pool resources", "type=<pooltype>", script, handle::list_pool_names},
    {".profiles", "List all profile resources", "", script, handle::list_profile_names},
    {".quit", "Close connection", "", none, handle::quit},
    {".sql", "Send an arbitrary SQL command", "query=<sqlquery>", audited, handle::dot_sql},
    {".schedule", "List all schedule resources", "[enabled | disabled]", none, handle::list_schedule_names},
    {".status", "Report status",
     "dir ( current | last | header | scheduled | running | terminated ) | storage=<storage> "
     "[ header | waitreservation | devices | volumes | spooling | running | terminated ] | "
     "client=<client> [ header | terminated | running ]",
     audited, handle::dot_status},
    {".storages", "List all storage resources", "[enabled | disabled]", script, handle::list_storage_names},
    {".types", "List all job types", "", none, handle::list_types},
    {".volstatus", "List all volume status", "", script, handle::list_volume_statuses},
    {".bvfs_lsdirs", "List directories using BVFS",
     "jobid=<jobid> path=<path> | pathid=<pathid> [limit=<limit>] [offset=<offset>]", script | audited,
     handle::bvfs_directories},
    {".bvfs_lsfiles", "List files using BVFS",
     "jobid=<jobid> path=<path> | pathid=<pathid> [limit=<limit>] [offset=<offset>]", script | audited,
     handle::bvfs_files},
    {".bvfs_update", "Update BVFS cache", "[jobid=<jobid>]", script | audited, handle::bvfs_update},
    {".bvfs_get_jobids", "Get jobids required for a restore", "jobid=<jobid> | ujobid=<unique-jobid> [all]",
     script | audited, handle::bvfs_job_ids},
    {".bvfs_versions", "List versions of a file",
     "jobid=0 client=<client-name> pathid=<path-id> filename=<file-name> [copies] [versions]",
     script | audited, handle::bvfs_versions},
    {".bvfs_restore", "Mark BVFS files/directories for restore. Stored in handle.",
     "path=<handle> jobid=<jobid> [fileid=<file-id>] [dirid=<dirid>] [hardlink=<hardlink>]", script | audited,
     handle::bvfs_restore},
    {".bvfs_cleanup", "Cleanup BVFS cache for a certain handle", "path=<handle>", script | audited,
     handle::bvfs_cleanup},
    {".bvfs_clear_cache", "Clear BVFS cache", "yes", audited, handle::bvfs_clear_cache},
    {"add", "Add media to a pool", "pool=<pool-name> storage=<storage-name> jobid=<jobid>", audited,
     handle::add_volumes},
    {"autodisplay", "Autodisplay console messages", "on | off", none, handle::set_autodisplay},
    {"automount", "Automount after label", "on | off", audited, handle::set_automount},
    {"cancel", "Cancel a job",
     "storage=<storage-name> | jobid=<jobid> | job=<job-name> | ujobid=<unique-jobid> | "
     "state=<job_state> | all yes",
     audited, handle::cancel},
    {"configure", "Configure director resources",
     "add <resource-type> name=<name> [<directive>=<value>] | export client=<client>", audited, later},
    {"create", "Create DB Pool from resource", "pool=<pool-name>", audited, handle::create_pool},
    {"delete", "Delete volume, pool or job",
     "[volume=<vol-name> [yes] | volume pool=<pool-name> [yes] | storage "
     "storage=<storage-name> | pool=<pool-name> | jobid=<jobid> | jobid=<jobid1,jobid2,...> | "
     "jobid=<jobid1-jobid9>]",
     script | audited, handle::delete_records},
    {"disable", "Disable a job/client/schedule", enable_usage, script | audited, handle::disable},
    {"enable", "Enable a job/client/schedule", enable_usage, script | audited, handle::enable},
    {"estimate", "Performs FileSet estimate, listing gives full listing",
     "fileset=<fileset-name> client=<client-name> level=<level> accurate=<yes/no> "
     "job=<job-name> listing",
     script | audited, handle::estimate},
    {"exit", "Terminate Bconsole session", "", none, handle::quit},
    {"export", "Export volumes from normal slots to import/export slots",
     "storage=<storage-name> srcslots=<slot-selection> [ dstslots=<slot-selection> "
     "volume=<volume-name> scan ]",
     script | audited, handle::export_volumes},
    {"gui", "Switch between interactive (gui off) and non-interactive (gui on) mode", "on | off", none,
     handle::set_gui},
    {"help", "Print help on specific command",
     "add autodisplay automount cancel configure create delete disable enable estimate exit "
     "gui label list llist messages memory mount prune purge quit query restore relabel "
     "release reload run status setbandwidth setdebug setip show sqlquery time trace truncate "
     "unmount umount update use var version wait",
     none, handle::help},
    {"import", "Import volumes from import/export slots to normal slots",
     "storage=<storage-name> [ srcslots=<slot-selection> dstslots=<slot-selection> "
     "volume=<volume-name> scan ]",
     script | audited, handle::import_volumes},
    {"label", "Label a tape",
     "storage=<storage-name> volume=<volume-name> pool=<pool-name> slot=<slot> [ drive = "
     "<drivenum>] [ barcodes ] [ encrypt ] [ yes ]",
     audited, handle::label},
    {"list", "List objects from catalog", list_usage, script | audited, handle::list},
    {"llist", "Full or long list like list command", list_usage, script | audited, handle::long_list},
    {"messages", "Display pending messages", "", none, handle::messages},
    {"memory", "Print current memory usage", "", script, handle::memory},
    {"mount", "Mount storage",
     "storage=<storage-name> slot=<num> drive=<drivenum> jobid=<jobid> | job=<job-name> | "
     "ujobid=<complete_name>",
     audited, handle::mount},
    {"move", "Move slots in an autochanger",
     "storage=<storage-name> srcslots=<slot-selection> dstslots=<slot-selection>", script | audited,
     handle::move_slots},
    {"prune", "Prune records from catalog",
     "files [client=<client>] [pool=<pool>] [yes] | jobs [client=<client>] [pool=<pool>] "
     "[yes] | volume [all] [=volume] [pool=<pool>] [yes] | stats [yes] | directory "
     "[=directory] [client=<client>] [recursive] [yes]",
     script | audited, handle::prune},
    {"purge", "Purge records from catalog",
     "[files [job=<job> | jobid=<jobid> | client=<client> | volume=<volume>]] | [jobs "
     "[client=<client> | volume=<volume>] | pool=<pool>] [jobstatus=<status>]] | "
     "[volume[=<volume>] [storage=<storage>] [pool=<pool> | allpools] [devicetype=<type>] "
     "[drive=<drivenum>] [action=<action>]] | [quota [client=<client>]]",
     script | audited, handle::purge},
    {"quit", "Terminate Bconsole session", "", none, handle::quit},
    {"query", "Query catalog", "", audited, handle::query},
    {"restore", "Restore files",
     "where=</path> client=<client-name> storage=<storage-name> bootstrap=<file> "
     "restorejob=<job-name> comment=<text> jobid=<jobid> fileset=<fileset-name> "
     "replace=<always|never|ifolder|ifnewer> pluginoptions=<plugin-options-string> "
     "regexwhere=<regex> fileregex=<regex> restoreclient=<client-name> backupformat=<format> "
     "pool=<pool-name> file=<filename> directory=<directory> before=<date> "
     "strip_prefix=<prefix> add_prefix=<prefix> add_suffix=<suffix> select=<date> select "
     "before current copies done all",
     audited, handle::restore},
    {"relabel", "Relabel a tape",
     "storage=<storage-name> oldvolume=<old-volume-name>  volume=<new-volume-name> "
     "pool=<pool-name> [ encrypt ]",
     audited, handle::relabel},
    {"release", "Release storage", "storage=<storage-name> [ drive=<drivenum> ] [ alldrives ]",
     script | audited, handle::release},
    {"reload", "Reload conf file", "", script | audited, handle::reload},
    {"rerun", "Rerun a job",
     "jobid=<jobid> | since_jobid=<jobid> [ until_jobid=<jobid> ] | days=<nr_days> | "
     "hours=<nr_hours> | yes",
     audited, later},
    {"resolve", "Resolve a hostname", "client=<client-name> | storage=<storage-name> <host-name>", audited,
     later},
    {"run", "Run a job",
     "job=<job-name> client=<client-name> fileset=<fileset-name> level=<level> "
     "storage=<storage-name> where=<directory-prefix> when=<universal-time-specification> "
     "pool=<pool-name> pluginoptions=<plugin-options-string> accurate=<yes|no> comment=<text> "
     "spooldata=<yes|no> priority=<number> jobid=<jobid> catalog=<catalog> "
     "migrationjob=<job-name> backupclient=<client-name> backupformat=<format> "
     "nextpool=<pool-name> since=<universal-time-specification> verifyjob=<job-name> "
     "verifylist=<verify-list> migrationjob=<complete_name> [ yes ]",
     audited, handle::run},
    {"status", "Report status",
     "all | dir=<dir-name> | director | scheduler | schedule=<schedule-name> | "
     "client=<client-name> | storage=<storage-name> slots | days=<nr_days> | job=<job-name> | "
     "subscriptions [clients] [plugins] [all] [anonymize] [client=<client-name>] | "
     "configuration",
     script | audited, handle::status},
    {"setbandwidth", "Sets bandwidth",
     "[ client=<client-name> | storage=<storage-name> | jobid=<jobid> | job=<job-name> | "
     "ujobid=<unique-jobid> state=<job_state> | all ] limit=<nn-kbs> [ yes ]",
     script | audited, later},
    {"setdebug", "Sets debug level",
     "level=<nn> trace=0/1 timestamp=0/1 client=<client-name> | dir | storage=<storage-name> "
     "| all",
     script | audited, handle::set_debug},
    {"setdevice", "Sets device parameter", "storage=<storage-name> device=<device-name> autoselect=<bool>",
     script | audited, later},
    {"setip", "Sets new client address -- if authorized", "", audited, later},
    {"show", "Show resource records",
     "catalog=<catalog-name> | client=<client-name> | console=<console-name> | "
     "director=<director-name> | fileset=<fileset-name> | jobdefs=<job-defaults> | "
     "job=<job-name> | message=<message-resource-name> | pool=<pool-name> | "
     "profile=<profile-name> | schedule=<schedule-name> | storage=<storage-name> | catalog | "
     "clients | consoles | directors | filesets | jobdefs | jobs | messages | pools | "
     "profiles | schedules | storages | disabled [ clients | jobs | schedules ] | all "
     "[verbose]",
     script | audited, handle::show},
    {"sqlquery", "Use SQL to query catalog", "", audited, handle::sql_query},
    {"time", "Print current time", "", script, handle::time},
    {"trace", "Turn on/off trace to file", "on | off", script | audited, later},
    {"truncate", "Truncate purged volumes",
     "volstatus=Purged [storage=<storage>] [pool=<pool>] [volume=<volume>] [drive=<drivenum>] "
     "[yes]",
     script | audited, handle::truncate},
    {"unmount", "Unmount storage", unmount_usage, audited, handle::unmount},
    {"umount", "Umount - for old-time Unix guys, see unmount", unmount_usage, audited, handle::unmount},
    {"update", "Update volume, pool, slots, job or statistics",
     "[volume=<volume-name> [volstatus=<status>] [volretention=<time-def>] "
     "[actiononpurge=<action>] [encrypt=<yes/no/rotate>] [pool=<pool-name>] "
     "[recycle=<yes/no>] [slot=<number>] [inchanger=<yes/no>]] | [pool=<pool-name> "
     "[maxvolbytes=<size>] [maxvolfiles=<nb>] [maxvoljobs=<nb>][enabled=<yes/no>] "
     "[recyclepool=<pool-name>] [actiononpurge=<action>] | slots [storage=<storage-name>] "
     "[scan]] | [jobid=<jobid> [jobname=<name>] [starttime=<time-def>] [client=<client-name>] "
     "[filesetid=<fileset-id>] [jobtype=<job-type>]] | [stats [days=<number>]]",
     script | audited, handle::update},
    {"use", "Use specific catalog", "catalog=<catalog>", audited, handle::use},
    {"var", "Does variable expansion", "", audited, later},
    {"version", "Print Director version", "", script, handle::version},
    {"wait", "Wait until no jobs are running",
     "jobname=<name> | jobid=<jobid> | ujobid=<complete_name> | mount [timeout=<number>]", none,
     handle::wait},
    {"whoami", "Print the user name associated with this console", "", script, handle::whoami},
    {"simulate", "Tell what would happen", "[days=<1-366>] [config=<path>] [catalog=<catalog>]",
     audited | own_command, handle::simulate},
}};

}  // namespace

std::span<const CommandEntry> command_table() { return commands; }

const CommandEntry* find_command(std::string_view word) {
  const auto begins_with_word = [&](const CommandEntry& entry) {
    return !word.empty() && entry.name.size() >= word.size() &&
           equal_ignoring_case(entry.name.substr(0, word.size()), word);
  };
  const auto at = std::find_if(commands.begin(), commands.end(), begins_with_word);
  return at == commands.end() ? nullptr : &*at;
}

const CommandEntry* get_command(std::string_view name) {
  const auto at =
      std::find_if(commands.begin(), commands.end(), [&](const CommandEntry& e) { return e.name == name; });
  return at == commands.end() ? nullptr : &*at;
}

}  // namespace holdfast::director::console
