// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast/quickstart.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "apps/common/command_line.h"
#include "apps/holdfast/amounts.h"
#include "apps/holdfast/quickstart_daemons.h"
#include "apps/holdfast/quickstart_home.h"
#include "apps/holdfast/quickstart_jobs.h"
#include "apps/holdfast/same_trees.h"
#include "base/error.h"
#include "os/background.h"

namespace holdfast::apps {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view usual_folder = "/usr/share/doc";

struct Options {
  bool stop = false;
  std::string home;
  std::vector<std::string> folders;
};

fs::path home_folder(const Options& options) {
  if (!options.home.empty()) return fs::absolute(options.home);
  const char* home = std::getenv("HOME");
  if (home == nullptr) throw Error(ErrorKind::invalid, "HOME is not set; name the folder to use with --home");
  return fs::path(home) / "holdfast";
}

/// Prepares the folder on the first call; on later ones only the folder saved so far may be named.
void prepare(const QuickstartHome& home, const Options& options) {
  const fs::path wanted = fs::absolute(options.folders.empty() ? usual_folder : options.folders.front());
  if (!home.is_configured()) {
    if (!fs::is_directory(wanted))
      throw Error(ErrorKind::not_found, "There is no folder {}.", wanted.string());
    home.configure(wanted);
    fmt::print("Wrote a configuration with fresh passwords to {}.\n", (home.root() / "etc").string());
  } else if (!options.folders.empty() && home.source() != wanted) {
    throw Error(
        ErrorKind::invalid,
        "The quickstart in {} saves {}. To save another folder, change the FileSet in {}, or begin anew in "
        "another place with --home.",
        home.root().string(), home.source().string(), home.configuration_of("holdfast-dir").string());
  }
}

std::uint64_t count_files(const fs::path& folder) {
  std::error_code unreadable;
  std::uint64_t count = 1;  // the folder itself
  constexpr auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator walk(folder, options, unreadable), end; !unreadable && walk != end;
       walk.increment(unreadable)) {
    ++count;
  }
  return count;
}

/// Throws Error with what the job said where it did not end well.
void require_good(QuickstartJobs& jobs, const console::JobRecord& job) {
  if (!job.is_good()) {
    throw Error(ErrorKind::refused, "Job {} went wrong:\n{}", job.id.value, jobs.log_of(job.id));
  }
}

TreeComparison compare(const QuickstartHome& home, const fs::path& copy) {
  fmt::print("\nComparing both, byte by byte.\n");
  auto result = compare_trees(home.source(), copy);
  fmt::print("  {} files, {} of content, {} differences.\n", result.files, amount_of_bytes(result.bytes),
             result.different);
  if (result.unreadable > 0) {
    fmt::print("  {} files may not be read by this user and so are not in the backup.\n", result.unreadable);
  }
  for (const auto& line : result.differences) fmt::print("  {}\n", line);
  return result;
}

/// Full backup, restore beside, comparison. Returns the exit code.
int first_backup(const QuickstartHome& home, QuickstartJobs& jobs) {
  fmt::print("\nBacking up {}.\n", home.source().string());
  const auto backup = jobs.back_up("Full", count_files(home.source()));
  require_good(jobs, backup);
  const auto copy = home.restored() / home.source().relative_path();
  fs::remove_all(copy);
  fmt::print("\nRestoring it to {}.\n", copy.string());
  require_good(jobs, jobs.restore(backup.id, [&copy] { return count_files(copy); }));
  return compare(home, copy).different == 0 ? exit_success : exit_failure;
}

int further_backup(const QuickstartHome& home, QuickstartJobs& jobs) {
  fmt::print("\nBacking up what changed in {} (Incremental).\n", home.source().string());
  const auto backup = jobs.back_up("Incremental", 0);
  require_good(jobs, backup);
  return exit_success;
}

/// How to call us again: as the script that called us says, which may have changed the user, or as we are.
std::string own_command(const Options& options) {
  if (const char* script = std::getenv("HOLDFAST_QUICKSTART"); script != nullptr) return script;
  const auto program = fs::read_symlink("/proc/self/exe").string();
  return program + " quickstart" + (options.home.empty() ? "" : " --home " + options.home);
}

void say_how_to_go_on(const QuickstartHome& home, const std::string& command) {
  const auto programs = fs::read_symlink("/proc/self/exe").parent_path().string();
  fmt::print(
      "\nThe daemons go on running; connections are encrypted with TLS. How to go on:\n"
      "  console        {0}/bconsole -c {1}\n"
      "                 (try: list jobs, status director, run, restore, help)\n"
      "  configuration  {2}\n"
      "  once more      {3}          backs up what changed\n"
      "  stop           {3} --stop\n",
      programs, home.console_configuration().string(), (home.root() / "etc").string(), command);
}

int start(const QuickstartHome& home, const Options& options) {
  if (os::is_root()) {
    fmt::print("Note: the daemons will run as root. ./quickstart uses an account without privileges.\n");
  }
  const QuickstartDaemons daemons(home);
  const bool ran_already = home.is_configured() && daemons.all_run();
  prepare(home, options);
  if (ran_already) {
    fmt::print("Holdfast is running already, in {}.\n", home.root().string());
  } else {
    daemons.start();
    fmt::print("Started Director, File Daemon and Storage Daemon on ports {}, {} and {}.\n",
               home.port_of("holdfast-dir"), home.port_of("holdfast-fd"), home.port_of("holdfast-sd"));
  }
  QuickstartJobs jobs(home);
  const int result = ran_already ? further_backup(home, jobs) : first_backup(home, jobs);
  say_how_to_go_on(home, own_command(options));
  return result;
}

int stop(const QuickstartHome& home) {
  const auto stopped = QuickstartDaemons(home).stop();
  if (stopped.empty()) {
    fmt::print("Nothing runs.\n");
  } else {
    fmt::print("Stopped: {}.\n", fmt::join(stopped, ", "));
  }
  return exit_success;
}

}  // namespace

int quickstart(int argc, const char* const* argv) {
  Options options;
  CommandLine line(
      "holdfast quickstart",
      "Starts the three daemons with a fresh configuration, backs a folder up, restores and compares.");
  line.flag("--stop", "End the daemons.", options.stop);
  line.option("--home", "Keep everything in this folder instead of ~/holdfast.", options.home);
  line.positional("folder", "What to back up; default /usr/share/doc.", options.folders, 0, 1);
  if (const auto code = line.parse(argc, argv)) return *code;
  try {
    const QuickstartHome home(home_folder(options));
    return options.stop ? stop(home) : start(home, options);
  } catch (const std::exception& problem) {
    std::fflush(stdout);
    fmt::print(stderr, "{}\n", problem.what());
    return exit_failure;
  }
}

}  // namespace holdfast::apps
