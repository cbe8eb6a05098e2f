// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::os {

enum class Family { any, ipv4, ipv6 };

/// An IPv4 or IPv6 address with its port.
class SocketAddress {
 public:
  SocketAddress() = default;
  /// `raw` is a sockaddr of `size` bytes.
  SocketAddress(const void* raw, std::size_t size);

  const void* raw() const { return storage_.data(); }
  std::size_t size() const { return size_; }
  Family family() const;
  std::uint16_t port() const;
  /// "10.1.2.3", "fe80::1".
  std::string host() const;
  /// "10.1.2.3:9102", "[fe80::1]:9102".
  std::string text() const;

 private:
  alignas(8) std::array<std::byte, 128> storage_{};
  std::size_t size_ = 0;
};

/// The addresses of a host name or literal address, in the order to try them. Throws Error{not_found}.
std::vector<SocketAddress> resolve(const std::string& host, std::uint16_t port, Family family = Family::any);

}  // namespace holdfast::os
