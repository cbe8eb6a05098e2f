// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <atomic>
#include <cstdio>

#include "apps/common/configuration.h"
#include "apps/common/daemon.h"
#include "apps/common/foreign_surroundings.h"
#include "apps/holdfast-dir/setup_catalog.h"
#include "base/text.h"
#include "base/wait.h"
#include "director/catalog_rows.h"
#include "director/director.h"
#include "jobs/retention_clock.h"
#include "os/system_clock.h"
#include "os/system_name.h"
#include "transport/configured.h"
#include "transport/server.h"

namespace {

using namespace holdfast;

/// Wrong passwords are for administrators; what else ends connections, such as port scans, is not.
void report(director::Director& director, const std::string& from, const Error& error) {
  fmt::print(stderr, "holdfast-dir: {}: {}\n", from, error.message());
  if (error.kind() == ErrorKind::refused)
    director.say(MessageType::security,
                 fmt::format("Connection from {} refused: {}\n", from, printable(error.message())));
}

/// For -t as well: a Director without its catalogs is of no use.
void open_catalogs(const config::DirectorConfiguration& configuration) {
  for (const auto& catalog : configuration.catalogs)
    director::open_catalog(catalog, configuration.director().working_directory);
}

/// Reads a configuration that a console named. That of this Director may run commands, as it did when it started; any
/// other one is only read.
config::Loaded<config::DirectorConfiguration> load_from(
    const apps::DaemonStart<config::DirectorConfiguration>& start, const std::string& path) {
  if (!path.starts_with('/')) throw Error(ErrorKind::invalid, "{} is no absolute path.", path);
  const std::string source = apps::configuration_source<config::DirectorConfiguration>(path);
  if (source == start.config_source) return start.load_again();
  apps::ForeignSurroundings surroundings;
  return config::load_director(source, surroundings);
}

int run(apps::DaemonStart<config::DirectorConfiguration>& start) {
  std::atomic<bool> is_lost = false;  // the catalog, without which it shall not run
  const os::SystemClock clock;
  const jobs::RetentionClock retention_clock(clock);
  const config::Director& own = start.configuration->director();
  director::NetworkConnector connector(own.name);
  director::Director director(
      {.configuration = start.configuration,
       .warnings = {},
       .load_again = start.load_again,
       .clock = clock,
       .connector = connector,
       .system = os::system_name().text,
       .distribution = os::system_name().platform,
       .limits = {},
       .open_catalog = {},
       .configuration_source = start.config_source,
       .retention_clock = &retention_clock,
       .end =
           [&] {
             is_lost = true;
             start.end();
           },
       .load_from = [&start](const std::string& path) { return load_from(start, path); }});
  start.on_hangup([&director] { director.reload(); });
  const transport::Server server(
      transport::listen_addresses(own.addresses), [&director] { return director.accept_settings(); },
      [&director](transport::Peer peer, std::stop_token stop) {
        director.serve(std::move(peer), std::move(stop));
      },
      [&director](const std::string& from, const Error& error) { report(director, from, error); },
      {.connections = own.maximum_console_connections});
  start.ready();
  wait_for(start.stop);
  return is_lost ? apps::exit_failure : apps::exit_success;
}

}  // namespace

int main(int argc, char** argv) {
  bool sets_up_catalog = false;
  return apps::run_daemon<config::DirectorConfiguration>(
      {.name = "holdfast-dir",
       .description = "Holdfast Director: plans and supervises jobs",
       .flags =
           {{"--setup-catalog",
             "Create role, database and tables of every PostgreSQL catalog where they are missing, and end.",
             &sets_up_catalog}},
       .check =
           [&](const config::DirectorConfiguration& configuration) {
             if (sets_up_catalog) apps::set_up_catalogs(configuration);
             open_catalogs(configuration);
           },
       .ends_after_check = &sets_up_catalog,
       .run = run},
      argc, argv);
}
