// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "codec/compression.h"

namespace holdfast::codec {

/// One complete zlib stream (RFC 1950) per block.
std::unique_ptr<Compressor> make_deflate(int level);
std::unique_ptr<Decompressor> make_inflate();

}  // namespace holdfast::codec
