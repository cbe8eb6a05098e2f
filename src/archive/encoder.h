// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "archive/batch.h"
#include "archive/content_digest.h"
#include "archive/tools.h"

namespace holdfast::archive {

class ChangeWatch;

/// Files up to this size are read whole by a worker; larger ones flow through in blocks.
inline constexpr std::int64_t largest_whole_file = 1024 * 1024;

/// Whether a file's data goes through in blocks: it is large, or nobody knows where it ends.
bool is_streamed(const selection::Found& found);

/// How the content is opened for this file.
tree::Directory::AccessTime access_time(const selection::FileOptions& options);

/// Makes the records of files that are handled whole. One thread.
class Encoder {
 public:
  /// `protection` of the job, null for none, must outlive this.
  explicit Encoder(std::uint32_t block_size, const Protection* protection = nullptr)
      : block_size_(block_size), tools_(protection) {}

  /// Everything that is left to do for the batch.
  void prepare(Batch& batch);
  /// Appends steps and bytes of one item to the batch that holds it.
  void encode(Batch& batch, Item& item);

 private:
  void regular(Batch& batch, Item& item);
  void contents(Batch& batch, Item& item, tree::ReadableFile& file, std::int64_t size, ContentDigest& digest,
                ChangeWatch& watch);
  void other(Batch& batch, Item& item);
  bool has_known_content(const Item& item) const;
  /// Takes back what was appended for the item.
  void forget(Batch& batch, const Item& item);
  const std::string& leaf(const selection::Found& found);

  std::uint32_t block_size_;
  Tools tools_;
  std::size_t start_ = 0;  ///< of the item's bytes in the arena
};

}  // namespace holdfast::archive
