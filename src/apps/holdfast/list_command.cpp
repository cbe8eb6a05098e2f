// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apps/holdfast/commands.h"
#include "apps/holdfast/director_options.h"
#include "apps/holdfast/job_output.h"
#include "base/error.h"
#include "base/text.h"

namespace holdfast::apps {

int list_jobs(int argc, const char* const* argv) {
  CommandLine command_line("holdfast jobs",
                           "Lists jobs, the newest last, and those that run.\n\nExamples:\n"
                           "  holdfast jobs\n"
                           "  holdfast jobs --client db1-fd --days 7\n"
                           "  holdfast jobs --status E,f --json");
  DirectorOptions options;
  options.add_to(command_line);
  std::string client;
  std::string name;
  std::string status;
  int days = 0;
  int limit = 20;
  command_line.option("--client", "Only jobs of this client.", client);
  command_line.option("--job", "Only jobs of this name.", name);
  command_line.option("--status", "Only jobs with one of these status letters, separated by commas.", status);
  command_line.option("--days", "Only jobs of the last days.", days);
  command_line.option("--limit", "At most so many, the newest; 0 for all.", limit);
  if (const auto code = command_line.parse(argc, argv)) return *code;
  std::string restrictions = "reverse";
  if (!client.empty()) restrictions += " client=" + console::quoted(client);
  if (!name.empty()) restrictions += " jobname=" + console::quoted(name);
  if (!status.empty()) restrictions += " jobstatus=" + console::quoted(status);
  if (days > 0) restrictions += fmt::format(" days={}", days);
  if (limit > 0) restrictions += fmt::format(" limit={}", limit);

  const auto session = options.log_in();
  auto jobs = console::list_jobs(*session, restrictions);
  std::reverse(jobs.begin(), jobs.end());
  if (options.json)
    fmt::print("{}", jobs_as_json(jobs, console::running_jobs(*session)));
  else
    print_jobs(jobs);
  return exit_success;
}

namespace {

constexpr const char* recent_jobs = "reverse limit=10";

int show_job(const DirectorOptions& options, const std::string& text) {
  const auto number = parse_number<std::uint32_t>(text);
  if (!number) throw Error(ErrorKind::invalid, "\"{}\" is no JobId", text);
  const auto session = options.log_in();
  const auto job = console::find_job(*session, JobId(*number));
  if (!job) throw Error(ErrorKind::not_found, "the Director does not know JobId {}", *number);
  if (options.json) {
    fmt::print("{}", job_as_json(*job));
    return exit_success;
  }
  print_job(*job);
  fmt::print("\n");
  for (const auto& line : console::job_log(*session, job->id)) fmt::print("{}", line);
  return exit_success;
}

int show_director(const DirectorOptions& options) {
  const auto session = options.log_in();
  const auto result = nlohmann::json::parse(session->call(".status dir header"), nullptr, false);
  const auto header =
      result.is_object() && result.contains("header") ? result["header"] : nlohmann::json::object();
  const auto running = console::running_jobs(*session);
  auto jobs = console::list_jobs(*session, recent_jobs);
  std::reverse(jobs.begin(), jobs.end());
  if (options.json) {
    auto all = nlohmann::ordered_json::parse(jobs_as_json(jobs, running));
    nlohmann::ordered_json document = {{"director", header.value("director", "")},
                                       {"version", header.value("version", "")},
                                       {"started", header.value("daemon_started", "")},
                                       {"running", all["running"]},
                                       {"jobs", all["jobs"]}};
    fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return exit_success;
  }
  fmt::print("Director {} {} ({}), up since {}\n\n", header.value("director", "?"),
             header.value("version", "?"), header.value("binary_info", ""),
             header.value("daemon_started", "?"));
  print_running(running);
  fmt::print("\n");
  print_jobs(jobs);
  return exit_success;
}

}  // namespace

int show_status(int argc, const char* const* argv) {
  CommandLine command_line(
      "holdfast status",
      "Tells what the Director is doing; with a JobId, how that job went and what it logged.\n\n"
      "Examples:\n  holdfast status\n  holdfast status 17\n  holdfast status --json");
  DirectorOptions options;
  options.add_to(command_line);
  std::vector<std::string> jobs;
  command_line.positional("JOBID", "A job.", jobs, 0, 1);
  if (const auto code = command_line.parse(argc, argv)) return *code;
  return jobs.empty() ? show_director(options) : show_job(options, jobs.front());
}

}  // namespace holdfast::apps
