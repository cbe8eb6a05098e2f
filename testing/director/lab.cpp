// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/director/lab.h"

#include <cstdlib>
#include <ctime>

#include "base/error.h"
#include "base/text.h"
#include "config/load.h"
#include "testing/config/memory_surroundings.h"
#include "testing/transport/replay.h"

namespace holdfast::testing_support {
namespace {

constexpr std::string_view lab_configuration = R"(
Director { Name = lab-dir; Messages = Daemon; WorkingDirectory = "FOLDER"; MaximumConcurrentJobs = 20
  Password = secret; TlsEnable = no; QueryFile = /dev/null }
Client { Name = lab-fd; Address = 127.0.0.1; Password = secret; MaximumConcurrentJobs = 20; TlsEnable = no }
Client { Name = lab-passive; Address = 127.0.0.1; Password = secret; Passive = yes; TlsEnable = no }
Storage { Name = File; Address = 127.0.0.1; Password = secret; Device = FileStorage; MediaType = File
  MaximumConcurrentJobs = 20; TlsEnable = no }
Catalog { Name = MyCatalog; DATABASE }
Pool { Name = Full; PoolType = Backup; LabelFormat = "Full-"; AutoPrune = no }
FileSet { Name = Mini; Include { Options { Signature = MD5; HardLinks = no; AclSupport = yes; XattrSupport = yes }
  File = /srv/demo/mini } }
FileSet { Name = Tree; Include { Options { Signature = SHA256; Sparse = yes }
  File = /srv/demo/tree } }
JobDefs { Name = D; Type = Backup; Level = Full; Messages = Standard; Storage = File; Pool = Full
  Client = lab-fd; FileSet = Tree; WriteBootstrap = "FOLDER/%c.bsr" }
Job { Name = mini; JobDefs = D; FileSet = Mini; MaximumConcurrentJobs = 20 }
Job { Name = minipassive; JobDefs = D; FileSet = Mini; Client = lab-passive }
Job { Name = RestoreFiles; Type = Restore; JobDefs = D; Where = /srv/demo/restore; MaximumConcurrentJobs = 20 }
Messages { Name = Standard; Console = all, !saved, !skipped, !audit; Catalog = all, !saved, !skipped, !audit }
Messages { Name = Daemon; Console = all, !saved, !skipped }
)";

std::shared_ptr<const config::DirectorConfiguration> load(const std::string& text) {
  MemorySurroundings surroundings(text);
  auto loaded = config::load_director("test.conf", surroundings);
  if (!loaded.is_good()) throw Error(ErrorKind::invalid, "{}", loaded.errors.front().render());
  return std::make_shared<const config::DirectorConfiguration>(std::move(loaded.value));
}

}  // namespace

std::vector<RecordedPacket> recorded_conversation(const Transcript& transcript, std::string_view daemon) {
  for (const int number : transcript.accepted_by(daemon))
    if (transcript.connection(number).front().payload.starts_with("Hello Director"))
      return conversation(transcript, number);
  return {};
}

Lab::Lab(const std::string& more, Database database)
    : files(database),
      text_(replace_all(replace_all(std::string(lab_configuration) + more, "FOLDER", files.folder().string()),
                        "DATABASE", files.directives())),
      configuration_(load(text_)) {
  // The recordings were made where local time is UTC.
  setenv("TZ", "UTC", 1);
  tzset();
  limits.after_cancel = std::chrono::seconds(5);
  restart();
}

void Lab::restart_configured_anew() {
  configuration_ = std::make_shared<const config::DirectorConfiguration>(load_again().value);
  restart();
}

void Lab::restart() {
  director_.reset();
  director_ = std::make_unique<director::Director>(
      director::DirectorParts{.configuration = configuration_,
                              .warnings = {},
                              .load_again = [this] { return load_again(); },
                              .clock = clock,
                              .connector = connector,
                              .system = "Debian GNU/Linux 12 (bookworm)",
                              .distribution = "debian",
                              .limits = limits,
                              .open_catalog = opener(),
                              .configuration_source = "test.conf",
                              .pam = pam,
                              .login_pause = std::chrono::milliseconds(1),
                              .between_tries = std::chrono::milliseconds(1),
                              .load_from = [this](const std::string& path) { return load_from(path); }});
}

config::Loaded<config::DirectorConfiguration> Lab::load_again() const {
  std::string text = text_;
  if (!replaced_at_reload.first.empty())
    text = replace_all(text, replaced_at_reload.first, replaced_at_reload.second);
  MemorySurroundings surroundings(text + configuration_at_reload);
  return config::load_director("test.conf", surroundings);
}

config::Loaded<config::DirectorConfiguration> Lab::load_from(const std::string& path) const {
  const auto found = other_configurations.find(path);
  if (found == other_configurations.end()) throw Error(ErrorKind::not_found, "There is no {}.", path);
  MemorySurroundings surroundings(text_ + found->second);
  return config::load_director("test.conf", surroundings);
}

std::function<std::unique_ptr<catalog::Catalog>(const config::Catalog&)> Lab::opener() {
  if (!faults) return {};
  return [this](const config::Catalog&) { return catalog::open_faulty_catalog(files.file(), faults); };
}

director::console::RunRequest Lab::request(const std::string& job) const {
  director::console::RunRequest request;
  request.configuration = configuration_;
  request.job = configuration_->find_job(job);
  return request;
}

catalog::JobRow Lab::run(const director::console::RunRequest& request) {
  return wait(director_->run(request));
}

catalog::JobRow Lab::wait(JobId job) {
  director_->wait_for_end(job, {});
  return open_catalog()->jobs().find(job).value();
}

std::string Lab::log(JobId job) const {
  std::string texts;
  open_catalog()->log().list(job, [&](const catalog::LogRow& row) {
    texts += row.text;
    return true;
  });
  return texts;
}

std::string Lab::joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

}  // namespace holdfast::testing_support
