// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <stop_token>

#include "base/error.h"

namespace holdfast::testing_support {

/// What the action failed with.
inline std::optional<ErrorKind> failure_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.kind();
  }
  return std::nullopt;
}

/// Of a job that was cancelled.
inline std::stop_token requested_stop() {
  std::stop_source source;
  source.request_stop();
  return source.get_token();
}

}  // namespace holdfast::testing_support
