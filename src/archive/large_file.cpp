// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/large_file.h"

#include <limits>

#include "archive/data_writer.h"
#include "archive/digest_stage.h"
#include "archive/encoder.h"
#include "archive/metadata.h"
#include "format/file_type.h"

namespace holdfast::archive {

namespace {

using format::FileType;

constexpr std::uint64_t no_end = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t batch_length = 1024 * 1024;

class LargeFile {
 public:
  LargeFile(Item item, const LargeFileContext& context, std::unique_ptr<tree::ReadableFile> file,
            tree::FileStat stat)
      : context_(context),
        item_(std::move(item)),
        file_(std::move(file)),
        stat_(stat),
        stage_(context.pipeline, options(), context.tools, DigestStage::place_of(options())) {}

  /// False after a stop.
  bool run() {
    const bool is_file = stat_.kind() == tree::Kind::regular;
    end_ = is_file ? static_cast<std::uint64_t>(stat_.size) : no_end;
    if (!put_start()) return false;
    while (!at_end_)
      if (!put_blocks()) return false;
    stage_.finish();
    return put_end();
  }

 private:
  const FileOptions& options() const { return *item_.found.options; }

  /// The batch with what is to be told of the file so far.
  std::unique_ptr<Batch> complete(std::unique_ptr<Batch> batch, Item::Kind kind) {
    Item item;
    item.kind = kind;
    item.found = item_.found;
    item.notices = std::move(notices_);
    notices_.clear();
    item.steps = static_cast<std::uint32_t>(batch->steps.size());
    item.read_bytes = std::exchange(unreported_, 0);
    item.digest = digest_;
    batch->items.push_back(std::move(item));
    batch->is_prepared = batch->raw_blocks.empty();
    return batch;
  }

  bool put_start() {
    auto batch = context_.pipeline.fresh();
    add_attributes(*batch, item_.found, stat_, item_.found.type, {}, 0);
    batch->steps.push_back({Step::Kind::begin, data_stream(options())});
    return context_.pipeline.put(complete(std::move(batch), Item::Kind::large_start));
  }

  bool put_blocks() {
    auto batch = context_.pipeline.fresh();
    // Compression may need room of its own beside the blocks.
    batch->cost = options().compression ? 2 * batch_length : batch_length;
    DataWriter writer(*batch, options(), context_.tools, DataWriter::When::compress_later);
    while (!at_end_ && batch->arena.size() < batch_length) read_block(writer);
    return stage_.put(complete(std::move(batch), Item::Kind::large_part));
  }

  void read_block(DataWriter& writer) {
    const std::uint64_t length = block_length(options(), context_.block_size);
    const auto wanted = std::min(end_ - position_, length);
    const auto count = file_->read(writer.room(wanted));
    if (!count) return stop_reading(count.error());
    at_end_ = *count < wanted || position_ + *count == end_;
    const auto place = at_end_ ? DataWriter::Place::last : DataWriter::Place::inner;
    const bool is_sent = *count > 0 && writer.put(*count, position_, place);
    advance_to(position_ + *count);
    if (*count < wanted && end_ != no_end) notices_.push_back(shrunk(item_.found.path, position_, end_));
    if (!is_sent && !at_end_ && end_ != no_end) skip_hole(length);
  }

  /// After a block of zeros more of them may follow that need not be read. The last block always is.
  void skip_hole(std::uint64_t length) {
    const auto last_block = (end_ - 1) / length * length;
    const auto next = file_->skip_hole(position_, length, last_block);
    if (!next) return stop_reading(next.error());
    advance_to(*next);
  }

  void advance_to(std::uint64_t position) {
    unreported_ += position - position_;
    position_ = position;
  }

  void stop_reading(std::error_code reason) {
    notices_.push_back(not_saved("Read error on file", item_.found.path, reason));
    at_end_ = true;
  }

  bool put_end() {
    auto batch = context_.pipeline.fresh();
    batch->steps.push_back({Step::Kind::end, data_stream(options())});
    item_.notices.clear();
    if (options().check_changes) item_.notices = changes(item_.found.path, stat_, file_->stat());
    if (wants_attributes(options())) add_extended_attributes(*batch, item_, file_->attributes());
    notices_.insert(notices_.end(), item_.notices.begin(), item_.notices.end());
    if (options().signature) {
      digest_ = context_.tools.digest(*options().signature).finish();
      if (item_.found.type != FileType::fifo) add_digest(*batch, *options().signature, digest_);
    }
    return context_.pipeline.put(complete(std::move(batch), Item::Kind::large_part));
  }

  const LargeFileContext& context_;
  Item item_;
  std::unique_ptr<tree::ReadableFile> file_;
  tree::FileStat stat_;
  std::uint64_t end_ = 0;  ///< what the attributes say; nobody knows for devices and FIFOs
  std::uint64_t position_ = 0;
  std::uint64_t unreported_ = 0;
  bool at_end_ = false;
  std::vector<Notice> notices_;
  crypto::DigestValue digest_{};
  DigestStage stage_;  // its thread uses the context only
};

}  // namespace

std::vector<Notice> stream_large_file(Item item, const LargeFileContext& context) {
  const Found& found = item.found;
  auto& name = context.tools.name() = found.name();
  auto file = found.parent->open_file(name, access_time(*found.options));
  if (!file) return {not_saved("Cannot open", found.path, file.error())};
  const auto stat = (*file)->stat();
  if (!stat || stat->kind() != found.stat.kind()) {
    const auto reason = stat ? std::make_error_code(std::errc::no_such_file_or_directory) : stat.error();
    return {not_saved("Cannot open", found.path, reason)};
  }
  if (found.type == FileType::fifo)
    if (const auto ready = (*file)->wait_for_data(); !ready)
      return {not_saved("Nobody writes into", found.path, ready.error())};
  LargeFile(std::move(item), context, std::move(*file), *stat).run();
  return {};
}

}  // namespace holdfast::archive
