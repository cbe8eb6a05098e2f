// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/director/console_double.h"

#include <stdexcept>

#include "base/error.h"
#include "base/text.h"
#include "config/load.h"
#include "testing/config/memory_surroundings.h"
#include "testing/transport/memory_stream.h"

namespace holdfast::testing_support {

std::string small_configuration() {
  return R"(
Director { Name = dir
  Messages = Daemon
  Password = secret
  WorkingDirectory = /tmp
  Auditing = yes }
Messages { Name = Daemon
  Console = all }
Catalog { Name = Cat
  DbName = x
  DbUser = x }
Client { Name = one-fd
  Address = a
  Password = x }
FileSet { Name = Files
  Include { File = /etc } }
Storage { Name = Disk
  Address = a
  Password = x
  Device = Disk
  MediaType = File }
Pool { Name = Full
  VolumeRetention = 30 days
  PoolType = Backup }
Job { Name = nightly
  Type = Backup
  Level = Full
  Client = one-fd
  FileSet = Files
  Storage = Disk
  Pool = Full
  Messages = Daemon }
)";
}

using director::console::Heard;
using director::console::RunningJob;
using director::console::RunRequest;
using director::console::Toggled;

void ScriptedConsole::send(std::string_view text) {
  screen_ += text;
  last_answer_ += text;
  std::string line(text);
  for (const auto& [plain, shown] : {std::pair("\\", "\\\\"), std::pair("\n", "\\n"), std::pair("\t", "\\t")})
    line = replace_all(line, plain, shown);
  packets_ += "< " + line + "\n";
}

void ScriptedConsole::send(wire::Signal signal) {
  packets_ += "< signal " + std::to_string(static_cast<int>(signal)) + "\n";
}

Heard ScriptedConsole::receive() {
  if (inputs_.empty()) return director::console::Gone{};
  std::string line = inputs_.front();
  inputs_.pop_front();
  screen_ += line + "\n";
  packets_ += "> " + line + "\n";
  last_answer_.clear();
  return line;
}

namespace {

std::shared_ptr<const config::DirectorConfiguration> parse(const std::string& text) {
  MemorySurroundings surroundings(text);
  auto loaded = config::load_director("test.conf", surroundings);
  if (!loaded.is_good()) throw std::runtime_error(loaded.errors.front().render());
  return std::make_shared<const config::DirectorConfiguration>(std::move(loaded.value));
}

}  // namespace

ServicesDouble::ServicesDouble(const std::string& configuration, Database database)
    : catalog(database), start_time(clock.now()), configuration_(parse(configuration)) {}

ScriptedConsole ServicesDouble::talk(std::vector<std::string> inputs, std::string login) {
  ScriptedConsole script(std::move(inputs));
  director::console::Session session(script, *this, consoles_, {std::move(login), "127.0.0.1", ""}, {});
  session.run();
  return script;
}

bool ServicesDouble::is_enabled(Toggled kind, std::string_view name) const {
  const auto at = toggled_.find({kind, std::string(name)});
  return at == toggled_.end() || at->second;
}

void ServicesDouble::set_enabled(Toggled kind, std::string_view name, bool enabled) {
  toggled_[{kind, std::string(name)}] = enabled;
}

JobId ServicesDouble::run(const RunRequest& request) {
  requests.push_back(request);
  return JobId(next_job.value++);
}

bool ServicesDouble::cancel(JobId job, const std::function<void(std::string_view)>& tell) {
  cancelled.push_back(job);
  const auto answers = cancel_answers.find(job);
  if (answers != cancel_answers.end())
    for (const auto& line : answers->second) tell(line);
  else
    std::erase_if(running, [&](const RunningJob& other) { return other.id == job; });
  return true;
}

void ServicesDouble::estimate(const RunRequest& request, bool,
                              const std::function<void(std::string_view)>& tell) {
  requests.push_back(request);
  for (const auto& line : estimate_lines) tell(line);
}

std::optional<std::string> ServicesDouble::next_volume(const config::Job& job, JobLevel, const config::Pool&,
                                                       const config::Storage*) {
  const auto at = next_volumes.find(job.name);
  return at == next_volumes.end() ? std::nullopt : std::optional(at->second);
}

transport::Connected ServicesDouble::answer_for(const std::string& name) {
  const auto answer = daemon_answers.find(name);
  if (answer == daemon_answers.end()) throw Error(ErrorKind::network, "nobody listens for {}", name);
  auto [ours, theirs] = transport::memory_pair();
  peers_.push_back(std::make_unique<transport::Channel>(std::move(theirs)));
  for (const auto& line : answer->second) {
    if (line.empty())
      peers_.back()->send(wire::Signal::end_of_data);
    else
      peers_.back()->send(line);
  }
  peers_.back()->send(wire::Signal::end_of_data);
  peers_.back()->flush();
  transport::Connected connected;
  connected.channel = std::make_unique<transport::Channel>(std::move(ours));
  connected.first = transport::FirstBytes::cleartext;
  return connected;
}

transport::Connected ServicesDouble::connect(const config::Client& client, std::stop_token) {
  return answer_for(client.name);
}
transport::Connected ServicesDouble::connect(const config::Storage& storage, std::stop_token) {
  return answer_for(storage.name);
}

}  // namespace holdfast::testing_support
