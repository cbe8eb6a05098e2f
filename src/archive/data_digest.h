// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "archive/data_decoder.h"
#include "base/expected.h"
#include "crypto/digest.h"
#include "format/attributes.h"
#include "selection/fileset.h"

namespace holdfast::archive {

/// Digests the data of files anew as it comes from volumes: what a backup would store if it saved them now. Blocks of zeros
/// that were left out do not count (interop 05, section 5). One thread.
///
/// The stored digest, which tells the algorithm, comes behind the data: so every algorithm that may be meant is
/// computed. These are the ones of the FileSet; without any there, all.
class DataDigest : private PlainData {
 public:
  /// `keys` unlock encrypted data; null for none. They must outlive this.
  explicit DataDigest(const selection::FileSet& files, const crypto::KeyRing* keys = nullptr);

  /// A new file. What is said of the last one is forgotten.
  void start_file(const format::Attributes& file);
  /// The session record of the file.
  void session(Bytes record);
  /// A record of its data, in order.
  void data(format::StreamId stream, Bytes payload);
  /// The digest of the file's data by the algorithm of that digest stream; or why there is none, for a message. An empty
  /// reason: the data stand with another name of the file.
  Expected<crypto::DigestValue, std::string> finish(format::StreamId digest_stream);

 private:
  void saved(Bytes data) override;

  std::map<crypto::DigestKind, crypto::Digest> digests_;
  DataDecoder decoder_;
  std::string failure_;
  bool has_data_elsewhere_ = false;
  bool has_begun_ = false;  ///< the digests hold something
};

}  // namespace holdfast::archive
