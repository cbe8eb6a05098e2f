// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// The configuration language of all programs (interop 06): lexer, parser, the directives of every resource as
// tables, and the typed resources they fill. What the settings do is the business of the daemons. Pure:
// files, commands and hashes are reached through Surroundings, which the caller passes in.

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace holdfast::config {

struct ResourceType;

/// Where something stands in the configuration; `file` is "|command" for piped includes.
struct Place {
  std::string file;
  unsigned line = 0;    ///< from 1
  unsigned column = 0;  ///< from 1
};

/// What all resources have. The members of each resource are explained where its directives are listed: in
/// the table of the same name beside it (director_directives.cpp and so on); an absent directive leaves the
/// default that stands at the member.
struct Resource {
  static constexpr std::size_t max_directives = 128;
  using DirectiveSet = std::bitset<max_directives>;  ///< by position in the table of the type

  std::string name;
  std::string description;

  const ResourceType* resource_type = nullptr;
  Place place;             ///< of the resource's type word
  DirectiveSet given;      ///< stood in this resource, even where it repeats the default
  DirectiveSet inherited;  ///< came from its JobDefs

  /// Whether the directive (canonical name, "MaxRunTime") was given here or inherited.
  bool has(std::string_view directive) const;
};

/// A password as the protocols use it.
struct Password {
  enum class Kind : std::uint8_t { none, md5, clear };

  Kind kind = Kind::none;
  std::string text;  ///< md5: 32 hex digits, the shared secret of all handshakes; clear: as written

  bool operator==(const Password&) const = default;
};

/// The Tls… directives, the same in every resource that has a peer.
struct TlsSettings {
  bool authenticate = false;
  bool enable = true;
  bool require = true;
  bool verify_peer = false;
  std::string cipher_list;
  std::string cipher_suites;
  std::string dh_file;
  std::string protocol;
  std::string ca_certificate_file;
  std::string ca_certificate_dir;
  std::string certificate_revocation_list;
  std::string certificate;
  std::string key;
  std::vector<std::string> allowed_cn;
};

/// One address to listen on.
struct ListenAddress {
  enum class Family : std::uint8_t { ipv4, ipv6 };

  Family family = Family::ipv4;
  std::string host;  ///< numeric address or host name; empty: any address
  std::uint16_t port = 0;

  bool operator==(const ListenAddress&) const = default;
};

/// What Address, Port and Addresses of a daemon's own resource come to (interop 06, section 4.4).
struct ListenAddresses {
  enum class Style : std::uint8_t { unset, address_and_port, blocks };

  explicit ListenAddresses(std::uint16_t port) : default_port(port), list(any(port)) {}

  std::uint16_t default_port;
  Style style = Style::unset;
  std::vector<ListenAddress> list;  ///< never empty; any IPv4 and any IPv6 on the default port unless given

  static std::vector<ListenAddress> any(std::uint16_t port) {
    return {{ListenAddress::Family::ipv4, {}, port}, {ListenAddress::Family::ipv6, {}, port}};
  }
  bool operator==(const ListenAddresses&) const = default;
};

}  // namespace holdfast::config
