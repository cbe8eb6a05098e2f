// SPDX-License-Identifier: AGPL-3.0-or-later
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "os/errno.h"
#include "os/socket.h"
#include "os/wait.h"

namespace holdfast::os {

namespace {

/// No descriptor where the system does not have this family, as when IPv6 is switched off.
UniqueFd listen_on(const SocketAddress& address) {
  const auto* raw = static_cast<const sockaddr*>(address.raw());
  UniqueFd fd(::socket(raw->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd && errno == EAFNOSUPPORT) return fd;
  if (!fd) throw_errno("cannot listen on " + address.text());
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.family() == Family::ipv6) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(fd.get(), raw, static_cast<socklen_t>(address.size())) != 0 || ::listen(fd.get(), 128) != 0) {
    throw_errno("cannot listen on " + address.text());
  }
  return fd;
}

SocketAddress local_address(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw_errno("cannot read a socket's address");
  return {&address, size};
}

bool out_of_resources(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

std::optional<Socket> accept_from(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  UniqueFd accepted(::accept4(fd, reinterpret_cast<sockaddr*>(&address), &size, SOCK_CLOEXEC));
  if (!accepted) return std::nullopt;
  return Socket(std::move(accepted), SocketAddress(&address, size));
}

}  // namespace

Listener::Listener(const std::vector<ListenAddress>& addresses) {
  for (const ListenAddress& wanted : addresses) {
    for (const SocketAddress& address : resolve(wanted.host, wanted.port, wanted.family)) {
      if (UniqueFd fd = listen_on(address)) sockets_.push_back(std::move(fd));
    }
  }
  if (sockets_.empty())
    throw Error(ErrorKind::unsupported, "cannot listen: none of the addresses is of this system");
}

std::optional<Socket> Listener::accept(const StopEvent& stop) {
  for (;;) {
    // Another socket comes first each time, so that a busy one does not starve the others.
    std::rotate(sockets_.begin(), sockets_.begin() + 1, sockets_.end());
    std::vector<int> fds;
    for (const UniqueFd& socket : sockets_) fds.push_back(socket.get());
    const std::size_t ready = wait_readable(fds, stop);
    if (ready == fds.size()) return std::nullopt;
    if (auto accepted = accept_from(fds[ready])) return accepted;
    // The connection stays in the queue of the kernel, which would report it again at once.
    if (out_of_resources(errno)) pause_for(std::chrono::milliseconds(100), stop);
  }
}

std::vector<SocketAddress> Listener::addresses() const {
  std::vector<SocketAddress> addresses;
  for (const UniqueFd& socket : sockets_) addresses.push_back(local_address(socket.get()));
  return addresses;
}

}  // namespace holdfast::os
