// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stream/compressed_record.h"

#include <array>

namespace holdfast::stream {

namespace {

struct Named {
  codec::Algorithm algorithm;
  format::CompressionAlgorithm magic;
};
constexpr std::array names{Named{codec::Algorithm::gzip, format::CompressionAlgorithm::gzip},
                           Named{codec::Algorithm::lzo, format::CompressionAlgorithm::lzo},
                           Named{codec::Algorithm::lzfast, format::CompressionAlgorithm::lzfast},
                           Named{codec::Algorithm::lz4, format::CompressionAlgorithm::lz4},
                           Named{codec::Algorithm::lz4hc, format::CompressionAlgorithm::lz4hc},
                           Named{codec::Algorithm::zstd, format::CompressionAlgorithm::zstd}};

}  // namespace

format::CompressionAlgorithm magic_of(codec::Algorithm algorithm) {
  for (const auto& name : names)
    if (name.algorithm == algorithm) return name.magic;
  return format::CompressionAlgorithm::none;
}

std::optional<codec::Algorithm> algorithm_of(format::CompressionAlgorithm magic) {
  for (const auto& name : names)
    if (name.magic == magic) return name.algorithm;
  return std::nullopt;
}

}  // namespace holdfast::stream
