// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/director_resources.h"

#include <array>

#include "config/director_tables.h"
#include "config/reference_type.h"
#include "config/tls_directives.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace {

constexpr ReferenceListType<Profile> to_profiles{"Profile"};

constexpr std::array profile_directives_table{
    field<&Profile::name>("Name", "The name other resources use for it.", types::resource_name).required(),
    field<&Profile::description>("Description", "Free text for people."),
    group_field<&Profile::acl, &AccessLists::job>("JobAcl", "Jobs that may be seen and used.",
                                                  types::access_list),
    group_field<&Profile::acl, &AccessLists::client>("ClientAcl", "Clients that may be seen and used.",
                                                     types::access_list)
        .coded(1),
    group_field<&Profile::acl, &AccessLists::storage>("StorageAcl", "Storages that may be seen and used.",
                                                      types::access_list)
        .coded(2),
    group_field<&Profile::acl, &AccessLists::schedule>("ScheduleAcl", "Schedules that may be seen and used.",
                                                       types::access_list)
        .coded(3),
    group_field<&Profile::acl, &AccessLists::pool>("PoolAcl", "Pools that may be seen and used.",
                                                   types::access_list)
        .coded(4),
    group_field<&Profile::acl, &AccessLists::command>("CommandAcl", "Commands that may be used.",
                                                      types::access_list)
        .coded(5),
    group_field<&Profile::acl, &AccessLists::file_set>("FileSetAcl", "FileSets that may be seen and used.",
                                                       types::access_list)
        .coded(6),
    group_field<&Profile::acl, &AccessLists::catalog>("CatalogAcl", "Catalogs that may be seen and used.",
                                                      types::access_list)
        .coded(7),
    group_field<&Profile::acl, &AccessLists::where>("WhereAcl", "Directories that may be restored to.",
                                                    types::access_list)
        .coded(8),
    group_field<&Profile::acl, &AccessLists::plugin_options>(
        "PluginOptionsAcl", "Plugin options that may be used.", types::access_list)
        .coded(9),
};

constexpr auto console_directives_table = joined(
    std::array{
        field<&Console::name>("Name", "The name other resources use for it.", types::resource_name)
            .required(),
        field<&Console::description>("Description", "Free text for people."),
        field<&Console::password>("Password", "Shared secret of both ends; kept as its MD5.").required(),
        group_field<&Console::acl, &AccessLists::job>("JobAcl", "Jobs that may be seen and used.",
                                                      types::access_list),
        group_field<&Console::acl, &AccessLists::client>("ClientAcl", "Clients that may be seen and used.",
                                                         types::access_list)
            .coded(1),
        group_field<&Console::acl, &AccessLists::storage>("StorageAcl", "Storages that may be seen and used.",
                                                          types::access_list)
            .coded(2),
        group_field<&Console::acl, &AccessLists::schedule>(
            "ScheduleAcl", "Schedules that may be seen and used.", types::access_list)
            .coded(3),
        group_field<&Console::acl, &AccessLists::pool>("PoolAcl", "Pools that may be seen and used.",
                                                       types::access_list)
            .coded(4),
        group_field<&Console::acl, &AccessLists::command>("CommandAcl", "Commands that may be used.",
                                                          types::access_list)
            .coded(5),
        group_field<&Console::acl, &AccessLists::file_set>(
            "FileSetAcl", "FileSets that may be seen and used.", types::access_list)
            .coded(6),
        group_field<&Console::acl, &AccessLists::catalog>("CatalogAcl", "Catalogs that may be seen and used.",
                                                          types::access_list)
            .coded(7),
        group_field<&Console::acl, &AccessLists::where>("WhereAcl", "Directories that may be restored to.",
                                                        types::access_list)
            .coded(8),
        group_field<&Console::acl, &AccessLists::plugin_options>(
            "PluginOptionsAcl", "Plugin options that may be used.", types::access_list)
            .coded(9),
        field<&Console::profiles>("Profile", "Profiles whose lists are searched after the own ones.",
                                  to_profiles)
            .from("14.2.3"),
        field<&Console::use_pam_authentication>("UsePamAuthentication",
                                                "Users log in by PAM; their User resource has the rights.")
            .from("18.2.4"),
    },
    tls_directives<&Console::tls>());

constexpr std::array user_directives_table{
    field<&User::name>("Name", "The name other resources use for it.", types::resource_name).required(),
    field<&User::description>("Description", "Free text for people."),
    group_field<&User::acl, &AccessLists::job>("JobAcl", "Jobs that may be seen and used.",
                                               types::access_list),
    group_field<&User::acl, &AccessLists::client>("ClientAcl", "Clients that may be seen and used.",
                                                  types::access_list)
        .coded(1),
    group_field<&User::acl, &AccessLists::storage>("StorageAcl", "Storages that may be seen and used.",
                                                   types::access_list)
        .coded(2),
    group_field<&User::acl, &AccessLists::schedule>("ScheduleAcl", "Schedules that may be seen and used.",
                                                    types::access_list)
        .coded(3),
    group_field<&User::acl, &AccessLists::pool>("PoolAcl", "Pools that may be seen and used.",
                                                types::access_list)
        .coded(4),
    group_field<&User::acl, &AccessLists::command>("CommandAcl", "Commands that may be used.",
                                                   types::access_list)
        .coded(5),
    group_field<&User::acl, &AccessLists::file_set>("FileSetAcl", "FileSets that may be seen and used.",
                                                    types::access_list)
        .coded(6),
    group_field<&User::acl, &AccessLists::catalog>("CatalogAcl", "Catalogs that may be seen and used.",
                                                   types::access_list)
        .coded(7),
    group_field<&User::acl, &AccessLists::where>("WhereAcl", "Directories that may be restored to.",
                                                 types::access_list)
        .coded(8),
    group_field<&User::acl, &AccessLists::plugin_options>(
        "PluginOptionsAcl", "Plugin options that may be used.", types::access_list)
        .coded(9),
    field<&User::profiles>("Profile", "Profiles whose lists are searched after the own ones.", to_profiles)
        .from("14.2.3"),
};

}  // namespace

std::span<const Directive> profile_directives() { return profile_directives_table; }
std::span<const Directive> console_directives() { return console_directives_table; }
std::span<const Directive> user_directives() { return user_directives_table; }

}  // namespace holdfast::config
