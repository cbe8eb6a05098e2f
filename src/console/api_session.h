// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "transport/channel.h"

namespace holdfast::console {

/// A console session in which a program asks and the Director answers with JSON (api 2). One thread.
class ApiSession {
 public:
  /// Takes over a channel on which the Director has greeted us.
  explicit ApiSession(std::unique_ptr<transport::Channel> channel);
  ~ApiSession();
  ApiSession(const ApiSession&) = delete;
  ApiSession& operator=(const ApiSession&) = delete;

  /// Runs a command and returns the text of the "result" object. Throws Error{refused} with the Director's
  /// words where the command failed, Error{invalid} for an answer that is no JSON document.
  std::string call(std::string_view command);

  /// Wakes call() from another thread, which then throws Error{cancelled}.
  void interrupt() noexcept { channel_->interrupt(); }

 private:
  std::string exchange(std::string_view command);

  std::unique_ptr<transport::Channel> channel_;
};

/// A value within double quotes, for a command line.
std::string quoted(std::string_view value);

}  // namespace holdfast::console
