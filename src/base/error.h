// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <fmt/core.h>

#include <exception>
#include <stdexcept>
#include <string>

namespace holdfast {

/// What kind of failure ended a job, a connection or a command; the catcher decides by it, the reader by
/// the message.
enum class ErrorKind {
  invalid,      ///< input from a user, file, volume or peer that breaks its rules
  not_found,    ///< the thing asked for does not exist
  refused,      ///< the peer or our own policy says no: authentication, access, limits
  network,      ///< the connection failed or ended where it must not
  timeout,      ///< a deadline passed
  cancelled,    ///< somebody asked for the end
  no_space,     ///< a disk or medium is full
  io,           ///< any other failure of the operating system
  corrupt,      ///< stored data contradicts itself
  unsupported,  ///< valid, but not something this program can do
  internal,     ///< our own mistake
};

/// Ends a unit of work: a job, a connection, a command. Caught once, at the edge of that unit.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}

  template <typename... Args>
  Error(ErrorKind kind, fmt::format_string<Args...> format, Args&&... args) requires(sizeof...(Args) > 0)
      : Error(kind, fmt::format(format, std::forward<Args>(args)...)) {}

  ErrorKind kind() const { return kind_; }
  std::string message() const { return what(); }

 private:
  ErrorKind kind_;
};

std::string_view to_string(ErrorKind kind);

namespace detail {
[[noreturn]] void rethrow_with(const std::string& context);
}

/// Inside a catch block: throws the current exception on with "context: " before its message. The kind of
/// an Error is kept; other exceptions become ErrorKind::internal.
template <typename... Args>
[[noreturn]] void rethrow_with(fmt::format_string<Args...> format, Args&&... args) {
  detail::rethrow_with(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace holdfast
