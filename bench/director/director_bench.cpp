// SPDX-License-Identifier: AGPL-3.0-or-later
// How long `status director` takes while 200 jobs run and 1,000 wait. Daemons are played by threads that say what recorded
// ones said, until the client falls silent in the middle of its files.
//
//   director_bench [sqlite|postgresql [QUEUED [RUNNING]]]
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "testing/director/console_double.h"
#include "testing/director/job_replay.h"
#include "testing/director/lab.h"
#include "testing/director/scripted_daemon.h"
#include "transport/peer.h"

namespace {

using namespace holdfast;
using namespace holdfast::testing_support;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::size_t never = ~std::size_t{0};
constexpr std::size_t in_the_middle = 10;  ///< of what the client says
constexpr int job_resources = 300;
constexpr int repetitions = 200;

/// Jobs, most of which have a schedule, so that the status shows what is to come as well.
std::string many_jobs() {
  std::string text =
      "Schedule { Name = Nightly\n Run = Full 1st sun at 22:00\n Run = Incremental mon-sat at 22:00\n Run = "
      "Full at 2:00\n}\n";
  for (int i = 0; i < job_resources; ++i)
    text += fmt::format(
        "Job {{ Name = job-{:03}; JobDefs = D; FileSet = Mini; Schedule = Nightly\n"
        "  MaximumConcurrentJobs = 100 }}\n",
        i);
  return text;
}

class Busy {
 public:
  Busy(Lab::Database database, int queued, int running) : lab_(many_jobs(), database) {
    lab_.limits.after_cancel = std::chrono::milliseconds(50);
    lab_.replaced_at_reload = {"MaximumConcurrentJobs = 20",
                               fmt::format("MaximumConcurrentJobs = {}", running)};
    lab_.restart();
    lab_.director().reload();
    const auto transcript = read_transcript("backup-full-unlabelled-volume");
    for (int i = 0; i < running; ++i) {
      const bool is_recorded = transcript.has_value();
      play(is_recorded ? recorded_conversation(*transcript, "storage") : std::vector<RecordedPacket>(), never,
           storages_);
      play(is_recorded ? recorded_conversation(*transcript, "filedaemon") : std::vector<RecordedPacket>(),
           in_the_middle, clients_);
      lab_.connector.add_storage(storages_.back()->channel());
      lab_.connector.add_client(clients_.back()->channel());
    }
    const auto configuration = lab_.director().configuration();
    for (int i = 0; i < queued + running; ++i) {
      director::console::RunRequest request;
      request.configuration = configuration;
      request.job = configuration->find_job(fmt::format("job-{:03}", i % job_resources));
      jobs_.push_back(lab_.director().run(request));
    }
    for (const auto& client : clients_) client->wait_until_misbehaving();
  }
  ~Busy() {
    for (auto job = jobs_.rbegin(); job != jobs_.rend(); ++job)
      lab_.director().cancel(*job, [](std::string_view) {});
    lab_.director().wait_for_end(JobId(), {});
  }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

  std::string count() {
    int running = 0, waiting = 0;
    for (const auto& job : lab_.director().running_jobs())
      ++(job.status == JobStatus::running ? running : waiting);
    return fmt::format("{} jobs run, {} wait", running, waiting);
  }

  /// A console says these lines; how long the last one took to be answered, in milliseconds, each time.
  std::vector<double> measure(const std::string& before, const std::string& command) {
    std::vector<double> times;
    for (int i = 0; i < repetitions; ++i) {
      ScriptedConsole link(before.empty() ? std::vector<std::string>{command}
                                          : std::vector<std::string>{before, command});
      director::console::Session session(link, lab_.director(), consoles_,
                                         {std::string(transport::default_console), "", ""}, {});
      const auto begin = std::chrono::steady_clock::now();
      session.run();
      times.push_back(Milliseconds(std::chrono::steady_clock::now() - begin).count());
      bytes = link.last_answer().size();
    }
    std::sort(times.begin(), times.end());
    return times;
  }

  std::size_t bytes = 0;  ///< of the last answer

 private:
  using Daemons = std::vector<std::unique_ptr<ScriptedDaemon>>;

  static void play(std::vector<RecordedPacket> packets, std::size_t before, Daemons& daemons) {
    if (packets.empty()) before = 0;
    daemons.push_back(std::make_unique<ScriptedDaemon>(std::move(packets), before, Misbehaviour::silence));
  }

  Daemons storages_, clients_;
  Lab lab_;
  director::console::ConnectedConsoles consoles_;
  std::vector<JobId> jobs_;
};

void report(Busy& busy, const std::string& name, const std::string& before, const std::string& command) {
  const auto times = busy.measure(before, command);
  fmt::print("{:<24} p50 {:6.1f} ms   p95 {:6.1f} ms   max {:6.1f} ms   {:7} bytes\n", name,
             times[times.size() / 2], times[times.size() * 95 / 100], times.back(), busy.bytes);
}

}  // namespace

int main(int argc, char** argv) {
  const bool is_postgres = argc > 1 && argv[1] == std::string_view("postgresql");
  const int queued = argc > 2 ? std::stoi(argv[2]) : 1000;
  const int running = argc > 3 ? std::stoi(argv[3]) : 200;
  Busy busy(is_postgres ? Lab::Database::postgresql : Lab::Database::sqlite, queued, running);
  fmt::print("{}\n", busy.count());
  report(busy, "status director", "", "status director");
  report(busy, "status director (API 2)", ".api 2", "status director");
  report(busy, "list jobs", "", "list jobs");
  fmt::print("{}\n", busy.count());
  return 0;
}
