// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/resource.h"
#include "config/surroundings.h"

namespace holdfast::config {

struct Component;
struct ConsoleConfiguration;
struct DirectorConfiguration;
struct FileDaemonConfiguration;
struct StorageConfiguration;

/// One thing that is wrong with a configuration, or deserves a warning.
struct Finding {
  std::string text;  ///< in the words of interop 06, section 13, and what to do about it
  Place place;       ///< line 0: it concerns the configuration as a whole
  std::string word;  ///< the word it is about; may be empty
  std::string line;  ///< that line of the input

  /// Several lines, for a terminal or a log.
  std::string render() const;
};

/// What reading a configuration came to. With errors there is still a value, for tools that want to show it,
/// but nobody should run with it.
template <typename Configuration>
struct Loaded {
  Configuration value;
  std::vector<Finding> errors;
  std::vector<Finding> warnings;

  bool is_good() const { return errors.empty(); }
};

/// Whether the rules of interop 06, section 13, "Checks after parsing", are applied and JobDefs are
/// inherited. Only parsed is what --xc prints.
enum class Depth { parsed, checked };

/// Reads `pattern`: a file, or a shell pattern whose matches are read in reverse order as the peer does.
Loaded<DirectorConfiguration> load_director(const std::string& pattern, Surroundings& surroundings,
                                            Depth depth = Depth::checked);
Loaded<StorageConfiguration> load_storage(const std::string& pattern, Surroundings& surroundings,
                                          Depth depth = Depth::checked);
Loaded<FileDaemonConfiguration> load_file_daemon(const std::string& pattern, Surroundings& surroundings,
                                                 Depth depth = Depth::checked);
Loaded<ConsoleConfiguration> load_console(const std::string& pattern, Surroundings& surroundings,
                                          Depth depth = Depth::checked);

/// A directive that was given somewhere: what a daemon cannot honour yet it says once at start.
struct GivenDirective {
  std::string resource_type;  ///< "Job"
  std::string resource;       ///< "backup-db1"
  std::string directive;      ///< "MaxFullInterval"
};
std::vector<GivenDirective> given_directives(const DirectorConfiguration& configuration);
std::vector<GivenDirective> given_directives(const StorageConfiguration& configuration);
std::vector<GivenDirective> given_directives(const FileDaemonConfiguration& configuration);

}  // namespace holdfast::config
