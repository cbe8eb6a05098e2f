// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/service_name.h"

#include <arpa/inet.h>
#include <netdb.h>

namespace holdfast::os {

std::optional<std::uint16_t> service_port(const std::string& name) {
  const servent* service = ::getservbyname(name.c_str(), "tcp");
  if (service == nullptr) return std::nullopt;
  return ntohs(static_cast<std::uint16_t>(service->s_port));
}

}  // namespace holdfast::os
