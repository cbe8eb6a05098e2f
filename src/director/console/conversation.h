// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "director/console/command.h"

namespace holdfast::director::console {

/// A conversation with a daemon on behalf of a console; its destructor says goodbye. Throws Error where the
/// daemon cannot be reached or the connection breaks.
class Conversation {
 public:
  /// Whether the console is told how the connection is protected.
  enum class Introduce { told, silent };

  Conversation(Command& command, const config::Client& client, Introduce introduce);
  Conversation(Command& command, const config::Storage& storage, Introduce introduce);
  ~Conversation();

  void say(std::string_view text);
  /// The next line of the answer, empty at its end.
  std::optional<std::string> hear();
  /// Passes the rest of the answer on to the console.
  void relay();

 private:
  Command& command_;
  transport::Connected connected_;
  std::stop_callback<std::function<void()>> wake_;
};

}  // namespace holdfast::director::console
