// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/console/command.h"

/// One function per command of the table; what they answer is described in interop 09.
namespace holdfast::director::console::handle {

Outcome no_operation(Command& command);
Outcome list_actions_on_purge(Command& command);
Outcome choose_api(Command& command);
Outcome tell_authorization(Command& command);
Outcome list_catalog_names(Command& command);
Outcome list_client_names(Command& command);
Outcome list_console_names(Command& command);
Outcome list_user_names(Command& command);
Outcome tell_defaults(Command& command);
Outcome list_file_set_names(Command& command);
Outcome dot_help(Command& command);
Outcome list_job_defs_names(Command& command);
Outcome list_job_names(Command& command);
Outcome list_job_statuses(Command& command);
Outcome list_levels(Command& command);
Outcome list_locations(Command& command);
Outcome dot_messages(Command& command);
Outcome list_volume_names(Command& command);
Outcome list_media_types(Command& command);
Outcome list_messages_names(Command& command);
Outcome list_pool_names(Command& command);
Outcome list_profile_names(Command& command);
Outcome quit(Command& command);
Outcome dot_sql(Command& command);
Outcome list_schedule_names(Command& command);
Outcome dot_status(Command& command);
Outcome list_storage_names(Command& command);
Outcome list_types(Command& command);
Outcome list_volume_statuses(Command& command);
Outcome bvfs_directories(Command& command);
Outcome bvfs_files(Command& command);
Outcome bvfs_update(Command& command);
Outcome bvfs_job_ids(Command& command);
Outcome bvfs_versions(Command& command);
Outcome bvfs_restore(Command& command);
Outcome bvfs_cleanup(Command& command);
Outcome bvfs_clear_cache(Command& command);
Outcome add_volumes(Command& command);
Outcome set_autodisplay(Command& command);
Outcome set_automount(Command& command);
Outcome cancel(Command& command);
Outcome create_pool(Command& command);
Outcome delete_records(Command& command);
Outcome disable(Command& command);
Outcome enable(Command& command);
Outcome estimate(Command& command);
Outcome set_debug(Command& command);
Outcome set_gui(Command& command);
Outcome help(Command& command);
Outcome export_volumes(Command& command);
Outcome import_volumes(Command& command);
Outcome label(Command& command);
Outcome mount(Command& command);
Outcome move_slots(Command& command);
Outcome release(Command& command);
Outcome unmount(Command& command);
Outcome list(Command& command);
Outcome long_list(Command& command);
Outcome messages(Command& command);
Outcome memory(Command& command);
Outcome prune(Command& command);
Outcome purge(Command& command);
Outcome query(Command& command);
Outcome relabel(Command& command);
Outcome restore(Command& command);
Outcome reload(Command& command);
Outcome run(Command& command);
Outcome status(Command& command);
Outcome show(Command& command);
Outcome sql_query(Command& command);
Outcome time(Command& command);
Outcome truncate(Command& command);
Outcome update(Command& command);
Outcome use(Command& command);
Outcome version(Command& command);
Outcome wait(Command& command);
Outcome whoami(Command& command);

}  // namespace holdfast::director::console::handle
