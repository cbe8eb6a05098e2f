// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/errno.h"

#include <cerrno>
#include <system_error>

namespace holdfast::os {

std::string errno_text(int number) { return std::generic_category().message(number); }

ErrorKind errno_kind(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
    case ENODEV:
    case ENXIO: return ErrorKind::not_found;
    case EACCES:
    case EPERM:
    case EROFS: return ErrorKind::refused;
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return ErrorKind::no_space;
    case ETIMEDOUT: return ErrorKind::timeout;
    case ECONNRESET:
    case ECONNREFUSED:
    case EPIPE:
    case ENETUNREACH:
    case EHOSTUNREACH: return ErrorKind::network;
    default: return ErrorKind::io;
  }
}

void throw_errno(const std::string& what, int number) {
  throw Error(errno_kind(number), what + ": " + errno_text(number));
}

void throw_errno(const std::string& what) { throw_errno(what, errno); }

}  // namespace holdfast::os
