// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "apps/common/command_line.h"
#include "base/error.h"
#include "base/job_codes.h"
#include "config/load.h"

namespace holdfast::apps {

/// What the command line of a daemon said (interop 06, section 16), for the daemon to look at.
struct DaemonOptions {
  std::string config_path;  ///< of -c; empty: the default places
  int debug_level = 0;
  int verbosity = 0;
  bool debug_timestamps = false;
  bool foreground = false;
  bool test_only = false;
};

/// What a daemon is given to live with.
template <typename Configuration>
struct DaemonStart {
  std::shared_ptr<const Configuration> configuration;
  const DaemonOptions& options;
  std::string config_source;  ///< what was read: a path or pattern; for messages

  /// Requested by SIGTERM and SIGINT; run() should then return soon.
  std::stop_token stop;
  /// Requests it, for a daemon that cannot go on. Any thread.
  std::function<void()> end;

  /// To be called by run() when the daemon listens: until then a daemon that goes to the background can still
  /// tell whoever started it why it cannot serve.
  std::function<void()> ready;

  /// Reads the configuration again, for a reload. Any thread.
  std::function<config::Loaded<Configuration>()> load_again;

  /// Sets what SIGHUP does; without one it is ignored. Called on a thread of its own, one at a time, until
  /// run() has returned.
  std::function<void(std::function<void()>)> on_hangup;

  /// The configuration has warnings, which were printed before the daemon went to the background.
  bool has_warnings = false;
};

/// A switch that only one daemon has: {"-b,--backup-only", "Refuse restores.", &only_backups}.
struct DaemonFlag {
  std::string names;
  std::string help;
  bool* value;
};

/// The class of the message that tells of a connection that ended by `error`.
inline MessageType message_type_of(const Error& error) {
  return error.kind() == ErrorKind::refused ? MessageType::security : MessageType::warning;
}

/// One daemon. Configuration is config::DirectorConfiguration, StorageConfiguration or
/// FileDaemonConfiguration.
template <typename Configuration>
struct DaemonProgram {
  std::string name;         ///< "holdfast-dir"
  std::string description;  ///< one line, for --help
  std::vector<DaemonFlag> flags;

  /// Further checks before start and for -t, such as opening the catalogs; throws Error to refuse. May be
  /// empty.
  std::function<void(const Configuration&)> check;

  /// A switch with which all is done when check() has returned; may be null.
  const bool* ends_after_check = nullptr;

  /// Runs until stop is requested; returns the exit code. An Error thrown here is reported and ends with 1.
  std::function<int(DaemonStart<Configuration>&)> run;
};

/// The whole main(): command line, configuration, working directory, privileges, pid file, background,
/// signals. Defined for the three daemons.
template <typename Configuration>
int run_daemon(const DaemonProgram<Configuration>& program, int argc, const char* const* argv);

}  // namespace holdfast::apps
