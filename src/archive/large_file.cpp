// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/large_file.h"

#include <limits>

#include "archive/change_watch.h"
#include "archive/cipher_chain.h"
#include "archive/content_digest.h"
#include "archive/data_writer.h"
#include "archive/digest_stage.h"
#include "archive/encoder.h"
#include "archive/metadata.h"
#include "archive/plugin_objects.h"
#include "format/file_type.h"

namespace holdfast::archive {

namespace {

using format::FileType;

constexpr std::uint64_t no_end = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t batch_length = 128 * 1024;

class LargeFile {
 public:
  LargeFile(Item item, const LargeFileContext& context, std::unique_ptr<tree::ReadableFile> file,
            tree::FileStat stat, const ChangeWatch& watch, const ObjectFrame* frame = nullptr)
      : context_(context),
        item_(std::move(item)),
        file_(std::move(file)),
        stat_(stat),
        watch_(watch),
        frame_(frame),
        digest_(options(), context.tools),
        stage_(context.pipeline, options(), digest_, DigestStage::place_of(options(), context.tools)) {
    if (options().encrypted)
      chain_ = std::make_shared<CipherChain>(context.tools.protection()->encryption->key);
  }

  /// False after a stop.
  bool run() {
    const bool is_file = stat_.kind() == tree::Kind::regular && frame_ == nullptr;
    end_ = is_file ? static_cast<std::uint64_t>(stat_.size) : no_end;
    if (!put_start()) return false;
    while (!at_end_)
      if (!put_blocks()) return false;
    stage_.finish();
    return put_end();
  }

 private:
  const selection::FileOptions& options() const { return *item_.found.options; }

  /// The batch with what is to be told of the file so far.
  std::unique_ptr<Batch> complete(std::unique_ptr<Batch> batch, Item::Kind kind) {
    Item item;
    item.kind = kind;
    item.found = item_.found;
    item.notices = std::move(notices_);
    notices_.clear();
    item.steps = static_cast<std::uint32_t>(batch->steps.size());
    item.read_bytes = std::exchange(unreported_, 0);
    item.digest = item_.digest;
    batch->items.push_back(std::move(item));
    batch->is_prepared = batch->raw_blocks.empty() && !batch->chain;
    return batch;
  }

  bool put_start() {
    auto batch = context_.pipeline.fresh();
    if (frame_ != nullptr) add_indexed_stream(*batch, format::StreamId::plugin_name, frame_->before);
    add_attributes(*batch, item_.found, stat_, item_.found.type, {}, 0);
    add_session_record(*batch, item_.found, context_.tools);
    batch->steps.push_back({Step::Kind::begin, data_stream(options(), item_.found.type)});
    return context_.pipeline.put(complete(std::move(batch), Item::Kind::large_start));
  }

  bool put_blocks() {
    auto batch = context_.pipeline.fresh();
    // Compression and encryption need room of their own beside the blocks.
    batch->cost = options().compression || chain_ ? 2 * batch_length : batch_length;
    DataWriter writer(*batch, item_.found, context_.tools, DataWriter::When::encode_later);
    // Zeros that are left out fill no batch.
    while (!at_end_ && batch->arena.size() < batch_length && !context_.pipeline.is_stopped())
      read_block(writer);
    if (chain_) add_to_chain(*batch);
    return stage_.put(complete(std::move(batch), Item::Kind::large_part));
  }

  /// The part may be the last one without a block in it; the padding comes all the same, unless there was no data.
  void add_to_chain(Batch& batch) {
    if (batch.raw_blocks.empty() && !(at_end_ && parts_ > 0)) return;
    batch.chain = chain_;
    batch.part = parts_++;
    batch.part_kind = at_end_ ? Batch::Part::last : Batch::Part::inner;
  }

  void read_block(DataWriter& writer) {
    const std::uint64_t length = block_length(options(), context_.block_size);
    const auto wanted = std::min(end_ - position_, length);
    const auto count = file_->read(writer.room(wanted));
    if (!count) return stop_reading(count.error());
    watch_.read(ChangeWatch::Length::as_expected);
    at_end_ = *count < wanted || position_ + *count == end_;
    const auto place = at_end_ ? DataWriter::Place::last : DataWriter::Place::inner;
    const bool is_sent = *count > 0 && writer.put(*count, position_, place);
    advance_to(position_ + *count);
    if (*count < wanted && end_ != no_end) {
      notices_.push_back(shrunk(item_.found.path, position_, end_));
      is_broken_off_ = true;
    }
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
    at_end_ = is_broken_off_ = true;
  }

  bool put_end() {
    auto batch = context_.pipeline.fresh();
    batch->steps.push_back({Step::Kind::end, data_stream(options(), item_.found.type)});
    item_.notices.clear();
    if (!is_broken_off_ && frame_ == nullptr) watch_.finish(item_.found, stat_, *file_, item_.notices);
    if (wants_attributes(options())) add_extended_attributes(*batch, item_, file_->attributes());
    notices_.insert(notices_.end(), item_.notices.begin(), item_.notices.end());
    digest_.finish(item_);
    digest_.store(*batch, item_);
    if (frame_ != nullptr) add_indexed_stream(*batch, format::StreamId::plugin_name, frame_->after);
    return context_.pipeline.put(complete(std::move(batch), Item::Kind::large_part));
  }

  const LargeFileContext& context_;
  Item item_;
  std::unique_ptr<tree::ReadableFile> file_;
  tree::FileStat stat_;
  ChangeWatch watch_;
  const ObjectFrame* frame_;  ///< null for files
  std::uint64_t end_ = 0;     ///< what the attributes say; nobody knows for devices and FIFOs
  std::uint64_t position_ = 0;
  std::uint64_t unreported_ = 0;
  bool at_end_ = false;
  bool is_broken_off_ = false;  ///< and that was told
  std::vector<Notice> notices_;
  std::shared_ptr<CipherChain> chain_;  ///< null where the file is not encrypted
  std::uint32_t parts_ = 0;             ///< handed over to the chain
  ContentDigest digest_;
  DigestStage stage_;  // its thread uses the digest and the context only
};

}  // namespace

std::vector<Notice> stream_large_file(Item item, const LargeFileContext& context) {
  const selection::Found& found = item.found;
  auto& name = context.tools.name() = found.name();
  const ChangeWatch watch;
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
  LargeFile(std::move(item), context, std::move(*file), *stat, watch).run();
  return {};
}

bool stream_object(Item item, const LargeFileContext& context, std::unique_ptr<tree::ReadableFile> file,
                   const tree::FileStat& stat, const ObjectFrame& frame) {
  return LargeFile(std::move(item), context, std::move(file), stat, ChangeWatch(), &frame).run();
}

}  // namespace holdfast::archive
