// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "codec/compression.h"

namespace holdfast::codec {

/// One raw LZO1X-1 block.
std::unique_ptr<Compressor> make_lzo_compressor();
std::unique_ptr<Decompressor> make_lzo_decompressor();

}  // namespace holdfast::codec
