// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/expected.h"
#include "codec/compression.h"
#include "format/compression_header.h"
#include "format/stream.h"

namespace holdfast::stream {

/// What a Storage Daemon does to the data of files on the way to its volumes, or from them (interop 04, section 12).
struct XflateRules {
  enum class Inflate { no, yes };
  Inflate inflate = Inflate::no;
  std::optional<codec::Compression> deflate;

  bool is_active() const { return inflate == Inflate::yes || deflate.has_value(); }
  bool operator==(const XflateRules&) const = default;
};

/// Compresses and decompresses records of plain and compressed file data; all others pass unchanged. All records of a
/// stream of a file become records of one other stream. What is compressed is decompressed, and not compressed again. One
/// thread. The input is not trusted.
class Xflate {
 public:
  /// A record on its way; valid during the call.
  using Take = std::function<void(std::int32_t stream, Bytes payload)>;
  /// Hears, once, why a record that should be decompressed passed as it is.
  using Warn = std::function<void(const std::string& why)>;

  Xflate(XflateRules rules, Warn warn) : rules_(rules), warn_(std::move(warn)) {}

  /// Hands on one record, or several that hold the same data.
  void record(std::int32_t stream, Bytes payload, const Take& take);

 private:
  void deflate(std::int32_t stream, Bytes payload, const Take& take);
  void inflate(std::int32_t stream, Bytes payload, const Take& take);
  Expected<Bytes, std::string> inflated(const format::CompressedRecord& record);
  void note_attributes(Bytes payload);

  XflateRules rules_;
  Warn warn_;
  bool has_warned_ = false;
  std::unique_ptr<codec::Compressor> compressor_;
  std::map<codec::Algorithm, std::unique_ptr<codec::Decompressor>> decompressors_;
  format::StreamId announced_ = format::StreamId::none;  ///< for the data of the file, by its attributes
  Buffer record_;
};

}  // namespace holdfast::stream
