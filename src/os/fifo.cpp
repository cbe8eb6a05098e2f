// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/fifo.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "os/files_at.h"

namespace holdfast::os {

Outcome<FifoWriter> FifoWriter::open(const std::string& path) {
  // A blocking open would wait for a reader, for ever.
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return unexpected(std::error_code(errno, std::generic_category()));
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0 || !S_ISFIFO(status.st_mode))
    return unexpected(std::make_error_code(std::errc::not_supported));
  if (::fcntl(fd.get(), F_SETFL, O_WRONLY) != 0)
    return unexpected(std::error_code(errno, std::generic_category()));
  return FifoWriter(std::move(fd));
}

Outcome<void> FifoWriter::write(Bytes data) { return write_fully(fd_.get(), data); }

}  // namespace holdfast::os
