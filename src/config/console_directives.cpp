// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/console_resources.h"

#include <array>

#include "config/directive.h"
#include "config/find_by_name.h"
#include "config/tls_directives.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace {

constexpr auto console_directives = joined(
    std::array{
        field<&ConsoleIdentity::name>("Name", "The name it has for the others.", types::resource_name)
            .required(),
        field<&ConsoleIdentity::description>("Description", "Free text for people."),
        field<&ConsoleIdentity::rc_file>("RcFile", "File with commands for the start.", types::directory),
        field<&ConsoleIdentity::history_file>("HistoryFile", "File that keeps typed commands.",
                                              types::directory),
        field<&ConsoleIdentity::history_length>("HistoryLength", "Commands it keeps."),
        field<&ConsoleIdentity::password>("Password", "Shared secret of both ends; kept as its MD5.",
                                          types::md5_password)
            .required(),
        field<&ConsoleIdentity::director>("Director", "Name of the Director this identity is for."),
        field<&ConsoleIdentity::heartbeat_interval>(
            "HeartbeatInterval", "Time between keep-alive packets; 0: the system's default."),
    },
    tls_directives<&ConsoleIdentity::tls>());

constexpr auto director_directives = joined(
    std::array{
        field<&ConsoleDirector::name>("Name", "The name it has for the others.", types::resource_name)
            .required(),
        field<&ConsoleDirector::description>("Description", "Free text for people."),
        field<&ConsoleDirector::port>("Port", "TCP port of the Director.").also("DirPort"),
        field<&ConsoleDirector::address>("Address", "Name or address of the Director.")
            .required()
            .also("DirAddress"),
        field<&ConsoleDirector::password>("Password", "Shared secret of both ends; kept as its MD5.",
                                          types::md5_password),
        field<&ConsoleDirector::heartbeat_interval>(
            "HeartbeatInterval", "Time between keep-alive packets; 0: the system's default."),
    },
    tls_directives<&ConsoleDirector::tls>());

}  // namespace

const ConsoleIdentity* ConsoleConfiguration::find_console(std::string_view name) const {
  return find_by_name(consoles, name);
}
const ConsoleDirector* ConsoleConfiguration::find_director(std::string_view name) const {
  return find_by_name(directors, name);
}

const Component& console_component() {
  static const std::array types{
      resource_type<&ConsoleConfiguration::consoles>("Console", "Consoles", 0, console_directives),
      resource_type<&ConsoleConfiguration::directors>("Director", "Directors", 1, director_directives),
  };
  static const Component component{"bconsole", types};
  return component;
}

}  // namespace holdfast::config
