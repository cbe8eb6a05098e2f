// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "config/resource.h"

namespace holdfast::config {

/// Who the console logs in as (resource Console).
struct ConsoleIdentity : Resource {
  std::string rc_file;
  std::string history_file;
  std::uint32_t history_length = 100;
  Password password;
  std::string director;
  seconds heartbeat_interval{};
  TlsSettings tls;
};

/// A Director the console can connect to.
struct ConsoleDirector : Resource {
  std::uint32_t port = 9101;
  std::string address;
  Password password;
  seconds heartbeat_interval{};
  TlsSettings tls;
};

/// Everything a console reads. See DirectorConfiguration.
struct ConsoleConfiguration {
  ConsoleConfiguration() = default;
  ConsoleConfiguration(ConsoleConfiguration&&) = default;
  ConsoleConfiguration& operator=(ConsoleConfiguration&&) = default;

  std::deque<ConsoleIdentity> consoles;
  std::deque<ConsoleDirector> directors;

  // By exact name; null where there is none.
  const ConsoleIdentity* find_console(std::string_view name) const;
  const ConsoleDirector* find_director(std::string_view name) const;
};

}  // namespace holdfast::config
