// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <optional>
#include <string>
#include <vector>

#include "apps/holdfast/commands.h"
#include "apps/holdfast/director_options.h"
#include "apps/holdfast/job_output.h"
#include "base/error.h"

namespace holdfast::apps {
namespace {

/// Options that become `keyword=value` of a console command.
struct PassedOption {
  const char* names;
  const char* keyword;
  const char* help;
};

constexpr PassedOption run_options[] = {
    {"--level", "level", "Full, Incremental, Differential, …; default: as the job is configured."},
    {"--client", "client", "Back up another client."},
    {"--fileset", "fileset", "Use another FileSet."},
    {"--pool", "pool", "Write to another pool."},
    {"--storage", "storage", "Use another storage."},
    {"--priority", "priority", "1 is the highest."},
    {"--when", "when", "Start at \"yyyy-mm-dd hh:mm:ss\"."},
    {"--accurate", "accurate", "yes or no."},
    {"--comment", "comment", "Kept with the job in the catalog."},
};

constexpr PassedOption restore_options[] = {
    {"--client", "client", "The client whose files are wanted."},
    {"--fileset", "fileset", "The FileSet of its backups, where there are several."},
    {"--jobid", "jobid", "Restore from these jobs, separated by commas, instead of the newest backup."},
    {"--before", "before", "Only from backups that started before this time."},
    {"--restore-client", "restoreclient", "Restore to another client."},
    {"--restore-job", "restorejob", "The Restore job to use, where there are several."},
    {"--where", "where", "Restore below this directory; default: as the job is configured."},
    {"--replace", "replace", "always, ifnewer, ifolder or never."},
    {"--storage", "storage", "Read from this storage."},
    {"--comment", "comment", "Kept with the job in the catalog."},
};

template <std::size_t count>
class PassedOptions {
 public:
  PassedOptions(const PassedOption (&options)[count], CommandLine& command_line) : options_(options) {
    for (std::size_t i = 0; i < count; ++i)
      command_line.option(options[i].names, options[i].help, values_[i]);
  }
  std::string text() const {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
      if (!values_[i].empty())
        text += fmt::format(" {}={}", options_[i].keyword, console::quoted(values_[i]));
    return text;
  }
  bool has(std::string_view keyword) const {
    for (std::size_t i = 0; i < count; ++i)
      if (options_[i].keyword == keyword) return !values_[i].empty();
    return false;
  }

 private:
  const PassedOption (&options_)[count];
  std::string values_[count];
};

int start(const DirectorOptions& options, const std::string& command, bool no_wait) {
  const auto session = options.log_in();
  const JobId id = console::start_job(*session, command);
  if (!no_wait) return follow_and_tell(*session, id, options.json);
  fmt::print("{}", options.json ? fmt::format("{{\n  \"jobid\": {}\n}}\n", id.value)
                                : fmt::format("Job queued. JobId={}\n", id.value));
  return exit_success;
}

}  // namespace

int run_job(int argc, const char* const* argv) {
  CommandLine command_line(
      "holdfast run",
      "Runs a job and follows it to its end.\n\nExamples:\n"
      "  holdfast run nightly\n"
      "  holdfast run nightly --level Full --json\n\n"
      "Exit codes: 0 the job ended well, 3 with warnings, 2 it failed or was cancelled,\n"
      "1 it could not be run. Ending this command does not end the job.");
  DirectorOptions options;
  options.add_to(command_line);
  const PassedOptions passed(run_options, command_line);
  bool no_wait = false;
  command_line.flag("--no-wait", "Return as soon as the job is queued.", no_wait);
  std::vector<std::string> jobs;
  command_line.positional("JOB", "Name of the job.", jobs, 1, 1);
  if (const auto code = command_line.parse(argc, argv)) return *code;
  return start(options, fmt::format("run job={}{} yes", console::quoted(jobs.front()), passed.text()),
               no_wait);
}

int restore(int argc, const char* const* argv) {
  CommandLine command_line(
      "holdfast restore",
      "Restores files and follows the job to its end: all files of the newest backup of a client, of\n"
      "given jobs, or only those named.\n\nExamples:\n"
      "  holdfast restore --client db1-fd --fileset System --where /tmp/restored\n"
      "  holdfast restore --client db1-fd --file /etc/hosts --file /etc/passwd\n"
      "  holdfast restore --jobid 17,21 --where /tmp/restored --replace never\n\n"
      "Exit codes: as of holdfast run.");
  DirectorOptions options;
  options.add_to(command_line);
  const PassedOptions passed(restore_options, command_line);
  std::optional<std::vector<std::string>> files;
  command_line.option("--file", "Full path of a file to restore; may be repeated.", files, 20);
  bool no_wait = false;
  command_line.flag("--no-wait", "Return as soon as the job is queued.", no_wait);
  if (const auto code = command_line.parse(argc, argv)) return *code;
  if (!passed.has("client") && !passed.has("jobid"))
    throw Error(ErrorKind::invalid, "say whose files are wanted, with --client or --jobid");
  std::string command = "restore" + passed.text();
  if (files && !files->empty()) {
    for (const auto& file : *files) command += " file=" + console::quoted(file);
  } else {
    command += passed.has("jobid") ? " all done" : " select all done";
  }
  return start(options, command + " yes", no_wait);
}

}  // namespace holdfast::apps
