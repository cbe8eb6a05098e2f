// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "archive/batch.h"

namespace holdfast::archive {

/// Appends the attributes stream of a file (interop 05, section 3), all but the FileIndex. `link` is the target
/// of a symlink or the stored name of a hard link's first name, `link_index` that one's FileIndex.
void add_attributes(Batch& batch, const selection::Found& found, const tree::FileStat& stat,
                    format::FileType type, std::string_view link, std::int32_t link_index);

/// Appends the ACL and extended attribute streams that the options ask for (sections 8 and 9).
void add_extended_attributes(Batch& batch, Item& item,
                             const tree::Outcome<tree::ExtendedAttributes>& attributes);

/// True where the options ask for anything that takes a look at the extended attributes.
inline bool wants_attributes(const selection::FileOptions& options) {
  return options.acl || options.extended_attributes;
}

/// Appends a stream of one record.
void add_stream(Batch& batch, format::StreamId stream, Bytes record);

/// Appends the digest stream.
void add_digest(Batch& batch, crypto::DigestKind kind, const crypto::DigestValue& digest);

/// "     Cannot open "/x": ERR=Permission denied", counted as an error of the job.
Notice not_saved(const char* what, const std::string& path, std::error_code reason);
/// The file had fewer bytes to read than its attributes, which are on their way already, say.
Notice shrunk(const std::string& path, std::uint64_t saved, std::uint64_t expected);
/// For CheckFileChanges: what is different now from when the file was opened; empty where nothing is.
std::vector<Notice> changes(const std::string& path, const tree::FileStat& before,
                            const tree::Outcome<tree::FileStat>& now);
Notice file_error(MessageType type, std::string text);

}  // namespace holdfast::archive
