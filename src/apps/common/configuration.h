// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "config/load.h"

namespace holdfast::apps {

/// Where the configuration of a program lies by default.
inline constexpr const char* configuration_directory = "/etc/holdfast";
/// Where programs that were started under a name of the peer's look next, so that they replace it without a change of
/// its start scripts.
inline constexpr const char* peer_configuration_directory = "/etc/bareos";

/// There is nothing to read where a configuration was looked for.
class NoConfiguration : public Error {
 public:
  using Error::Error;
};

/// What to read for the argument of -c, which may be empty: a file, or in a directory the first there is of
/// holdfast-dir.conf, holdfast-dir.d/*/*.conf, bareos-dir.conf, bareos-dir.d/*/*.conf (interop 06, section 1), with the
/// names that belong to the Configuration. Throws NoConfiguration where there is none.
template <typename Configuration>
std::string configuration_source(const std::string& path);

/// Reads and checks it. The four configurations: Director, StorageDaemon, FileDaemon, Console.
template <typename Configuration>
config::Loaded<Configuration> load_configuration(const std::string& source,
                                                 config::Depth depth = config::Depth::checked);

/// Says what is wrong on standard error, in the form of interop 06, section 13.
void report_errors(const std::string& program, const std::vector<config::Finding>& errors);
void report_warnings(const std::vector<config::Finding>& warnings);

/// All of this for programs that are no daemons: finds, reads, checks and reports. Null: end with
/// exit_configuration.
template <typename Configuration>
std::shared_ptr<const Configuration> configuration_or_report(const std::string& program,
                                                             const std::string& path);

/// --xc, with "<type> [<name>]" for the Director, and --xs: prints and returns the exit code.
template <typename Configuration>
int export_configuration(const std::string& program, const std::string& source,
                         const std::vector<std::string>& selection);
template <typename Configuration>
int export_schema();

}  // namespace holdfast::apps
