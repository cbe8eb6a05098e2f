// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <cstdio>

#include "apps/common/daemon.h"
#include "base/text.h"
#include "client/daemon.h"
#include "config/file_daemon_resources.h"
#include "os/program_name.h"
#include "os/system_clock.h"
#include "tree/posix_source.h"
#include "tree/posix_target.h"

namespace {

using namespace holdfast;
using Start = apps::DaemonStart<config::FileDaemonConfiguration>;

int run(Start& start) {
  const os::SystemClock clock;
  const auto& own = start.configuration->client();
  const auto route = [&](const std::string& name) {
    return messages::mail_route(*start.configuration, name);
  };
  messages::LocalMessages local(
      clock, messages::outlet_settings(own.name, own.working_directory, "holdfast-fd", route), own.messages,
      own.log_timestamp_format);
  tree::PosixSource files;
  client::DaemonParts parts{
      .configuration = start.configuration,
      .files = files,
      .make_target = [](const std::string& inside) { return std::make_unique<tree::PosixTarget>(inside); },
      .clock = clock,
      .configuration_has_warnings = start.has_warnings,
      .report =
          [&local](const std::string& from, const Error& error) {
            fmt::print(stderr, "holdfast-fd: {}: {}\n", from, error.message());
            local.add(apps::message_type_of(error),
                      fmt::format("{}: {}\n", from, printable(error.message())));
          },
      .local = &local,
      .python_modules = os::program_folder() + "/../share/holdfast/python",
  };
  client::Daemon(std::move(parts)).run(start.stop, start.ready);
  return apps::exit_success;
}

}  // namespace

int main(int argc, char** argv) {
  apps::DaemonProgram<config::FileDaemonConfiguration> program;
  program.name = "holdfast-fd";
  program.description = "Saves and restores the files of this machine for a Director.";
  program.run = run;
  return apps::run_daemon(program, argc, argv);
}
