// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "archive/windows_stream.h"
#include "base/expected.h"
#include "codec/compression.h"
#include "format/compression_header.h"
#include "format/stream.h"

namespace holdfast::archive {

/// Bytes for a file, and where they go; without a position, behind what was written last.
struct DataPiece {
  std::optional<std::uint64_t> position;
  Bytes bytes;
};

/// Unwraps the records of data streams: offsets, compression, Windows headers (interop 05, sections 5, 6, 10).
/// The input is not trusted. One thread.
class DataDecoder {
 public:
  /// A new file, whose attributes announce its data on the stream `announced`. Forgets what the last one left behind.
  void start_file(format::StreamId announced) {
    windows_ = {};
    announced_ = announced;
  }

  /// The pieces of one record, valid until the next call; or why there are none, for a message.
  Expected<std::vector<DataPiece>, std::string> decode(format::StreamId stream, Bytes payload);

 private:
  bool repeats_offset(format::StreamId stream, Bytes offset, Bytes plain) const;
  Expected<Bytes, std::string> decompressed(const format::StreamTraits& traits, Bytes payload);
  codec::Decompressor& decompressor(codec::Algorithm algorithm);

  std::map<codec::Algorithm, std::unique_ptr<codec::Decompressor>> decompressors_;
  WindowsStream windows_;
  format::StreamId announced_ = format::StreamId::none;
};

}  // namespace holdfast::archive
