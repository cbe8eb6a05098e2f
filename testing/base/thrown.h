// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "base/error.h"

namespace holdfast::testing_support {

/// The kind of the Error that `action` throws; nothing when it throws none.
template <typename Action>
std::optional<ErrorKind> thrown_kind(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.kind();
  }
  return std::nullopt;
}

/// The message of the Error that `action` throws; empty when it throws none.
template <typename Action>
std::string thrown_message(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

}  // namespace holdfast::testing_support
