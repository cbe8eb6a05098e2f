// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "archive/batch.h"
#include "archive/tools.h"

namespace holdfast::archive {

/// Digests the data of one file after the other, for what comes behind it: the signature, and the digest that the
/// FileSet asks for. Where both are of one kind, it is computed once. One thread.
class ContentDigest {
 public:
  ContentDigest(const selection::FileOptions& options, Tools& tools);

  /// Whether anybody wants to know.
  bool is_wanted() const { return stored_ != nullptr || signed_ != nullptr; }
  void update(Bytes data);
  /// The data is complete: tells the item its digest.
  void finish(Item& item);
  /// Then appends the streams.
  void store(Batch& batch, const Item& item);

 private:
  Tools& tools_;
  crypto::Digest* stored_ = nullptr;  ///< null: the FileSet wants none
  crypto::Digest* signed_ = nullptr;  ///< null: nothing is signed
  crypto::DigestValue to_sign_;
};

}  // namespace holdfast::archive
