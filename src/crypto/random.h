// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace holdfast::crypto {

/// Unpredictable bytes, fit for keys; any thread. Throws Error{internal} when the system has none.
void fill_random(MutableBytes into);
Buffer random_bytes(std::size_t count);

/// 0 .. 2^31-1, as challenges carry it.
std::uint32_t random_31_bits();

}  // namespace holdfast::crypto
