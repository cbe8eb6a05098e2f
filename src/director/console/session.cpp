// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/session.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "transport/peer.h"

namespace holdfast::director::console {

ConnectedConsoles::Entry::Entry(ConnectedConsoles& all, std::int64_t since) : all_(all), since_(since) {
  all_.since_.with([&](auto& set) { set.insert(since_); });
}

ConnectedConsoles::Entry::~Entry() {
  all_.since_.with([&](auto& set) { set.erase(set.find(since_)); });
}

std::vector<std::int64_t> ConnectedConsoles::since() const {
  return since_.read([](const auto& set) { return std::vector<std::int64_t>(set.begin(), set.end()); });
}

bool Command::allows(Acl acl, std::string_view item) const {
  const bool is_allowed = access.allows(acl, item);
  // A console without lists decides nothing that would be worth a line.
  if (!is_allowed || !access.is_root())
    session.audit(fmt::format(", Audit acl {} {} {}\n", is_allowed ? "success" : "failure", audit_name(acl),
                              printable(item)));
  return is_allowed;
}

Session::Session(ConsoleLink& link, Services& services, ConnectedConsoles& consoles, Login login,
                 std::stop_token stop, Interaction interaction)
    : link_(link),
      services_(services),
      consoles_(consoles),
      login_(std::move(login)),
      stop_(std::move(stop)),
      interaction_(interaction) {}

bool Session::is_root() const { return login_.user.empty() && login_.name == transport::default_console; }

std::string_view Session::shown_name() const {
  if (!login_.user.empty()) return login_.user;
  return is_root() ? "root" : std::string_view(login_.name);
}

Access Session::access(const config::DirectorConfiguration& configuration) const {
  if (is_root()) return Access::everything();
  if (!login_.user.empty()) {
    const config::User* user = configuration.find_user(login_.user);
    return user ? Access::of(*user) : Access::nothing();
  }
  const config::Console* console = configuration.find_console(login_.name);
  return console ? Access::of(*console) : Access::nothing();
}

void Session::run() {
  const ConnectedConsoles::Entry entry(consoles_, unix_seconds(services_.now()));
  while (!gone_ && !stop_.stop_requested()) {
    if (settings_.api != Api::text) link_.send(wire::Signal::main_prompt);
    Heard heard = link_.receive();
    while (const auto* signal = std::get_if<wire::Signal>(&heard)) {
      if (*signal == wire::Signal::terminate) return;
      link_.send(wire::Signal::poll);
      heard = link_.receive();
    }
    const auto* text = std::get_if<std::string>(&heard);
    if (!text || execute(*text) == Next::end) return;
    tell_about_messages();
    if (settings_.api == Api::text) link_.send(wire::Signal::end_of_data);
  }
}

Session::Next Session::execute(std::string_view text) {
  CommandLine line(text);
  if (line.empty()) return Next::go_on;
  Output out(link_, settings_);
  Prompts ask(link_, out, interaction_);
  ask.on_messages([&] { show_messages(out); });
  auto configuration = services_.configuration();
  Access rights = access(*configuration);
  Command command{
      *this, std::move(line), out, ask, services_, settings_, std::move(configuration), std::move(rights),
      stop_};

  const CommandEntry* entry = find_command(command.line.command());
  if (!entry || !is_permitted(*entry, command)) {
    out.error(fmt::format("{}: is an invalid command.\n", command.line.command()));
    out.finish_unrecognised();
    return Next::go_on;
  }
  return run_command(*entry, command);
}

bool Session::is_permitted(const CommandEntry& entry, const Command& command) {
  static constexpr std::string_view always[] = {"exit", "quit", "whoami"};
  if (std::find(std::begin(always), std::end(always), entry.name) != std::end(always)) return true;
  // Programs ask for names all the time: that they may is told of commands only that are audited themselves.
  if (!(entry.flags & CommandEntry::audited) && command.access.allows(Acl::command, entry.name)) return true;
  return command.allows(Acl::command, entry.name);
}

Session::Next Session::run_command(const CommandEntry& entry, Command& command) {
  audit_command(entry, command);
  command.out.begin();
  const Outcome outcome = guarded(entry, command);
  command.out.finish(outcome == Outcome::failed ? Output::Status::failed : Output::Status::ok);
  gone_ = gone_ || command.ask.is_gone();
  return outcome == Outcome::quit || gone_ ? Next::end : Next::go_on;
}

Outcome Session::guarded(const CommandEntry& entry, Command& command) {
  if (!entry.handler) {
    command.out.error(
        fmt::format("The command \"{}\" is not available in this version of Holdfast yet.\n", entry.name));
    return Outcome::failed;
  }
  try {
    return entry.handler(command);
  } catch (const Error& error) {
    // The end of the connection ends the session; whatever else failed is told to its user.
    if (error.kind() == ErrorKind::cancelled && stop_.stop_requested()) throw;
    command.out.error(error.message() + "\n");
    return Outcome::failed;
  }
}

void Session::audit_command(const CommandEntry& entry, const Command& command) {
  const config::Director& director = command.config().director();
  if (!director.auditing || !(entry.flags & CommandEntry::audited)) return;
  const auto& events = director.audit_events;
  const auto is_word = [&](const std::string& event) {
    return equal_ignoring_case(event, command.line.command());
  };
  if (events.empty() || std::any_of(events.begin(), events.end(), is_word))
    audit(fmt::format(" cmdline {}\n", printable(command.line.without_passwords())));
}

void Session::audit(std::string_view text) {
  services_.audit(
      fmt::format("Console [{}] from [{}]{}", is_root() ? "default" : shown_name(), login_.host, text));
}

catalog::Catalog& Session::catalog(const config::Catalog& resource, CatalogUse use, Output& out) {
  OpenCatalog& open = use == CatalogUse::own ? own_ : shared_;
  if (!open.connection || open.name != resource.name) {
    open.connection = services_.open_catalog(resource);
    open.name = resource.name;
    if (settings_.api == Api::text && interaction_ == Interaction::console)
      out.text(fmt::format("Using Catalog \"{}\"\n", resource.name));
  }
  return *open.connection;
}

void Session::close_catalogs() {
  own_ = {};
  shared_ = {};
}

std::vector<std::string> Session::take_messages() {
  told_about_messages_ = false;
  return services_.take_console_messages();
}

bool Session::show_messages(Output& out) {
  const auto lines = take_messages();
  for (const auto& line : lines) out.direct(line);
  return !lines.empty();
}

void Session::tell_about_messages() {
  if (!services_.has_console_messages() || interaction_ != Interaction::console) return;
  const auto configuration = services_.configuration();
  if (!access(*configuration).allows(Acl::command, "messages")) return;
  Output out(link_, settings_);
  if (settings_.autodisplay) {
    show_messages(out);
  } else if (!settings_.gui && !told_about_messages_) {
    told_about_messages_ = true;
    if (settings_.api == Api::text)
      out.text("You have messages.\n");
    else
      out.signal(wire::Signal::messages_pending);
  }
}

bool Session::run_script_command(std::string_view text, Commands allowed) {
  CommandLine line(text);
  const CommandEntry* entry = find_command(line.command());
  if (line.empty() || !entry) return false;
  Output out(link_, settings_);
  if (allowed == Commands::of_scripts && !(entry->flags & CommandEntry::run_script)) {
    out.text(fmt::format("Can't use {} command in a runscript", entry->name));
    return false;
  }
  Prompts ask(link_, out, interaction_);
  auto configuration = services_.configuration();
  Access rights = access(*configuration);
  Command command{
      *this, std::move(line), out, ask, services_, settings_, std::move(configuration), std::move(rights),
      stop_};
  const Outcome outcome = guarded(*entry, command);
  out.finish(outcome == Outcome::failed ? Output::Status::failed : Output::Status::ok);
  return outcome != Outcome::failed;
}

}  // namespace holdfast::director::console
