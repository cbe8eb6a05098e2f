// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/socket_address.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/error.h"

namespace holdfast::os {

static_assert(sizeof(sockaddr_storage) <= 128);

namespace {

int to_system(Family family) {
  switch (family) {
    case Family::ipv4: return AF_INET;
    case Family::ipv6: return AF_INET6;
    case Family::any: break;
  }
  return AF_UNSPEC;
}

template <typename T>
T as(const SocketAddress& address) {
  T value{};
  std::memcpy(&value, address.raw(), sizeof value);
  return value;
}

}  // namespace

SocketAddress::SocketAddress(const void* raw, std::size_t size) : size_(std::min(size, storage_.size())) {
  std::memcpy(storage_.data(), raw, size_);
}

Family SocketAddress::family() const {
  switch (as<sockaddr>(*this).sa_family) {
    case AF_INET: return Family::ipv4;
    case AF_INET6: return Family::ipv6;
    default: return Family::any;
  }
}

std::uint16_t SocketAddress::port() const {
  switch (family()) {
    case Family::ipv4: return ntohs(as<sockaddr_in>(*this).sin_port);
    case Family::ipv6: return ntohs(as<sockaddr_in6>(*this).sin6_port);
    case Family::any: break;
  }
  return 0;
}

std::string SocketAddress::host() const {
  char text[NI_MAXHOST] = "";
  const auto* address = static_cast<const sockaddr*>(raw());
  if (::getnameinfo(address, static_cast<socklen_t>(size_), text, sizeof text, nullptr, 0, NI_NUMERICHOST) !=
      0) {
    return "unknown";
  }
  return text;
}

std::string SocketAddress::text() const {
  return family() == Family::ipv6 ? fmt::format("[{}]:{}", host(), port())
                                  : fmt::format("{}:{}", host(), port());
}

std::vector<SocketAddress> resolve(const std::string& host, std::uint16_t port, Family family) {
  addrinfo hints{};
  hints.ai_family = to_system(family);
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | (host.empty() ? AI_PASSIVE : 0);
  addrinfo* found = nullptr;
  const int failed =
      ::getaddrinfo(host.empty() ? nullptr : host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (failed != 0) {
    throw Error(ErrorKind::not_found, "cannot find the address of host \"{}\": {}", host,
                ::gai_strerror(failed));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  std::vector<SocketAddress> addresses;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    addresses.emplace_back(at->ai_addr, at->ai_addrlen);
  }
  return addresses;
}

}  // namespace holdfast::os
