// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/write_failures.h"

#include <cerrno>

#include "base/error.h"

namespace holdfast::archive {

namespace {

/// Full, over quota, mounted read-only after an error, or broken.
bool is_of_file_system(std::error_code reason) {
  return reason == std::errc::no_space_on_device || reason == std::errc::read_only_file_system ||
         reason == std::errc::io_error || reason == std::error_code(EDQUOT, std::generic_category());
}

}  // namespace

void WriteFailures::failed(std::error_code reason) {
  if (!is_of_file_system(reason)) return;
  state_.with([&](State& state) {
    ++state.in_a_row;
    state.reason = reason;
  });
}

void WriteFailures::succeeded() {
  state_.with([](State& state) {
    if (state.in_a_row < most_in_a_row) state.in_a_row = 0;
  });
}

void WriteFailures::check() const {
  if (!is_hopeless()) return;
  const auto reason = state_.read([](const State& state) { return state.reason.message(); });
  throw Error(
      ErrorKind::io,
      "The restore ends here: {} files in a row could not be written ({}). Make room, or restore to another "
      "place; files that were restored are complete, but for those named above.",
      most_in_a_row, reason);
}

}  // namespace holdfast::archive
