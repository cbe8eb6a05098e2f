// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>

namespace holdfast::os {

/// How long this machine has been up, times in which it slept included; nobody can set it.
std::chrono::microseconds time_since_boot();

}  // namespace holdfast::os
