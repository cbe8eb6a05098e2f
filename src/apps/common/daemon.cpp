// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/common/daemon.h"

#include <fmt/core.h>

#include <cstdio>
#include <filesystem>
#include <optional>

#include "apps/common/configuration.h"
#include "apps/common/daemon_signals.h"
#include "base/error.h"
#include "config/director_resources.h"
#include "config/file_daemon_resources.h"
#include "config/storage_resources.h"
#include "os/background.h"
#include "os/daemonise.h"
#include "os/pid_file.h"
#include "os/privileges.h"

namespace holdfast::apps {

namespace {

/// Everything the command line can say (interop 06, section 16).
struct Arguments {
  DaemonOptions options;
  bool no_signals = false;
  bool exports_schema = false;
  bool kaboom = false;
  bool keeps_reading = false;
  std::string user;
  std::string group;
  std::string pid_file;
  std::optional<std::vector<std::string>> exports;
};

template <typename Configuration>
constexpr bool is_file_daemon = std::is_same_v<Configuration, config::FileDaemonConfiguration>;

template <typename Configuration>
void declare(CommandLine& line, const DaemonProgram<Configuration>& program, Arguments& to) {
  line.existing_path("-c,--config", "Configuration file or directory.", to.options.config_path);
  line.option("-d,--debug-level", "How much to trace; 0: nothing.", to.options.debug_level);
  line.flag("--dt,--debug-timestamps", "Put the time before traces.", to.options.debug_timestamps);
  line.flag("-f,--foreground", "Stay in the foreground.", to.options.foreground);
  line.option("-g,--group", "Group to run as.", to.group);
  line.flag("-m,--print-kaboom", "Accepted for scripts that give it.", to.kaboom);
  line.option("-p,--pid-file", "File for the process id.", to.pid_file);
  line.flag("-s,--no-signals", "Leave signals to the system.", to.no_signals);
  line.flag("-t,--test-config", "Check the configuration and end.", to.options.test_only);
  line.option("-u,--user", "User to run as.", to.user);
  line.counter("-v,--verbose", "Say more; may be repeated.", to.options.verbosity);
  line.option("--xc,--export-config", "Print the configuration as it was understood and end.", to.exports,
              std::is_same_v<Configuration, config::DirectorConfiguration> ? 2 : 0);
  line.flag("--xs,--export-schema", "Print all directives as JSON and end.", to.exports_schema);
  if constexpr (is_file_daemon<Configuration>) {
    line.flag("-k,--keep-readall", "With -u: keep the right to read every file.", to.keeps_reading);
  }
  for (const DaemonFlag& flag : program.flags) line.flag(flag.names, flag.help, *flag.value);
  line.exclude("--pid-file", "--foreground");
  line.exclude("--pid-file", "--test-config");
  line.exclude("--export-schema", "--export-config");
}

void change_user(const Arguments& arguments) {
  if (arguments.user.empty() && arguments.keeps_reading) {
    throw Error(ErrorKind::invalid, "-k option has no meaning without -u option.");
  }
  if (arguments.user.empty() && arguments.group.empty()) return;
  if (!os::is_root()) {
    throw Error(
        ErrorKind::refused,
        "The commandline options indicate to run as specified user/group, but program was not started with "
        "required root privileges.");
  }
  os::become_user(arguments.user, arguments.group,
                  arguments.keeps_reading ? os::KeptRights::read_everything : os::KeptRights::none);
}

const std::string& working_directory(const config::DirectorConfiguration& configuration) {
  return configuration.director().working_directory;
}
const std::string& working_directory(const config::StorageConfiguration& configuration) {
  return configuration.storage().working_directory;
}
const std::string& working_directory(const config::FileDaemonConfiguration& configuration) {
  return configuration.client().working_directory;
}

void check_working_directory(const std::string& directory) {
  std::error_code ignored;
  if (std::filesystem::is_directory(directory, ignored)) return;
  throw Error(ErrorKind::not_found,
              "Working Directory: \"{}\" not found. Cannot continue. Create it, or name another one with the "
              "directive "
              "WorkingDirectory.",
              directory);
}

/// The pid file of a daemon goes with it, also where it ends by an error.
struct RemovedAtEnd {
  std::optional<os::PidFile>& file;
  ~RemovedAtEnd() {
    if (file) file->remove();
  }
};

/// From a good configuration to the end of the daemon.
template <typename Configuration>
int live(const DaemonProgram<Configuration>& program, const Arguments& arguments, const std::string& source,
         config::Loaded<Configuration> loaded, std::optional<os::PidFile>& pid_file) {
  const auto& options = arguments.options;
  std::optional<os::DetachedProcess> detached;
  if (!options.foreground) {
    detached = os::DetachedProcess::start(options.debug_level > 0 ? os::StandardStreams::kept
                                                                  : os::StandardStreams::closed);
  }
  const RemovedAtEnd removed{pid_file};
  if (pid_file) pid_file->write_own_id();
  std::stop_source stop;
  HangupAction hangup;
  std::optional<DaemonSignals> signals;
  if (!arguments.no_signals) signals.emplace(stop, hangup);
  DaemonStart<Configuration> start{
      .configuration = std::make_shared<const Configuration>(std::move(loaded.value)),
      .options = options,
      .config_source = source,
      .stop = stop.get_token(),
      .end = [stop]() mutable { stop.request_stop(); },
      .ready =
          [&detached] {
            if (detached) detached->ready();
          },
      .load_again = [source] { return load_configuration<Configuration>(source); },
      .on_hangup = [&hangup](std::function<void()> action) { hangup.set(std::move(action)); },
      .has_warnings = !loaded.warnings.empty()};
  const int code = program.run(start);
  signals.reset();
  return code;
}

template <typename Configuration>
int start_up(const DaemonProgram<Configuration>& program, const Arguments& arguments) {
  std::optional<os::PidFile> pid_file;
  if (!arguments.pid_file.empty()) pid_file.emplace(arguments.pid_file);
  change_user(arguments);
  if (arguments.exports_schema) return export_schema<Configuration>();
  const std::string source = configuration_source<Configuration>(arguments.options.config_path);
  if (arguments.exports) {
    return export_configuration<Configuration>(program.name, source, *arguments.exports);
  }
  auto loaded = load_configuration<Configuration>(source);
  report_errors(program.name, loaded.errors);
  if (!loaded.is_good()) return exit_configuration;
  check_working_directory(working_directory(loaded.value));
  if (program.check) program.check(loaded.value);
  if (program.ends_after_check != nullptr && *program.ends_after_check) return exit_success;
  report_warnings(loaded.warnings);
  if (arguments.options.test_only) return exit_success;
  return live(program, arguments, source, std::move(loaded), pid_file);
}

}  // namespace

template <typename Configuration>
int run_daemon(const DaemonProgram<Configuration>& program, int argc, const char* const* argv) {
  CommandLine line(program.name, program.description, ManualSection::administration);
  Arguments arguments;
  declare(line, program, arguments);
  if (const auto code = line.parse(argc, argv)) return *code;
  try {
    return start_up(program, arguments);
  } catch (const NoConfiguration& error) {
    fmt::print(stderr, "{}: {}\n", program.name, error.message());
    return exit_configuration;
  } catch (const Error& error) {
    fmt::print(stderr, "{}: {}\n", program.name, error.message());
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: unexpected: {}\n", program.name, error.what());
  }
  return exit_failure;
}

template int run_daemon(const DaemonProgram<config::DirectorConfiguration>&, int, const char* const*);
template int run_daemon(const DaemonProgram<config::StorageConfiguration>&, int, const char* const*);
template int run_daemon(const DaemonProgram<config::FileDaemonConfiguration>&, int, const char* const*);

}  // namespace holdfast::apps
