// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/compression_header.h"

#include <fmt/core.h>

#include "base/endian.h"

namespace holdfast::format {
namespace {

bool is_known(CompressionAlgorithm algorithm) {
  switch (algorithm) {
    case CompressionAlgorithm::gzip:
    case CompressionAlgorithm::lzo:
    case CompressionAlgorithm::lzfast:
    case CompressionAlgorithm::lz4:
    case CompressionAlgorithm::lz4hc:
    case CompressionAlgorithm::zstd: return true;
    case CompressionAlgorithm::none: break;
  }
  return false;
}

}  // namespace

Expected<CompressedRecord, std::string> parse_compressed(Bytes payload) {
  if (payload.size() < CompressionHeader::size) {
    return unexpected(
        fmt::format("Compressed header size error. comp_len=0, message_length={}", payload.size()));
  }
  const CompressionHeader header{
      .algorithm = static_cast<CompressionAlgorithm>(load<std::uint32_t>(&payload[0])),
      .compressed_size = load<std::uint32_t>(&payload[4]),
      .level = load<std::uint16_t>(&payload[8]),
      .version = load<std::uint16_t>(&payload[10])};
  if (header.version != CompressionHeader::current_version) {
    return unexpected(fmt::format("Compressed header version error. version=0x{:x}", header.version));
  }
  if (header.compressed_size != payload.size() - CompressionHeader::size) {
    return unexpected(fmt::format("Compressed header size error. comp_len={}, message_length={}",
                                  header.compressed_size, payload.size()));
  }
  if (!is_known(header.algorithm)) {
    return unexpected(fmt::format("Compression algorithm 0x{:x} found, but not supported!",
                                  static_cast<std::uint32_t>(header.algorithm)));
  }
  return CompressedRecord{header, payload.subspan(CompressionHeader::size)};
}

void store(std::byte* to, const CompressionHeader& header) {
  holdfast::store(to, static_cast<std::uint32_t>(header.algorithm));
  holdfast::store(to + 4, header.compressed_size);
  holdfast::store(to + 8, header.level);
  holdfast::store(to + 10, header.version);
}

std::optional<SparseRecord> parse_sparse(Bytes payload) {
  if (payload.size() < sparse_offset_size) return std::nullopt;
  return SparseRecord{load<std::uint64_t>(payload.data()), payload.subspan(sparse_offset_size)};
}

Bytes without_repeated_offset(const CompressedRecord& record, StreamId announced, std::uint64_t offset,
                              Bytes plain) {
  const bool may_repeat =
      announced == StreamId::sparse_data && (record.header.level & offset_stands_once) == 0;
  const bool repeats =
      may_repeat && plain.size() >= sparse_offset_size && load<std::uint64_t>(plain.data()) == offset;
  return repeats ? plain.subspan(sparse_offset_size) : plain;
}

}  // namespace holdfast::format
