// SPDX-License-Identifier: AGPL-3.0-or-later
#include "codec/compression.h"

#include <array>

#include "base/error.h"
#include "codec/deflate.h"
#include "codec/frames.h"
#include "codec/lzo.h"
#include "codec/zstd.h"

namespace holdfast::codec {

namespace {

struct Row {
  Algorithm algorithm;
  std::string_view name;
  std::unique_ptr<Compressor> (*compressor)(int level);
  std::unique_ptr<Decompressor> (*decompressor)();
};

template <auto make_method>
std::unique_ptr<Compressor> frame_compressor(int /*level*/) {
  return make_frame_compressor(make_method());
}
template <auto make_method>
std::unique_ptr<Decompressor> frame_decompressor() {
  return make_frame_decompressor(make_method());
}

const std::array rows{
    Row{Algorithm::gzip, "gzip", make_deflate, make_inflate},
    Row{Algorithm::lzo, "lzo", [](int) { return make_lzo_compressor(); }, make_lzo_decompressor},
    Row{Algorithm::lzfast, "lzfast", frame_compressor<make_fastlz_method>,
        frame_decompressor<make_fastlz_method>},
    Row{Algorithm::lz4, "lz4", frame_compressor<make_lz4_method>, frame_decompressor<make_lz4_method>},
    Row{Algorithm::zstd, "zstd", make_zstd_compressor, make_zstd_decompressor},
    Row{Algorithm::lz4hc, "lz4hc", frame_compressor<make_lz4hc_method>, frame_decompressor<make_lz4_method>},
};

const Row& row_of(Algorithm algorithm) {
  for (const auto& row : rows)
    if (row.algorithm == algorithm) return row;
  throw Error(ErrorKind::internal, "Compression algorithm {}", static_cast<int>(algorithm));
}

}  // namespace

std::string_view to_string(Algorithm algorithm) { return row_of(algorithm).name; }

std::unique_ptr<Compressor> make_compressor(Compression compression) {
  return row_of(compression.algorithm).compressor(compression.level);
}

std::unique_ptr<Decompressor> make_decompressor(Algorithm algorithm) {
  return row_of(algorithm).decompressor();
}

}  // namespace holdfast::codec
