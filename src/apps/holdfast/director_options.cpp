// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast/director_options.h"

#include "apps/common/configuration.h"
#include "base/error.h"
#include "config/console_resources.h"
#include "console/login.h"

namespace holdfast::apps {

namespace {
constexpr std::chrono::seconds patience{30};
}

void DirectorOptions::add_to(CommandLine& command_line) {
  command_line.option("-c,--config", "Configuration of the console: a file, or a directory that holds it.",
                      configuration);
  command_line.option("-D,--director", "Which Director to talk to, where several are configured.", director);
  command_line.flag("--json", "Print the result as JSON.", json);
}

std::unique_ptr<console::ApiSession> DirectorOptions::log_in() const {
  const std::string source = configuration_source<config::ConsoleConfiguration>(configuration);
  const auto loaded = load_configuration<config::ConsoleConfiguration>(source);
  if (!loaded.is_good()) throw Error(ErrorKind::invalid, "{}", loaded.errors.front().render());
  auto connected = console::connect(console::choose_login(loaded.value, director), patience, {});
  return std::make_unique<console::ApiSession>(std::move(connected.channel));
}

}  // namespace holdfast::apps
