// SPDX-License-Identifier: AGPL-3.0-or-later
// A File Daemon whose Director, and behind peer_end its Storage Daemon, say what the input says. It saves a tree in
// memory and restores to nowhere; programs that the Director names are never run.
#include <deque>

#include "base/error.h"
#include "client/director_session.h"
#include "config/file_daemon_resources.h"
#include "nowhere_target.h"
#include "said_stream.h"
#include "testing/base/manual_clock.h"
#include "testing/tree/memory_tree.h"
#include "transport/channel.h"

using namespace holdfast;

namespace {

class SaidStorage final : public client::StorageConnector {
 public:
  explicit SaidStorage(Bytes said) : said_(said) {}

  std::unique_ptr<transport::Channel> connect(const Goal&, std::stop_token) override { return open(); }
  std::unique_ptr<transport::Channel> open() const {
    return std::make_unique<transport::Channel>(
        std::make_unique<fuzz::SaidStream>(fuzz::framed_packets(said_)));
  }

 private:
  Bytes said_;
};

/// The Storage Daemon of a passive client is there as soon as the job is.
void connect_storage(const client::JobRegistry& jobs, const SaidStorage& storage) {
  for (const auto& job : jobs.running())
    job->incoming.with([&](auto& channel) {
      if (!channel) channel = storage.open();
    });
}

config::FileDaemonConfiguration make_configuration() {
  config::FileDaemonConfiguration configuration;
  configuration.clients.emplace_back().name = "fuzz-fd";
  configuration.clients.front().allowed_script_dir = {"/no/such/folder"};
  configuration.directors.emplace_back().name = "fuzz-dir";
  return configuration;
}

void serve(Bytes director, Bytes storage) {
  static const auto configuration = make_configuration();
  SaidStorage connector(storage);
  client::JobRegistry jobs;
  client::Tunable tunable;
  testing_support::ManualClock clock;
  tree::MemoryTree files;
  files.put("/srv/demo/mini/file", "contents");
  const client::Surroundings surroundings{
      jobs,        connector,
      files,       [](const std::string&) { return std::make_unique<fuzz::NowhereTarget>(); },
      clock,       tunable,
      clock.now(), "Debian GNU/Linux 12 (bookworm)",
      "debian"};
  auto stream = std::make_unique<fuzz::SaidStream>(fuzz::framed_packets(director));
  stream->before_read = [&] { connect_storage(jobs, connector); };
  client::serve_director(surroundings, configuration, configuration.directors.front(),
                         std::make_unique<transport::Channel>(std::move(stream)), {});
}

/// Lists of files may be what a program prints, or a file of this machine; with a bandwidth, jobs take their time.
bool is_left_out(Bytes said) {
  const auto text = as_text(said);
  return text.find_first_of("|<") != text.npos || text.find("setbandwidth") != text.npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes input(reinterpret_cast<const std::byte*>(data), size);
  if (is_left_out(input)) return 0;
  const Bytes director = fuzz::take_until(input, fuzz::peer_end);
  serve(director, input);
  return 0;
}
