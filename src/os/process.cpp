// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/process.h"

#include <fmt/core.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <optional>

#include "base/error.h"
#include "os/child.h"
#include "os/errno.h"
#include "os/stop_event.h"
#include "os/unique_fd.h"

namespace holdfast::os {

namespace {

using Steady = std::chrono::steady_clock;

/// A file in memory that holds `text`, so that a program that does not read it holds nobody up.
UniqueFd as_file(std::string_view text) {
  UniqueFd file(::memfd_create("input", MFD_CLOEXEC));
  if (!file) throw_errno("cannot make the input of a program");
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) throw_errno("cannot make the input of a program");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

/// One read; false at the end of the output.
bool pass_on(int fd, LineCutter& lines) {
  std::array<char, 4096> buffer;
  const ssize_t count = ::read(fd, buffer.data(), buffer.size());
  if (count > 0) lines.add({buffer.data(), static_cast<std::size_t>(count)});
  return count > 0 || (count < 0 && errno == EINTR);
}

/// What a program that has ended left in its pipe, and no more: a descendant may go on writing for ever.
void pass_on_the_rest(int fd, LineCutter& lines) {
  int waiting = 0;
  if (::ioctl(fd, FIONREAD, &waiting) != 0) return;
  std::array<char, 4096> buffer;
  while (waiting > 0) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    lines.add({buffer.data(), static_cast<std::size_t>(count)});
    waiting -= static_cast<int>(count);
  }
}

/// For poll(2): -1 for no limit, 0 when it has passed.
int milliseconds_until(std::optional<Steady::time_point> deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Steady::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX));
}

enum class Followed { to_its_end, until_stopped, until_deadline };

/// Until the child has ended and its output is taken, a stop is requested, or the deadline has passed.
Followed follow(Child& child, int output, LineCutter& lines, const StopEvent& stop,
                std::optional<Steady::time_point> deadline) {
  bool open = true;
  for (;;) {
    std::array<pollfd, 3> waited{{{child.fd(), POLLIN, 0}, {stop.fd(), POLLIN, 0}, {output, POLLIN, 0}}};
    const nfds_t count = open ? 3 : 2;
    const int ready = ::poll(waited.data(), count, milliseconds_until(deadline));
    if (ready < 0 && errno != EINTR) throw_errno("cannot wait for a program");
    if (stop.is_set()) return Followed::until_stopped;
    if (ready < 0) continue;
    if (deadline && waited[0].revents == 0 && Steady::now() >= *deadline) return Followed::until_deadline;
    if (open && waited[2].revents != 0) open = pass_on(output, lines);
    if (waited[0].revents != 0) break;
  }
  if (open) pass_on_the_rest(output, lines);
  return Followed::to_its_end;
}

}  // namespace

std::string ProcessEnd::text() const {
  switch (how) {
    case How::exited: return fmt::format("Child exited with code {}", number);
    case How::killed: return fmt::format("Child died from signal {}", number);
    case How::took_too_long:
      return fmt::format("Child was ended because it took longer than {} seconds", number);
    case How::not_started: break;
  }
  return errno_text(number);
}

ProcessEnd run_process(const std::vector<std::string>& words, const LineSink& line, std::stop_token stop) {
  return run_process(words, line, std::move(stop), {});
}

ProcessEnd run_process(const std::vector<std::string>& words, const LineSink& line, std::stop_token stop,
                       const ProcessTerms& terms) {
  if (words.empty()) return {ProcessEnd::How::not_started, ENOENT};
  const StopEvent stopped(stop);
  const UniqueFd input = terms.input.empty() ? UniqueFd() : as_file(terms.input);
  Pipe output = make_pipe();
  int pid = 0;
  if (const int failed = spawn(words, {input.get(), output.writes.get(), output.writes.get()}, pid))
    return {ProcessEnd::How::not_started, failed};
  Child child(pid);
  output.writes.reset();
  LineCutter lines(line);
  const auto deadline = terms.limit.count() > 0 ? std::optional(Steady::now() + terms.limit)
                                                : std::optional<Steady::time_point>();
  const Followed followed = follow(child, output.reads.get(), lines, stopped, deadline);
  lines.finish();
  if (followed == Followed::to_its_end) return child.wait();
  child.ask_to_end();
  child.ends_within(static_cast<int>(terms.grace.count()));
  if (followed == Followed::until_stopped)
    throw Error(ErrorKind::cancelled, "{} was ended because its job was cancelled", words[0]);
  const auto limit = std::chrono::ceil<std::chrono::seconds>(terms.limit);
  return {ProcessEnd::How::took_too_long, static_cast<int>(limit.count())};
}

int process_id() { return ::getpid(); }

std::vector<std::string> split_command(std::string_view command) {
  std::vector<std::string> words;
  while (true) {
    const auto start = command.find_first_not_of(' ');
    if (start == std::string_view::npos) return words;
    command.remove_prefix(start);
    const char quote = command.front() == '"' || command.front() == '\'' ? command.front() : '\0';
    if (quote != '\0') command.remove_prefix(1);
    const auto end = std::min(command.find(quote != '\0' ? quote : ' '), command.size());
    words.emplace_back(command.substr(0, end));
    command.remove_prefix(std::min(end + 1, command.size()));
  }
}

}  // namespace holdfast::os
