// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "codec/block_methods.h"
#include "codec/compression.h"

namespace holdfast::codec {

/// The sequence of frames that holds FastLZ and LZ4 data (interop 05, section 6): each a header of 16 bytes
/// with the stored and the original length, then at most 256 KiB; the last frame is empty.
std::unique_ptr<Compressor> make_frame_compressor(std::unique_ptr<BlockMethod> method);
std::unique_ptr<Decompressor> make_frame_decompressor(std::unique_ptr<BlockMethod> method);

}  // namespace holdfast::codec
