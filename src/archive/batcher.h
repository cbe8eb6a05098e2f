// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <string>

#include "archive/pipeline.h"
#include "archive/tools.h"
#include "selection/walk.h"

namespace holdfast::archive {

/// Names a file whatever its path is.
using FileKey = std::pair<std::uint64_t, std::uint64_t>;
inline FileKey key_of(const tree::FileStat& stat) { return {stat.device, stat.inode}; }

/// True for files of which a further name is stored as a link.
bool can_have_further_names(const selection::Found& found);

/// Gathers what a walk finds into batches, and reads large files itself, block by block, since they come in order
/// anyway. Runs on the thread of the walk.
class Batcher final : public selection::Visitor {
 public:
  /// `protection` of the job, null for none, must outlive this.
  Batcher(Pipeline& pipeline, std::uint32_t block_size, const Protection* protection);

  void found(selection::Found file, tree::Directory* contents) override;
  void examined() override { ++examined_; }
  void leave(std::unique_ptr<tree::Directory> directory) override;
  void trouble(Trouble kind, MessageType type, std::string text) override;

  /// Hands over what was gathered. To be called at the end of the walk.
  void flush();

 private:
  struct Names {
    std::string first;
    std::uint64_t left = 0;       ///< names not met yet
    bool is_passed_over = false;  ///< nothing was saved under the first one
  };

  void add(Item item, std::size_t content);
  enum class Streamed { saved, passed_over };
  Streamed stream(Item item);

  Pipeline& pipeline_;
  std::uint32_t block_size_;
  Tools tools_;
  std::unique_ptr<Batch> batch_;
  std::uint64_t examined_ = 0;
  std::map<FileKey, Names> names_;
};

}  // namespace holdfast::archive
