// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "base/error.h"

namespace holdfast::os {

/// "No such file or directory" for ENOENT; any thread.
std::string errno_text(int number);

/// The kind that callers can decide on: not_found, refused (permissions), no_space, timeout, network, else io.
ErrorKind errno_kind(int number);

/// Throws Error "<what>: <errno text>" for the current errno.
[[noreturn]] void throw_errno(const std::string& what);
[[noreturn]] void throw_errno(const std::string& what, int number);

}  // namespace holdfast::os
