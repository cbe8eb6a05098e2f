// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "archive/data_decryption.h"
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

/// Takes the data of a file as it is unwrapped. What it is given is valid during the call.
class PlainData {
 public:
  virtual ~PlainData() = default;
  /// What the client read from the file, headers of Windows included: digests and signatures are made of it.
  virtual void saved(Bytes) {}
  /// What belongs into the file. A reason, for a message, ends the decoding.
  virtual Expected<void, std::string> write(const DataPiece&) { return {}; }
};

/// Unwraps the records of data streams: encryption, offsets, compression, Windows headers (interop 05, sections 5, 6,
/// 10, 11). The input is not trusted. Reasons of failures are for messages. One thread.
class DataDecoder {
 public:
  /// Without keys encrypted data is refused. They must outlive this.
  explicit DataDecoder(const crypto::KeyRing* keys = nullptr) : decryption_(keys) {}

  /// A new file, whose attributes announce its data on the stream `announced`. Forgets what the last one left behind.
  void start_file(format::StreamId announced) {
    windows_ = {};
    announced_ = announced;
    decryption_.start_file();
  }
  /// The session record of the file; see DataDecryption.
  Expected<void, std::string> session(Bytes record) { return decryption_.session(record); }

  /// One record. After a failure the rest of the file is of no use.
  Expected<void, std::string> decode(format::StreamId stream, Bytes payload, PlainData& to);
  /// The end of the data of the file: what encryption held back comes out.
  Expected<void, std::string> finish(PlainData& to);

 private:
  Expected<void, std::string> unwrap(format::StreamId stream, Bytes payload, PlainData& to);
  Expected<Bytes, std::string> decompressed(const format::StreamTraits& traits,
                                            std::optional<std::uint64_t> position, Bytes payload);
  codec::Decompressor& decompressor(codec::Algorithm algorithm);

  DataDecryption decryption_;
  std::map<codec::Algorithm, std::unique_ptr<codec::Decompressor>> decompressors_;
  WindowsStream windows_;
  format::StreamId announced_ = format::StreamId::none;
};

}  // namespace holdfast::archive
