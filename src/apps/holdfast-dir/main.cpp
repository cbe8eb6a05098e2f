// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <condition_variable>
#include <cstdio>
#include <mutex>

#include "apps/common/daemon.h"
#include "director/catalog_rows.h"
#include "director/director.h"
#include "os/system_name.h"
#include "transport/server.h"

namespace {

using namespace holdfast;

void report(const std::string& from, const Error& error) {
  fmt::print(stderr, "holdfast-dir: {}: {}\n", from, error.message());
}

/// For -t as well: a Director without its catalogs is of no use.
void open_catalogs(const config::DirectorConfiguration& configuration) {
  for (const auto& catalog : configuration.catalogs)
    director::open_catalog(catalog, configuration.director().working_directory);
}

std::vector<os::ListenAddress> addresses_of(const config::Director& own) {
  std::vector<os::ListenAddress> addresses;
  for (const config::ListenAddress& address : own.addresses.list) {
    const bool is_ipv6 = address.family == config::ListenAddress::Family::ipv6;
    addresses.push_back({address.host, address.port, is_ipv6 ? os::Family::ipv6 : os::Family::ipv4});
  }
  return addresses;
}

void wait_until_stopped(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait(lock, std::move(stop), [] { return false; });
}

int run(apps::DaemonStart<config::DirectorConfiguration>& start) {
  const SystemClock clock;
  const config::Director& own = start.configuration->director();
  director::NetworkConnector connector(own.name);
  director::Director director({.configuration = start.configuration,
                               .warnings = {},
                               .load_again = start.load_again,
                               .clock = clock,
                               .connector = connector,
                               .system = os::system_name().text,
                               .distribution = os::system_name().platform,
                               .limits = {}});
  start.on_hangup([&director] { director.reload(); });
  const transport::Server server(
      addresses_of(own), [&director] { return director.accept_settings(); },
      [&director](transport::Peer peer, std::stop_token stop) {
        director.serve(std::move(peer), std::move(stop));
      },
      report);
  wait_until_stopped(start.stop);
  return apps::exit_success;
}

}  // namespace

int main(int argc, char** argv) {
  return apps::run_daemon<config::DirectorConfiguration>(
      {.name = "holdfast-dir",
       .description = "Holdfast Director: plans and supervises jobs",
       .flags = {},
       .check = open_catalogs,
       .run = run},
      argc, argv);
}
