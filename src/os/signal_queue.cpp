// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/signal_queue.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>

#include "os/errno.h"
#include "os/stop_event.h"

namespace holdfast::os {

SignalQueue::SignalQueue() {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  fd_.reset(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd_) throw_errno("cannot wait for signals");
}

std::optional<DaemonSignal> SignalQueue::wait(std::stop_token stop) {
  const StopEvent stopped(stop);
  std::array<pollfd, 2> waited{pollfd{stopped.fd(), POLLIN, 0}, pollfd{fd_.get(), POLLIN, 0}};
  for (;;) {
    ::poll(waited.data(), waited.size(), -1);
    if (stopped.is_set()) return std::nullopt;
    signalfd_siginfo info;
    if (::read(fd_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) continue;
    return info.ssi_signo == SIGHUP ? DaemonSignal::hangup : DaemonSignal::terminate;
  }
}

}  // namespace holdfast::os
