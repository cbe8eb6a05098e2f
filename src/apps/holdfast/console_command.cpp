// SPDX-License-Identifier: AGPL-3.0-or-later
// `holdfast console`, also as `bconsole` (interop 10, section 2).
#include <fmt/core.h>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include "apps/common/command_line.h"
#include "apps/common/configuration.h"
#include "apps/holdfast/commands.h"
#include "base/error.h"
#include "base/text.h"
#include "config/console_resources.h"
#include "console/login.h"
#include "console/pam_login.h"
#include "console/shell.h"
#include "os/interrupt.h"
#include "os/terminal.h"

namespace holdfast::apps {
namespace {

struct Options {
  std::string configuration;
  std::string director;
  std::string pam_credentials;
  bool unencrypted_pam = false;
  bool list_directors = false;
  bool test_only = false;
  bool export_schema = false;
  bool export_configuration = false;
  int timeout = 0;
  int debug_level = 0;
  bool ignored = false;
};

std::optional<int> parse(int argc, const char* const* argv, Options& options) {
  CommandLine command_line("bconsole",
                           "Interactive console of the Director; commands may also come through a pipe:\n"
                           "  echo \"list jobs\" | bconsole");
  command_line.option("-c,--config", "Configuration file or directory.", options.configuration);
  command_line.option("-D,--director", "The Director to connect to.", options.director);
  command_line.flag("-l,--list-directors", "Print the names of the Directors and end.",
                    options.list_directors);
  command_line.option("-p,--pam-credentials-filename", "File with user and password, a line each, for PAM.",
                      options.pam_credentials);
  command_line.flag("-o", "Send user and password for PAM also where the connection is not encrypted.",
                    options.unencrypted_pam);
  command_line.flag("-t,--test-config", "Read the configuration and end.", options.test_only);
  command_line.option("-u,--timeout", "Seconds a command may take; 0: any time.", options.timeout);
  command_line.flag("--xc,--export-config", "Print the configuration and end.", options.export_configuration);
  command_line.flag("--xs,--export-schema", "Print the directives as JSON and end.", options.export_schema);
  command_line.option("-d,--debug-level", "For compatibility; without effect.", options.debug_level);
  command_line.flag("--dt,--debug-timestamps", "For compatibility; without effect.", options.ignored);
  command_line.flag("-s,--no-signals", "For compatibility; without effect.", options.ignored);
  return command_line.parse(argc, argv);
}

/// Asks which Director, where the command line does not say and several are configured.
const config::ConsoleDirector* ask_for_director(const config::ConsoleConfiguration& configuration) {
  fmt::print("Available Directors:\n");
  std::size_t number = 0;
  for (const auto& director : configuration.directors)
    fmt::print("{:2}:  {} at {}:{}\n", ++number, director.name, director.address, director.port);
  for (;;) {
    fmt::print("Select Director by entering a number: ");
    std::fflush(stdout);
    std::string line;
    if (!std::getline(std::cin, line)) return nullptr;
    const auto chosen = parse_number<std::size_t>(trim(line));
    const std::size_t count = configuration.directors.size();
    if (chosen && *chosen >= 1 && *chosen <= count) return &configuration.directors[*chosen - 1];
    if (!chosen)
      fmt::print("{} is not a number. You must enter a number between 1 and {}\n", printable(line), count);
    else
      fmt::print("You must enter a number between 1 and {}\n", count);
  }
}

console::Login choose(const config::ConsoleConfiguration& configuration, const Options& options) {
  if (options.director.empty() && configuration.directors.size() > 1) {
    const auto* director = ask_for_director(configuration);
    if (!director) throw Error(ErrorKind::cancelled, "no Director was chosen");
    return console::login_to(configuration, *director);
  }
  return console::choose_login(configuration, options.director);
}

std::string home_file(const char* name) {
  const char* home = std::getenv("HOME");
  return home ? std::string(home) + "/" + name : "";
}

void talk(console::Shell& shell, const console::Login& login) {
  const std::string rc =
      login.identity && !login.identity->rc_file.empty() ? login.identity->rc_file : home_file(".bconsolerc");
  shell.run_file_if_any(rc);
  if (shell.has_ended()) return;
  if (!os::is_terminal(os::StandardStream::input)) {
    console::StreamLines lines(std::cin);
    return shell.run(lines);
  }
  const bool own_file = login.identity && !login.identity->history_file.empty();
  console::EditedLines lines(
      own_file ? login.identity->history_file : home_file(".bconsole_history"),
      login.identity ? login.identity->history_length : 100,
      [&shell](const std::string& line, std::size_t typed) { return shell.complete(line, typed); });
  // Ctrl-C cuts an answer short; a second one ends the console.
  struct CtrlC final : console::Interruption {
    void begin() override { os::take_interrupts(os::OnInterrupt::note_first); }
    bool is_wanted() const override { return os::was_interrupted(); }
  } ctrl_c;
  shell.heed(ctrl_c);
  shell.run(lines);
}

/// What the Director's PAM service says, and what the user answers.
std::string answer_pam(console::PamStyle style, const std::string& text) {
  fmt::print("{}", text);
  std::fflush(stdout);
  std::string answer;
  if (style == console::PamStyle::complain || style == console::PamStyle::tell) {
    fmt::print("\n");
  } else if (style == console::PamStyle::ask_hidden) {
    const os::HiddenTyping hidden;
    std::getline(std::cin, answer);
    fmt::print("\n");
  } else {
    std::getline(std::cin, answer);
  }
  return answer;
}

/// Where the Director wants it. Throws Error{refused}.
void log_in_user(transport::Connected& connected, const Options& options) {
  constexpr int wants_pam = 1001;
  if (connected.greeting_code != wants_pam) return;
  if (connected.first == transport::FirstBytes::cleartext && !options.unencrypted_pam)
    throw Error(ErrorKind::refused, "Canceled because password would be sent unencrypted!");
  try {
    std::optional<console::PamCredentials> credentials;
    if (!options.pam_credentials.empty())
      credentials = console::read_pam_credentials(options.pam_credentials);
    console::log_in_by_pam(connected, credentials, answer_pam);
  } catch (const Error& error) {
    throw Error(error.kind(), "PAM authentication failed. Giving up.\n{}", error.message());
  }
}

void say_goodbye(transport::Channel& channel) {
  if (channel.is_dead()) return;
  try {
    channel.send(wire::Signal::terminate);
    channel.close();
  } catch (const Error&) {
    // The Director hung up first.
  }
}

int connect_and_talk(const config::ConsoleConfiguration& configuration, const Options& options,
                     console::Privileges privileges) {
  const console::Login login = choose(configuration, options);
  console::Printer printer(stdout);
  printer.print(fmt::format("Connecting to Director {}:{}\n", login.director->address, login.director->port));
  printer.flush();
  constexpr std::chrono::seconds patience{30};
  transport::Connected connected;
  try {
    connected = console::connect(login, patience, {});
  } catch (const Error& error) {
    printer.print("Failed to connect to Director. Giving up.\n");
    printer.flush();
    fmt::print(stderr, "{}\n", error.message());
    return exit_failure;
  }
  printer.print(fmt::format(" Encryption: {}\n", connected.channel->stream().encryption()));
  printer.flush();
  log_in_user(connected, options);
  printer.print(fmt::format("{} {}\n", connected.greeting_code, trim(connected.greeting)));
  printer.print(fmt::format("{}\n", trim(connected.welcome)));
  printer.print("\nEnter a period (.) to cancel a command.\n");
  console::Shell shell(*connected.channel, printer, privileges, std::chrono::seconds(options.timeout));
  talk(shell, login);
  printer.flush();
  say_goodbye(*connected.channel);
  return exit_success;
}

int console_with(int argc, const char* const* argv, console::Privileges privileges) {
  Options options;
  if (const auto code = parse(argc, argv, options)) return *code;
  if (options.export_schema) return export_schema<config::ConsoleConfiguration>();
  const std::string source = configuration_source<config::ConsoleConfiguration>(options.configuration);
  if (options.export_configuration)
    return export_configuration<config::ConsoleConfiguration>("bconsole", source, {});
  const auto loaded = load_configuration<config::ConsoleConfiguration>(source);
  if (!loaded.is_good()) {
    report_errors("bconsole", loaded.errors);
    return exit_configuration;
  }
  report_warnings(loaded.warnings);
  if (options.list_directors)
    for (const auto& director : loaded.value.directors) fmt::print("{}\n", director.name);
  if (options.list_directors || options.test_only) return exit_success;
  return connect_and_talk(loaded.value, options, privileges);
}

}  // namespace

int run_console(int argc, const char* const* argv) {
  return console_with(argc, argv,
                      os::is_privileged_user() ? console::Privileges::refuse_local_commands
                                               : console::Privileges::allow_local_commands);
}

int run_unsafe_console(int argc, const char* const* argv) {
  return console_with(argc, argv, console::Privileges::allow_local_commands);
}

}  // namespace holdfast::apps
