// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "archive/large_file.h"

namespace holdfast::archive {

struct ComparedContent {
  bool is_known = false;  ///< the file needs no saving
  std::uint64_t read_bytes = 0;
};

/// Reads a large file to see whether it has the digest that `found` names; does nothing where it names none. What cannot
/// be read is not known. Ends early, as unknown, after a stop.
ComparedContent compare_content(const selection::Found& found, const LargeFileContext& context);

}  // namespace holdfast::archive
