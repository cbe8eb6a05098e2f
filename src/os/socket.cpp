// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>

#include "os/errno.h"

namespace holdfast::os {

namespace {

// The sockets block in the kernel, with a limit only where one is asked for: one system call per transfer. The
// kernel reads zero as "no limit", so that the shortest limit is one millisecond.
void set_limit(int fd, int option, std::chrono::milliseconds limit) {
  timeval value{};
  value.tv_sec = static_cast<time_t>(limit.count() / 1000);
  value.tv_usec = static_cast<suseconds_t>(limit.count() % 1000 * 1000);
  if (::setsockopt(fd, SOL_SOCKET, option, &value, sizeof value) != 0)
    throw_errno("cannot set a socket timeout");
}

void set_option(int fd, int level, int option, int value) {
  ::setsockopt(fd, level, option, &value, sizeof value);
}

bool timed_out(int error) { return error == EAGAIN; }

[[noreturn]] void throw_broken(const SocketAddress& peer, int error) {
  throw Error(ErrorKind::network, "connection to {} failed: {}", peer.text(), errno_text(error));
}

}  // namespace

Socket::Socket(UniqueFd fd, SocketAddress peer) : fd_(std::move(fd)), peer_(peer) {
  // Packets are gathered above; what is written shall leave at once.
  set_option(fd_.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd_.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
}

std::optional<std::size_t> Socket::receive(MutableBytes into, std::chrono::milliseconds limit) {
  if (limit != receive_limit_) set_limit(fd_.get(), SO_RCVTIMEO, limit);
  receive_limit_ = limit;
  for (;;) {
    const auto count = ::recv(fd_.get(), into.data(), into.size(), 0);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EINTR) continue;
    if (timed_out(errno)) return std::nullopt;
    throw_broken(peer_, errno);
  }
}

std::optional<std::size_t> Socket::send(Bytes data, std::chrono::milliseconds limit) {
  if (limit != send_limit_) set_limit(fd_.get(), SO_SNDTIMEO, limit);
  send_limit_ = limit;
  for (;;) {
    const auto count = ::send(fd_.get(), data.data(), data.size(), MSG_NOSIGNAL);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EINTR) continue;
    if (timed_out(errno)) return std::nullopt;
    throw_broken(peer_, errno);
  }
}

void Socket::shutdown_sending() noexcept { ::shutdown(fd_.get(), SHUT_WR); }

void Socket::shutdown() noexcept { ::shutdown(fd_.get(), SHUT_RDWR); }

bool Socket::has_peer_hung_up() const noexcept {
  pollfd state{fd_.get(), POLLRDHUP, 0};
  return ::poll(&state, 1, 0) > 0;
}

void Socket::set_keepalive(std::chrono::seconds idle) {
  if (idle.count() <= 0) return;
  const int value = static_cast<int>(std::min<std::int64_t>(idle.count(), 32767));  // the kernel's largest
  set_option(fd_.get(), IPPROTO_TCP, TCP_KEEPIDLE, value);
  set_option(fd_.get(), IPPROTO_TCP, TCP_KEEPINTVL, value);
}

}  // namespace holdfast::os
