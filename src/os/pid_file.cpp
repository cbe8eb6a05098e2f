// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/pid_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.h"
#include "os/errno.h"

namespace holdfast::os {

PidFile::PidFile(const std::string& path)
    : path_(path), fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644)) {
  if (!fd_) throw_errno("Cannot open pid file " + path);
  if (::flock(fd_.get(), LOCK_EX | LOCK_NB) == 0) return;
  if (errno != EWOULDBLOCK) throw_errno("Cannot lock pid file " + path);
  throw Error(ErrorKind::refused, "Pid file {} is locked: the program is running already.", path);
}

void PidFile::write_own_id() {
  const std::string text = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd_.get(), 0) != 0 ||
      ::pwrite(fd_.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    throw_errno("Cannot write pid file " + path_);
  }
}

void PidFile::remove() noexcept {
  if (::unlink(path_.c_str()) != 0 && ::ftruncate(fd_.get(), 0) != 0) return;
  fd_.reset();
}

}  // namespace holdfast::os
