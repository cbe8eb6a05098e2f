// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <tl/expected.hpp>

namespace holdfast {

/// A value, or the reason why there is none, where the caller decides on it at once: parsers.
template <typename T, typename E>
using Expected = tl::expected<T, E>;

template <typename E>
auto unexpected(E&& error) {
  return tl::make_unexpected(std::forward<E>(error));
}

}  // namespace holdfast
