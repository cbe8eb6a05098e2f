// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "base/bytes.h"

namespace holdfast::format {

/// Whether a block of a tape is a label of ANSI X3.27 or of IBM: 80 characters that begin with VOL1, HDR1, EOF1, EOV1 and
/// the like, in ASCII or EBCDIC (interop 04, section 9). Such labels may stand before a volume's own label and behind its
/// file marks; no block of a volume has that length.
bool is_standard_label(Bytes block);

}  // namespace holdfast::format
