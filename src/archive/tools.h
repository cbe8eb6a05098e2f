// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "archive/arena.h"
#include "codec/compression.h"
#include "crypto/digest.h"

namespace holdfast::archive {

/// What one thread needs again and again, made when first asked for.
class Tools {
 public:
  crypto::Digest& digest(crypto::DigestKind kind) { return digests_.try_emplace(kind, kind).first->second; }
  codec::Compressor& compressor(const codec::Compression& compression) {
    auto& made = compressors_[{compression.algorithm, compression.level}];
    if (!made) made = codec::make_compressor(compression);
    return *made;
  }
  Arena& spare() { return spare_; }
  std::string& name() { return name_; }

 private:
  std::map<crypto::DigestKind, crypto::Digest> digests_;
  std::map<std::pair<codec::Algorithm, int>, std::unique_ptr<codec::Compressor>> compressors_;
  Arena spare_;
  std::string name_;
};

}  // namespace holdfast::archive
