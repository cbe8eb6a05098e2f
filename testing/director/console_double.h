// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "director/console/services.h"
#include "director/console/session.h"
#include "testing/base/manual_clock.h"
#include "testing/catalog/temporary_catalog.h"

namespace holdfast::testing_support {

/// One of each resource that a Job needs, and the Job "nightly" with them; Director "dir" writes audit events, Pool "Full" keeps
/// its volumes for 30 days.
std::string small_configuration();

/// A console that says what a test wrote down, and keeps what it heard.
class ScriptedConsole final : public director::console::ConsoleLink {
 public:
  explicit ScriptedConsole(std::vector<std::string> inputs) : inputs_(inputs.begin(), inputs.end()) {}

  void send(std::string_view text) override;
  void send(wire::Signal signal) override;
  void flush() override {}
  director::console::Heard receive() override;

  /// As bconsole shows it: what was said, each line with its end, and all texts.
  const std::string& screen() const { return screen_; }
  /// One line per packet, as in the recordings: "> said", "< text", "< signal -15".
  const std::string& packets() const { return packets_; }
  /// What answered the last line said, without signals.
  const std::string& last_answer() const { return last_answer_; }

 private:
  std::deque<std::string> inputs_;
  std::string screen_;
  std::string packets_;
  std::string last_answer_;
};

/// A Director without jobs and connections: answers what the test put in.
class ServicesDouble : public director::console::Services {
 public:
  /// `configuration` is text in the configuration language. Throws std::runtime_error where it has errors.
  using Database = catalog::TemporaryCatalog::Database;
  explicit ServicesDouble(const std::string& configuration, Database database = Database::sqlite);

  std::vector<director::console::RunningJob> running;
  std::vector<director::console::TerminatedJob> terminated;
  std::vector<std::string> messages;
  std::vector<std::string> warnings;
  std::vector<std::string> audited;
  std::vector<director::console::RunRequest> requests;  ///< what was run
  std::vector<JobId> cancelled;
  std::vector<std::string> estimate_lines;
  std::map<std::string, std::string> next_volumes;  ///< by job name
  /// By the name of the resource; an empty line ends an answer where there are several.
  std::map<std::string, std::vector<std::string>> daemon_answers;
  std::map<JobId, std::vector<std::string>> cancel_answers;  ///< what daemons say about a job that runs
  std::function<void()> while_waiting;                       ///< what happens until the jobs have ended
  std::size_t run_count = 0;
  int volumes_held = 0;  ///< how often
  JobId next_job{100};
  ManualClock clock;
  catalog::TemporaryCatalog catalog;
  Time start_time;

  /// Runs a whole session of the root console and returns the script with what it heard.
  ScriptedConsole talk(std::vector<std::string> inputs, std::string login = "*UserAgent*");

  std::shared_ptr<const config::DirectorConfiguration> configuration() const override {
    return configuration_;
  }
  bool reload() override { return true; }
  config::Loaded<config::DirectorConfiguration> load_configuration(const std::string&) override { return {}; }
  std::vector<std::string> configuration_warnings() const override { return warnings; }
  bool is_enabled(director::console::Toggled kind, std::string_view name) const override;
  void set_enabled(director::console::Toggled kind, std::string_view name, bool enabled) override;
  std::unique_ptr<catalog::Catalog> open_catalog(const config::Catalog&) override { return catalog.open(); }
  director::console::HostSystem system() const override {
    return {"Debian GNU/Linux 12 (bookworm)", "debian"};
  }
  Time now() const override { return clock.now(); }
  Time started() const override { return start_time; }
  std::size_t jobs_run() const override { return run_count; }
  std::vector<director::console::RunningJob> running_jobs() const override { return running; }
  std::vector<director::console::TerminatedJob> terminated_jobs() const override { return terminated; }
  std::vector<director::console::WaitingClient> waiting_clients() override { return {}; }
  JobId run(const director::console::RunRequest& request) override;
  bool cancel(JobId job, const std::function<void(std::string_view)>& tell) override;
  bool wait_for_end(JobId, std::stop_token) override {
    if (while_waiting) while_waiting();
    return true;
  }
  void estimate(const director::console::RunRequest& request, bool listing,
                const std::function<void(std::string_view)>& tell) override;
  std::optional<std::string> next_volume(const config::Job& job, JobLevel level, const config::Pool& pool,
                                         const config::Storage* storage) override;
  std::unique_lock<std::mutex> hold_volumes() override {
    ++volumes_held;
    return std::unique_lock(volumes_);
  }
  transport::Connected connect(const config::Client& client, std::stop_token stop) override;
  transport::Connected connect(const config::Storage& storage, std::stop_token stop) override;
  bool has_console_messages() const override { return !messages.empty(); }
  std::vector<std::string> take_console_messages() override { return std::exchange(messages, {}); }
  void audit(std::string_view text) override { audited.emplace_back(text); }
  std::string working_directory() const override { return catalog.folder().string(); }

 private:
  transport::Connected answer_for(const std::string& name);

  std::mutex volumes_;
  std::shared_ptr<const config::DirectorConfiguration> configuration_;
  std::map<std::pair<director::console::Toggled, std::string>, bool> toggled_;
  director::console::ConnectedConsoles consoles_;
  std::vector<std::unique_ptr<transport::Channel>> peers_;
};

}  // namespace holdfast::testing_support
