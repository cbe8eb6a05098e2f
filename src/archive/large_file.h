// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "archive/pipeline.h"
#include "archive/tools.h"

namespace holdfast::archive {

/// What reading a large file needs of the thread of the walk.
struct LargeFileContext {
  Pipeline& pipeline;
  Tools& tools;
  std::uint32_t block_size;
};

/// Reads one file to its end and puts it into the pipeline as a sequence of batches, several of which are in work
/// at once. Returns notices where nothing of it could be saved; everything else travels with the batches.
std::vector<Notice> stream_large_file(Item item, const LargeFileContext& context);

/// What stands around the streams of a plugin's object, each behind the FileIndex.
struct ObjectFrame {
  std::string before;
  std::string after;
};

/// The same for an object of a plugin, which is read until it ends, whatever its size is said to be. False after a stop.
bool stream_object(Item item, const LargeFileContext& context, std::unique_ptr<tree::ReadableFile> file,
                   const tree::FileStat& stat, const ObjectFrame& frame);

}  // namespace holdfast::archive
