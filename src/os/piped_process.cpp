// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/piped_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "base/error.h"
#include "os/errno.h"

namespace holdfast::os {

namespace {

using Steady = std::chrono::steady_clock;

constexpr int grace = 5000;                    // milliseconds between SIGTERM and SIGKILL
constexpr int wanted_pipe_size = 1024 * 1024;  // the system may allow less

void make_ready(const UniqueFd& fd) {
  ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(fd.get(), F_SETPIPE_SZ, wanted_pipe_size);
}

/// For poll(2): -1 for no limit, 0 when it has passed.
int milliseconds_until(std::optional<Steady::time_point> deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Steady::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX));
}

bool would_block() { return errno == EAGAIN || errno == EINTR; }

}  // namespace

PipedProcess::PipedProcess(const std::vector<std::string>& words, Terms terms, LineSink errors,
                           std::stop_token stop)
    : name_(words.empty() ? "" : words.front()),
      limit_(terms.limit),
      sink_(std::move(errors)),
      lines_(sink_),
      stop_(std::move(stop)) {
  if (words.empty()) throw Error(ErrorKind::invalid, "There is no program to run");
  Pipe in = make_pipe(), out = make_pipe(), err = make_pipe();
  StandardFiles files{-1, err.writes.get(), err.writes.get()};
  if (terms.talks != Talks::output) files.input = in.reads.get();
  if (terms.talks != Talks::input) files.output = out.writes.get();
  int pid = 0;
  if (const int failed = spawn(words, files, pid))
    throw Error(errno_kind(failed), "{} could not be started: {}", name_, errno_text(failed));
  child_ = std::make_unique<Child>(pid);
  if (terms.talks != Talks::output) input_ = std::move(in.writes);
  if (terms.talks != Talks::input) output_ = std::move(out.reads);
  errors_ = std::move(err.reads);
  if (input_) make_ready(input_);
  if (output_) make_ready(output_);
  ::fcntl(errors_.get(), F_SETFL, O_NONBLOCK);
}

PipedProcess::~PipedProcess() {
  if (!child_ || child_->has_ended()) return;
  // What it says stays open until then, though nobody listens: a program that says "Terminated" must not die of that.
  input_.reset();
  child_->ask_to_end();
  child_->ends_within(grace);
}

std::size_t PipedProcess::read(MutableBytes into) {
  for (;;) {
    check_stop();
    const ssize_t count = ::read(output_.get(), into.data(), into.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (!would_block()) throw_errno("cannot read what " + name_ + " says");
    wait_until_ready(For::output);
  }
}

bool PipedProcess::write(Bytes data) {
  while (!data.empty()) {
    check_stop();
    if (!input_) return false;
    const ssize_t count = ::write(input_.get(), data.data(), data.size());
    if (count >= 0) {
      data = data.subspan(static_cast<std::size_t>(count));
      continue;
    }
    if (errno == EPIPE) return false;
    if (!would_block()) throw_errno("cannot write to " + name_);
    wait_until_ready(For::input);
  }
  return true;
}

ProcessEnd PipedProcess::wait() {
  while (!child_->ends_within(0)) wait_until_ready(For::end);
  take_errors();
  lines_.finish();
  return child_->wait();
}

bool PipedProcess::ends_within(std::chrono::milliseconds time) {
  const auto deadline = Steady::now() + time;
  while (!child_->ends_within(0))
    if (!is_ready_before(deadline, For::end)) return false;
  wait();
  return true;
}

void PipedProcess::take_errors() {
  // No more than is there now: the program may say more faster than it is taken.
  int left = 0;
  if (!errors_ || ::ioctl(errors_.get(), FIONREAD, &left) != 0) return;
  std::array<char, 4096> buffer;
  do {
    const ssize_t count = ::read(errors_.get(), buffer.data(), buffer.size());
    if (count > 0) {
      lines_.add({buffer.data(), static_cast<std::size_t>(count)});
      left -= static_cast<int>(count);
    } else if (count == 0 || !would_block()) {
      errors_.reset();
    } else if (errno != EINTR) {
      return;
    }
  } while (errors_ && left > 0);
}

void PipedProcess::wait_until_ready(For what) {
  const auto deadline = limit_.count() > 0 ? std::optional(Steady::now() + limit_) : std::nullopt;
  if (!is_ready_before(deadline, what)) too_long();
}

bool PipedProcess::is_ready_before(std::optional<Steady::time_point> deadline, For what) {
  pollfd waited{child_->fd(), POLLIN, 0};
  if (what == For::output) waited = {output_.get(), POLLIN, 0};
  if (what == For::input) waited = {input_.get(), POLLOUT, 0};
  // A descriptor below zero is passed over by poll(2).
  std::array<pollfd, 3> all{waited, {stop_.fd(), POLLIN, 0}, {errors_.get(), POLLIN, 0}};
  const int ready = ::poll(all.data(), all.size(), milliseconds_until(deadline));
  check_stop();
  if (ready < 0 && errno != EINTR) throw_errno("cannot wait for " + name_);
  if (ready > 0 && all[2].revents != 0) take_errors();
  return ready != 0;
}

void PipedProcess::check_stop() const {
  if (stop_.is_set()) throw Error(ErrorKind::cancelled, "{} was ended because its job was cancelled", name_);
}

void PipedProcess::too_long() const {
  throw Error(ErrorKind::timeout, "{} showed no sign of life for {} seconds and was ended", name_,
              std::chrono::ceil<std::chrono::seconds>(limit_).count());
}

}  // namespace holdfast::os
