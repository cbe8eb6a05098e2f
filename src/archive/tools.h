// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "archive/arena.h"
#include "archive/protection.h"
#include "codec/compression.h"
#include "crypto/digest.h"

namespace holdfast::archive {

/// What one thread needs again and again, made when first asked for.
class Tools {
 public:
  /// `protection` of the job, null for none, must outlive this.
  explicit Tools(const Protection* protection = nullptr) : protection_(protection) {}

  const Protection* protection() const { return protection_; }
  /// For whole files, one after the other. Only where the job is encrypted.
  crypto::Encryption& encryption() {
    if (!encryption_) encryption_.emplace(protection_->encryption->key);
    return *encryption_;
  }
  bool signs() const { return protection_ != nullptr && protection_->signs; }
  /// Only where it signs.
  crypto::Signer& signer() {
    if (!signer_) signer_.emplace(protection_->keys);
    return *signer_;
  }
  crypto::Digest& digest(crypto::DigestKind kind) { return digests_.try_emplace(kind, kind).first->second; }
  codec::Compressor& compressor(const codec::Compression& compression) {
    auto& made = compressors_[{compression.algorithm, compression.level}];
    if (!made) made = codec::make_compressor(compression);
    return *made;
  }
  Arena& spare() { return spare_; }
  std::string& name() { return name_; }

 private:
  const Protection* protection_;
  std::optional<crypto::Encryption> encryption_;
  std::optional<crypto::Signer> signer_;
  std::map<crypto::DigestKind, crypto::Digest> digests_;
  std::map<std::pair<codec::Algorithm, int>, std::unique_ptr<codec::Compressor>> compressors_;
  Arena spare_;
  std::string name_;
};

}  // namespace holdfast::archive
