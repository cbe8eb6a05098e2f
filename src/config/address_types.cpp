// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include "base/text.h"
#include "config/value_reader.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace types {
constinit const AddressesType port{"PORT", AddressesType::Form::port};
constinit const AddressesType address{"ADDRESS", AddressesType::Form::address};
constinit const AddressesType addresses{"ADDRESSES", AddressesType::Form::blocks};
constinit const SingleAddressType source_address{"ADDRESS"};
}  // namespace types

namespace {

using Family = ListenAddress::Family;
using Style = ListenAddresses::Style;

Token unquoted_value(ValueReader& from, std::string_view expected) {
  Token token = from.next_on_any_line();
  if (!token.is(Token::Kind::number) && !token.is(Token::Kind::identifier) &&
      !token.is(Token::Kind::unquoted)) {
    if (token.is(Token::Kind::close)) from.unget(token);
    fail(token, fmt::format("Expected {}, got: {}", expected, printable(token.text)));
  }
  return token;
}

Token host_value(ValueReader& from) { return unquoted_value(from, "an IP number or a hostname"); }

/// The addresses that mean any are kept as an empty host.
std::string any_or(const std::string& host) {
  return host == "0.0.0.0" || host == "::" ? std::string() : host;
}

std::uint16_t port_value(ValueReader& from) {
  constexpr std::uint16_t highest = 65534;
  const Token token = unquoted_value(from, "a port number or string");
  if (token.is(Token::Kind::number)) {
    const auto number = parse_number<std::uint16_t>(token.text);
    if (number && *number > 0 && *number <= highest) return *number;
    fail(token, fmt::format("can't add port ({}) to (port must be between 1 and {})", token.text, highest));
  }
  if (const auto port = from.surroundings().service_port(token.text)) return *port;
  fail(token,
       fmt::format("can't add port ({}) to (there is no TCP service of that name)", printable(token.text)));
}

void use_style(ValueReader& from, ListenAddresses& value, Style style) {
  if (value.style != Style::unset && value.style != style) {
    fail(from.next_on_any_line(), "the old style addresses cannot be mixed with new style");
  }
  value.style = style;
}

Family family_of(const std::string& host) {
  return host.find(':') == std::string::npos ? Family::ipv4 : Family::ipv6;
}

void open_block(ValueReader& from) {
  Token token = from.next_on_any_line();
  if (!token.is(Token::Kind::open)) fail(token, "Expected a block begin { , got: " + printable(token.text));
}

/// { addr = host; port = number }
ListenAddress read_block(ValueReader& from, Family family, std::uint16_t default_port) {
  ListenAddress address{family, {}, default_port};
  bool has_host = false;
  bool has_port = false;
  open_block(from);
  for (Token key = from.next_on_any_line(); !key.is(Token::Kind::close); key = from.next_on_any_line()) {
    const bool is_host = equal_ignoring_case(key.text, "addr");
    if (!is_host && !equal_ignoring_case(key.text, "port")) {
      fail(key, "Expected a identifier [addr|port], got: " + printable(key.text));
    }
    if (is_host && has_host) fail(key, "Only one addr per address block");
    if (!is_host && has_port) fail(key, "Only one port per address block");
    from.equals();
    if (!is_host) {
      address.port = port_value(from);
      has_port = true;
      continue;
    }
    const Token host = host_value(from);
    if (family == Family::ipv4 && family_of(host.text) == Family::ipv6) {
      fail(host, fmt::format("Can't add hostname({}) and port({}) to addrlist (it is no IPv4 address)",
                             host.text, address.port));
    }
    address.host = any_or(host.text);
    has_host = true;
  }
  if (!has_host && !has_port) fail({}, "Empty addr block is not allowed");
  return address;
}

void read_blocks(ValueReader& from, ListenAddresses& value, Style before) {
  std::vector<ListenAddress> found;
  open_block(from);
  for (Token key = from.next_on_any_line(); !key.is(Token::Kind::close); key = from.next_on_any_line()) {
    const bool is_ipv4 = equal_ignoring_case(key.text, "ip") || equal_ignoring_case(key.text, "ipv4");
    if (!is_ipv4 && !equal_ignoring_case(key.text, "ipv6")) {
      fail(key, "Expected a string [ip|ipv4|ipv6], got: " + printable(key.text));
    }
    from.equals();
    found.push_back(read_block(from, is_ipv4 ? Family::ipv4 : Family::ipv6, value.default_port));
  }
  if (found.empty()) return;
  if (before == Style::unset) value.list.clear();
  value.list.insert(value.list.end(), found.begin(), found.end());
}

}  // namespace

void AddressesType::read_typed(ValueReader& from, ListenAddresses& value) const {
  const Style before = value.style;
  use_style(from, value, form_ == Form::blocks ? Style::blocks : Style::address_and_port);
  if (form_ == Form::blocks) {
    read_blocks(from, value, before);
  } else if (form_ == Form::port) {
    const std::uint16_t port = port_value(from);
    for (auto& address : value.list) address.port = port;
  } else {
    const std::string host = host_value(from).text;
    value.list = {{family_of(host), any_or(host), value.list.front().port}};
  }
}

void AddressesType::describe_typed(Settings& to, const Directive& directive,
                                   const ListenAddresses& value) const {
  if (form_ == Form::blocks) add_setting(to, directive, value.list);
}

void SingleAddressType::read_typed(ValueReader& from, std::string& value) const {
  value = host_value(from).text;
}

}  // namespace holdfast::config
