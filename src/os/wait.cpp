// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/wait.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "os/errno.h"

namespace holdfast::os {

namespace {

/// For poll(2): rounded up, so that the deadline has passed when it returns; -1 for none.
int milliseconds_until(Deadline deadline) {
  if (deadline == Deadline::max()) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

}  // namespace

Waited wait_for(int fd, short events, Deadline deadline, const StopEvent& stop) {
  for (;;) {
    pollfd waits[] = {{fd, events, 0}, {stop.fd(), POLLIN, 0}};
    const int limit = milliseconds_until(deadline);
    const int ready = ::poll(waits, 2, limit);
    if (ready < 0 && errno != EINTR) throw_errno("cannot wait for a socket");
    if (stop.is_set()) throw Error(ErrorKind::cancelled, "cancelled");
    if (ready > 0 && waits[0].revents != 0) return Waited::ready;
    if (limit == 0) return Waited::deadline;
  }
}

Waited wait_for(int fd, Wanted wanted, Deadline deadline, const StopEvent& stop) {
  const int events = wanted == Wanted::to_read ? POLLIN : POLLOUT;
  return wait_for(fd, static_cast<short>(events), deadline, stop);
}

std::size_t wait_readable(std::span<const int> fds, const StopEvent& stop) {
  std::vector<pollfd> waits;
  for (const int fd : fds) waits.push_back({fd, POLLIN, 0});
  waits.push_back({stop.fd(), POLLIN, 0});
  while (!stop.is_set()) {
    if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) throw_errno("cannot wait for sockets");
    for (std::size_t i = 0; i < fds.size(); ++i) {
      if (waits[i].revents != 0) return i;
    }
  }
  return fds.size();
}

bool pause_for(std::chrono::milliseconds time, const StopEvent& stop) {
  const Deadline until = std::chrono::steady_clock::now() + time;
  while (!stop.is_set()) {
    const int left = milliseconds_until(until);
    if (left == 0) return true;
    pollfd wait{stop.fd(), POLLIN, 0};
    if (::poll(&wait, 1, left) < 0 && errno != EINTR) throw_errno("cannot wait");
  }
  return false;
}

}  // namespace holdfast::os
