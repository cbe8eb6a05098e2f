// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "base/bytes.h"

namespace holdfast::crypto {

/// A new job authorisation key, such as "FEDP-JPHB-HEIA-PCJG-FELC-ICKF-HJBP-FLJA" (interop 01, section 9).
std::string make_job_key();

/// 16 bytes in the letters of such a key.
std::string spell_job_key(Bytes bytes);

}  // namespace holdfast::crypto
