// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "os/errno.h"
#include "os/socket.h"
#include "os/wait.h"

namespace holdfast::os {

namespace {

socklen_t length(const SocketAddress& address) { return static_cast<socklen_t>(address.size()); }

const sockaddr* raw(const SocketAddress& address) { return static_cast<const sockaddr*>(address.raw()); }

void make_blocking(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0) throw_errno("cannot prepare a socket");
}

/// The error number of the attempt; 0 when it is connected.
int finish_connecting(int fd, Deadline deadline, const StopEvent& stop) {
  if (wait_for(fd, POLLOUT, deadline, stop) == Waited::deadline) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

int try_connect(int fd, const SocketAddress& to, const ConnectOptions& options, const StopEvent& stop) {
  if (options.source && options.source->family() == to.family()) {
    if (::bind(fd, raw(*options.source), length(*options.source)) != 0) return errno;
  }
  if (::connect(fd, raw(to), length(to)) == 0) return 0;
  if (errno != EINPROGRESS && errno != EINTR) return errno;
  return finish_connecting(fd, options.deadline, stop);
}

}  // namespace

Socket connect(const std::string& host, std::uint16_t port, const ConnectOptions& options,
               const StopEvent& stop) {
  int error = 0;
  std::string tried = host;
  for (const SocketAddress& to : resolve(host, port)) {
    UniqueFd fd(::socket(raw(to)->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    tried = to.text();
    error = fd ? try_connect(fd.get(), to, options, stop) : errno;
    if (error != 0) continue;
    make_blocking(fd.get());
    Socket socket(std::move(fd), to);
    socket.set_keepalive(options.keepalive_idle);
    return socket;
  }
  throw Error(error == ETIMEDOUT ? ErrorKind::timeout : ErrorKind::network, "cannot connect to {}: {}", tried,
              errno_text(error));
}

}  // namespace holdfast::os
