// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/fifo.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "os/stop_event.h"
#include "os/wait.h"

namespace holdfast::os {

Outcome<FifoWriter> FifoWriter::open(const std::string& path) {
  // A blocking open would wait for a reader, for ever.
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return unexpected(std::error_code(errno, std::generic_category()));
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0 || !S_ISFIFO(status.st_mode))
    return unexpected(std::make_error_code(std::errc::not_supported));
  return FifoWriter(std::move(fd));
}

Outcome<void> FifoWriter::write(Bytes data, const std::stop_token& stop) {
  while (!data.empty()) {
    const auto put = ::write(fd_.get(), data.data(), data.size());
    if (put >= 0) {
      data = data.subspan(static_cast<std::size_t>(put));
    } else if (errno == EAGAIN) {
      wait_for(fd_.get(), Wanted::to_write, Deadline::max(), StopEvent(stop));
    } else if (errno != EINTR) {
      return unexpected(std::error_code(errno, std::generic_category()));
    }
  }
  return {};
}

}  // namespace holdfast::os
