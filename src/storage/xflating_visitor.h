// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "stream/xflate.h"
#include "volumes/record_reader.h"

namespace holdfast::storage {

/// Compresses or decompresses records on their way from a volume.
class XflatingVisitor final : public volumes::RecordVisitor {
 public:
  XflatingVisitor(volumes::RecordVisitor& inner, stream::XflateRules rules, stream::Xflate::Warn warn)
      : inner_(inner), xflate_(rules, std::move(warn)) {}

  void record(const format::Record& record, const volumes::Block& block) override {
    xflate_.record(record.stream, record.payload, [&](std::int32_t stream, Bytes payload) {
      format::Record translated = record;
      translated.stream = stream;
      translated.payload = payload;
      inner_.record(translated, block);
    });
  }
  void label(const format::Record& record, const volumes::Block& block) override {
    inner_.label(record, block);
  }
  void block(const volumes::Block& block) override { inner_.block(block); }

 private:
  volumes::RecordVisitor& inner_;
  stream::Xflate xflate_;
};

}  // namespace holdfast::storage
