// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <cstdio>

#include "apps/common/daemon.h"
#include "apps/common/drives.h"
#include "base/text.h"
#include "config/storage_resources.h"
#include "os/host_name.h"
#include "os/system_clock.h"
#include "os/system_name.h"
#include "storage/daemon.h"

namespace {

using namespace holdfast;

int run(apps::DaemonStart<config::StorageConfiguration>& start) {
  const os::SystemClock clock;
  const auto& own = start.configuration->storage();
  const auto route = [&](const std::string& name) {
    return messages::mail_route(*start.configuration, name);
  };
  messages::LocalMessages local(
      clock, messages::outlet_settings(own.name, own.working_directory, "holdfast-sd", route), own.messages,
      own.log_timestamp_format);
  const auto report = [&local](const std::string& from, const Error& error) {
    fmt::print(stderr, "holdfast-sd: {}: {}\n", from, error.message());
    local.add(apps::message_type_of(error), fmt::format("{}: {}\n", from, printable(error.message())));
  };
  storage::Daemon daemon({.configuration = start.configuration,
                          .make_drive = apps::make_drive,
                          .make_changer = apps::make_changer,
                          .clock = clock,
                          .host = os::host_name(),
                          .system = os::system_name().text,
                          .report = report,
                          .local = &local});
  daemon.run(start.stop, start.ready);
  return apps::exit_success;
}

}  // namespace

int main(int argc, char** argv) {
  return apps::run_daemon<config::StorageConfiguration>(
      {.name = "holdfast-sd",
       .description = "Holdfast Storage Daemon: keeps volumes",
       .flags = {},
       .check = {},
       .run = run},
      argc, argv);
}
