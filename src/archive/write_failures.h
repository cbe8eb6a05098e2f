// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <system_error>

#include "base/guarded.h"

namespace holdfast::archive {

/// Notices that nothing can be written any more where a restore goes to, so that it ends instead of naming every file
/// that is left (docs/adr/0413). Any thread.
class WriteFailures {
 public:
  static constexpr unsigned most_in_a_row = 25;

  /// A file could not be made or written. Counts only where the reason holds for all files of a file system.
  void failed(std::error_code reason);
  /// A file with data was written whole.
  void succeeded();
  /// Stays so, whatever succeeds later.
  bool is_hopeless() const {
    return state_.read([](const State& state) { return state.in_a_row >= most_in_a_row; });
  }
  /// Throws Error{io} where it is hopeless.
  void check() const;

 private:
  struct State {
    unsigned in_a_row = 0;
    std::error_code reason;  ///< the last one
  };
  Guarded<State> state_;
};

}  // namespace holdfast::archive
