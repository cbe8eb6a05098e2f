// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// The strict checker of volumes: it says where a volume breaks the rules of interop 04 and 05. It reads the bytes with
// code of its own and shares only plain structs with what writes and reads volumes: a mistake in block_builder or
// record_assembler that both sides made alike would pass a checker built of the same parts.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace holdfast::volumes {

enum class Severity {
  note,     ///< nothing is wrong, but somebody may wonder
  warning,  ///< a rule is broken that no reader depends on
  error,    ///< data is lost, or some reader will refuse it
};
std::string_view to_string(Severity severity);

struct Finding {
  Severity severity = Severity::error;
  std::string volume{};
  std::uint64_t address = 0;     ///< of the block
  std::size_t offset = 0;        ///< in the block: where the header or field stands
  VolumeSession session{};       ///< whose block it is; none for what belongs to no session
  std::uint32_t file_index = 0;  ///< 0: about no file
  std::string text{};            ///< a sentence without full stop
};

/// "error: Full-0001 0:186+24 session 1/1700000000 file 3: ..."
std::string to_line(const Finding& finding);

/// Takes what a rule finds, where the caller knows the place.
using Say = std::function<void(Severity severity, std::string text)>;

}  // namespace holdfast::volumes
