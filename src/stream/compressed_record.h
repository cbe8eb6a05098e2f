// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>

#include "codec/compression.h"
#include "format/compression_header.h"

namespace holdfast::stream {

/// How the header of a compressed record names an algorithm, and back; nothing for `none`.
format::CompressionAlgorithm magic_of(codec::Algorithm algorithm);
std::optional<codec::Algorithm> algorithm_of(format::CompressionAlgorithm magic);

}  // namespace holdfast::stream
