// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/piped_process.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

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
    const ssize_t count = ::read(output_.get(), into.data(), into.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (!would_block()) throw_errno("cannot read what " + name_ + " says");
    wait_until_ready(For::output);
  }
}

bool PipedProcess::write(Bytes data) {
  while (!data.empty()) {
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

void PipedProcess::take_errors() {
  std::array<char, 4096> buffer;
  while (errors_) {
    const ssize_t count = ::read(errors_.get(), buffer.data(), buffer.size());
    if (count > 0) {
      lines_.add({buffer.data(), static_cast<std::size_t>(count)});
    } else if (count == 0 || !would_block()) {
      errors_.reset();
    } else if (errno != EINTR) {
      return;
    }
  }
}

void PipedProcess::wait_until_ready(For what) {
  const auto deadline = Steady::now() + limit_;
  pollfd waited{child_->fd(), POLLIN, 0};
  if (what == For::output) waited = {output_.get(), POLLIN, 0};
  if (what == For::input) waited = {input_.get(), POLLOUT, 0};
  // A descriptor below zero is passed over by poll(2).
  std::array<pollfd, 3> all{waited, {stop_.fd(), POLLIN, 0}, {errors_.get(), POLLIN, 0}};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now()).count();
  const int patience = limit_.count() > 0 ? static_cast<int>(std::min<std::int64_t>(left, INT_MAX)) : -1;
  const int ready = ::poll(all.data(), all.size(), patience);
  if (stop_.is_set()) throw Error(ErrorKind::cancelled, "{} was ended because its job was cancelled", name_);
  if (ready < 0 && errno != EINTR) throw_errno("cannot wait for " + name_);
  if (ready == 0) too_long();
  if (ready > 0 && all[2].revents != 0) take_errors();
}

void PipedProcess::too_long() const {
  throw Error(ErrorKind::timeout, "{} showed no sign of life for {} seconds and was ended", name_,
              std::chrono::ceil<std::chrono::seconds>(limit_).count());
}

}  // namespace holdfast::os
