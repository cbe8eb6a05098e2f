// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "archive/report.h"
#include "archive/restore.h"
#include "crypto/key_ring.h"
#include "format/file_type.h"

namespace holdfast::archive {

/// Verifies the signatures of restored files (interop 05, section 11.4). One thread.
///
/// The signature, which tells the algorithm, comes behind the data. Writers keep to one algorithm, so only the first
/// file is digested by all of them.
class SignatureCheck {
 public:
  /// Without keys, or without anybody to trust among them, nothing is checked. They must outlive this.
  SignatureCheck(const crypto::KeyRing* keys, Signatures wanted);

  /// A new file; what is not finished is forgotten.
  void start_file();
  /// Data as the client saved it.
  void data(Bytes saved);
  /// The signature record of the file.
  void record(Bytes payload);
  /// The file is complete. What is wrong with its signature, as a message; nothing where all is well or nobody asked.
  std::optional<std::string> finish_file(format::FileType type, const std::string& path);

  /// What to tell in the end of files whose signatures nobody here could verify; nothing where there are none.
  std::optional<std::string> summary() const;

 private:
  using Kinds = std::set<crypto::DigestKind>;

  bool is_asked() const { return keys_ != nullptr && keys_->has_signers(); }
  std::optional<std::string> verdict(const std::vector<crypto::Signature>& signatures,
                                     const std::string& path);
  std::map<crypto::DigestKind, crypto::DigestValue> finished_digests();
  void choose(const Kinds& kinds);

  const crypto::KeyRing* keys_;
  Signatures wanted_;
  std::map<crypto::DigestKind, crypto::Digest> digests_;
  bool has_begun_ = false;  ///< the digests hold something
  Buffer record_;           ///< of the file in work
  std::uint64_t unknown_signer_ = 0;
  std::set<std::string> unknown_ids_;
};

}  // namespace holdfast::archive
