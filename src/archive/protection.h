// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>

#include "crypto/backup_keys.h"
#include "format/file_type.h"
#include "selection/fileset.h"

namespace holdfast::archive {

/// How the files of a job are protected (interop 05, section 11): their data may be encrypted, and all are signed unless
/// the client encrypts without signatures (docs/adr/0406-encrypting-without-signing.md).
/// Made for one job, then used by any number of threads.
struct Protection {
  crypto::BackupKeys keys;
  std::optional<crypto::EncryptionSession> encryption;
  bool signs = true;
};

/// Whether the data of such a file is encrypted, and a session record comes before it. So is what comes out of a FIFO,
/// which the peer leaves open.
inline bool is_encrypted(const selection::FileOptions& options, format::FileType type) {
  using format::FileType;
  return options.encrypted && (type == FileType::regular || type == FileType::regular_empty ||
                               type == FileType::raw_device || type == FileType::fifo);
}

/// Whether such a file gets a digest and, in a job that signs, a signature; restores that demand signatures want one then.
inline bool is_digested(format::FileType type) {
  using format::FileType;
  return type == FileType::regular || type == FileType::regular_empty || type == FileType::raw_device;
}

}  // namespace holdfast::archive
