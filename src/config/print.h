// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/resource.h"
#include "config/settings.h"

namespace holdfast::config {

struct Component;
struct ConsoleConfiguration;
struct DirectorConfiguration;
struct FileDaemonConfiguration;
struct StorageConfiguration;

/// Text that reads back as the same resource: what differs from the defaults, and what is required (interop 06,
/// section 17). Passwords are printed as they are kept. Ends with "}\n\n".
std::string print_resource(const Resource& resource, Shown shown = Shown::changed);

/// All resources, grouped by type: what --xc prints.
std::string print_configuration(const DirectorConfiguration& configuration);
std::string print_configuration(const StorageConfiguration& configuration);
std::string print_configuration(const FileDaemonConfiguration& configuration);
std::string print_configuration(const ConsoleConfiguration& configuration);

/// Those of one type, or the one with that name: --xc <type> [<name>]. Empty where there is no such type; a name that
/// does not exist gives the peer's "No ***UNKNOWN*** resource defined\n".
std::optional<std::string> print_resources(const DirectorConfiguration& configuration, std::string_view type,
                                           std::string_view name);

/// The directives of a program as JSON: what --xs prints.
std::string print_schema(const Component& component);

}  // namespace holdfast::config
