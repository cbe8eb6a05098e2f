// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "base/bytes.h"
#include "crypto/der_reader.h"

namespace holdfast::crypto {

/// Appends an element of DER: its tag, the length of the contents in its shortest form, the contents.
void append_der(Buffer& to, DerTag tag, Bytes contents);
/// The integer 0: the version of all records there are.
void append_version_zero(Buffer& to);

}  // namespace holdfast::crypto
