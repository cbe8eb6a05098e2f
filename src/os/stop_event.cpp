// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/stop_event.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "os/errno.h"

namespace holdfast::os {

namespace {

UniqueFd make_event() {
  UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd) throw_errno("cannot create an event descriptor");
  return fd;
}

void set(int fd) {
  const std::uint64_t one = 1;
  // It cannot fail in a way that matters: a full counter is readable too.
  [[maybe_unused]] const auto written = ::write(fd, &one, sizeof one);
}

}  // namespace

StopEvent::StopEvent(std::stop_token stop)
    : stop_(std::move(stop)), fd_(make_event()), wake_(stop_, [fd = fd_.get()] { set(fd); }) {}

}  // namespace holdfast::os
