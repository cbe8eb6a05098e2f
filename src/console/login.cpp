// SPDX-License-Identifier: AGPL-3.0-or-later
#include "console/login.h"

#include <algorithm>

#include "base/error.h"
#include "transport/configured.h"

namespace holdfast::console {
namespace {

const config::ConsoleIdentity* identity_for(const config::ConsoleConfiguration& configuration,
                                            const config::ConsoleDirector& director) {
  const auto& consoles = configuration.consoles;
  const auto first = [&](auto&& fits) -> const config::ConsoleIdentity* {
    const auto at = std::find_if(consoles.begin(), consoles.end(), fits);
    return at == consoles.end() ? nullptr : &*at;
  };
  if (const auto* own = first([&](const auto& console) { return console.director == director.name; }))
    return own;
  if (const auto* any = first([](const auto& console) { return console.director.empty(); })) return any;
  return consoles.empty() ? nullptr : &consoles.front();
}

}  // namespace

Login login_to(const config::ConsoleConfiguration& configuration, const config::ConsoleDirector& director) {
  const Login login{&director, identity_for(configuration, director)};
  if (!login.identity && director.password.kind == config::Password::Kind::none)
    throw Error(ErrorKind::invalid,
                "Password item is required in Director resource (since no Console resource is specified), "
                "but not found.");
  return login;
}

Login choose_login(const config::ConsoleConfiguration& configuration, std::string_view director) {
  if (!director.empty()) {
    const config::ConsoleDirector* found = configuration.find_director(director);
    if (!found) throw Error(ErrorKind::not_found, "Can't find {} in Director list", director);
    return login_to(configuration, *found);
  }
  if (configuration.directors.empty())
    throw Error(ErrorKind::not_found, "The configuration of the console names no Director.");
  if (configuration.directors.size() > 1) {
    std::string names;
    for (const auto& each : configuration.directors) names += (names.empty() ? "" : ", ") + each.name;
    throw Error(ErrorKind::invalid, "There are several Directors ({}); choose one with --director.", names);
  }
  return login_to(configuration, configuration.directors.front());
}

transport::Connected connect(const Login& login, std::chrono::milliseconds patience, std::stop_token stop) {
  const config::ConsoleDirector& director = *login.director;
  transport::Introduction who;
  who.conversation = transport::Conversation::console;
  who.name = login.identity ? login.identity->name : std::string(transport::default_console);
  who.key = login.identity ? login.identity->password.text : director.password.text;
  const config::TlsSettings& tls = login.identity ? login.identity->tls : director.tls;
  who.policy = transport::tls_policy(tls.enable, tls.require);
  if (tls.enable) who.tls = transport::tls_context(tls);
  who.host = director.address;
  who.times.answer = patience;
  transport::Reach reach;
  reach.port = static_cast<std::uint16_t>(director.port);
  reach.give_up_after = patience;
  reach.retry_every = patience;  // Where nobody listens the user is told at once.
  reach.heartbeat = director.heartbeat_interval;
  try {
    return transport::connect(who, reach, std::move(stop));
  } catch (const Error&) {
    rethrow_with("cannot log in to the Director {} at {}:{} as {}", director.name, director.address,
                 director.port, who.name);
  }
}

}  // namespace holdfast::console
