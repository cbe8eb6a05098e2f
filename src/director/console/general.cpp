// SPDX-License-Identifier: AGPL-3.0-or-later
// Commands about the session and the Director itself.
#include <chrono>
#include <condition_variable>

#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/codes.h"
#include "director/console/handlers.h"
#include "director/console/session.h"
#include "director/console/times.h"
#include "wire/handshake.h"

namespace holdfast::director::console::handle {
namespace {

struct ApiWord {
  std::string_view word;
  Api api;
};
constexpr ApiWord api_words[] = {
    {"0", Api::text},   {"off", Api::text}, {"1", Api::plain},
    {"on", Api::plain}, {"2", Api::json},   {"json", Api::json},
};

Outcome set_by_word(Command& command, bool& setting) {
  if (command.line.has("on")) {
    setting = true;
  } else if (command.line.has("off")) {
    setting = false;
  } else {
    command.out.error("ON or OFF keyword missing.\n");
  }
  return Outcome::ok;
}

}  // namespace

// The peer frames this command twice, and clients count the signals.
Outcome no_operation(Command& command) {
  command.out.begin();
  command.out.status_signal(Output::Status::ok);
  return Outcome::ok;
}

Outcome choose_api(Command& command) {
  const auto arguments = command.line.arguments();
  if (arguments.size() > 2) return Outcome::failed;
  Api api = Api::plain;
  if (!arguments.empty()) {
    const auto at = std::find_if(std::begin(api_words), std::end(api_words), [&](const ApiWord& entry) {
      return !arguments[0].value && equal_ignoring_case(entry.word, arguments[0].keyword);
    });
    if (at == std::end(api_words)) return Outcome::failed;
    api = at->api;
  }
  if (arguments.size() == 2) {
    const auto compact = command.line.value("compact");
    if (api != Api::json || !compact) return Outcome::failed;
    command.settings.compact = equal_ignoring_case(*compact, "yes");
  }
  command.settings.api = api;
  command.out.value("api", Json::number(static_cast<int>(api)));
  command.out.text_after_status(fmt::format("api: {}\n", static_cast<int>(api)));
  return Outcome::ok;
}

Outcome set_autodisplay(Command& command) { return set_by_word(command, command.settings.autodisplay); }
Outcome set_gui(Command& command) { return set_by_word(command, command.settings.gui); }

Outcome set_automount(Command& command) {
  if (command.line.has("on") || command.line.has("off"))
    return set_by_word(command, command.settings.automount);
  const auto answer = command.ask.line("Turn on or off? ");
  if (!answer) return Outcome::failed;
  command.settings.automount = !equal_ignoring_case(*answer, "off");
  return Outcome::ok;
}

Outcome quit(Command&) { return Outcome::quit; }

Outcome version(Command& command) {
  const auto system = command.services.system();
  const std::string& name = command.config().director().name;
  const std::string& ver_id = command.config().director().ver_id;
  command.out.text(fmt::format("{} Version: {} ({}) {} {} {} {}\n", name, wire::announced_version,
                               wire::announced_date, system.name, system.distribution, system.name, ver_id));
  const auto object = command.out.object("version");
  command.out.value("name", name);
  command.out.value("type", "bareos-director");
  command.out.value("version", wire::announced_version);
  command.out.value("bdate", wire::announced_date);
  command.out.value("operatingsystem", system.name);
  command.out.value("distname", system.distribution);
  command.out.value("distversion", system.name);
  command.out.value("customversionid", ver_id);
  return Outcome::ok;
}

Outcome time(Command& command) {
  const std::int64_t now = unix_seconds(command.services.now());
  const std::string full = format_time(now, "%a %d-%b-%Y %H:%M:%S");
  command.out.text(full + "\n");
  const auto object = command.out.object("time");
  command.out.value("full", full);
  static constexpr std::pair<std::string_view, const char*> parts[] = {
      {"year", "%Y"}, {"month", "%m"}, {"day", "%d"}, {"hour", "%H"}, {"minute", "%M"}, {"second", "%S"}};
  for (const auto& [key, format] : parts) command.out.value(key, format_time(now, format));
  return Outcome::ok;
}

Outcome whoami(Command& command) {
  const std::string name(command.session.shown_name());
  command.out.text(name + "\n");
  command.out.value("whoami", name);
  return Outcome::ok;
}

Outcome use(Command& command) {
  if (!open_catalog(command, CatalogUse::shared)) return Outcome::ok;
  const config::Catalog* catalog = command.config().find_catalog(command.settings.catalog);
  command.out.text(fmt::format("Using Catalog name={} DB={}\n", catalog->name, catalog->database));
  return Outcome::ok;
}

namespace {

// In JSON the lines stand in the document: raw text before it, as the peer sends it, breaks every client.
bool give_messages(Command& command) {
  if (!command.out.is_json()) return command.session.show_messages(command.out);
  auto lines = command.session.take_messages();
  if (lines.empty()) return false;
  const auto array = command.out.array("messages");
  for (auto& line : lines) command.out.item(std::move(line));
  return true;
}

}  // namespace

Outcome messages(Command& command) {
  if (!give_messages(command)) command.out.decoration("You have no messages.\n");
  return Outcome::ok;
}

Outcome dot_messages(Command& command) {
  give_messages(command);
  return Outcome::ok;
}

Outcome reload(Command& command) {
  const bool success = command.services.reload();
  if (success) command.session.close_catalogs();
  command.out.text(success ? "reloaded\n" : "failed to reload\n");
  const auto object = command.out.object("reload");
  command.out.value("success", success);
  return success ? Outcome::ok : Outcome::failed;
}

}  // namespace holdfast::director::console::handle
