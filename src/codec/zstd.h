// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "codec/compression.h"

namespace holdfast::codec {

/// One Zstandard frame (RFC 8878) per block, which states the length of its content.
std::unique_ptr<Compressor> make_zstd_compressor(int level);
std::unique_ptr<Decompressor> make_zstd_decompressor();

}  // namespace holdfast::codec
