// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/emulated_tape.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <stop_token>

#include "base/error.h"
#include "base/wait.h"
#include "os/file.h"

namespace holdfast::device {
namespace {

auto failure(int number) { return unexpected(std::error_code(number, std::generic_category())); }

bool is_motion_with_time(TapeOperation operation) {
  return operation >= TapeOperation::forward_files && operation <= TapeOperation::end_of_data;
}

}  // namespace

EmulatedTape::EmulatedTape(std::unique_ptr<ByteStore> store, std::unique_ptr<TapePlanSource> plan,
                           Pause pause)
    : image_(std::move(store)), plan_(std::move(plan)), pause_(std::move(pause)) {}

Outcome<std::unique_ptr<TapeDrive>> EmulatedTape::open(const std::string& path, const std::string& options,
                                                       os::Tape::Access access) {
  std::error_code ignored;
  const std::string cartridge = std::filesystem::weakly_canonical(path, ignored).string();
  std::vector<std::string> plans{path + ".plan"};
  if (!cartridge.empty() && cartridge != path) plans.push_back(cartridge + ".plan");
  auto source = std::make_unique<TapePlanFiles>(options, std::move(plans));
  auto& plan = source->current();
  if (const auto* fault = plan.fault(TapeFault::At::open)) return unexpected(fault->error);
  if (!os::file_exists(path)) return failure(ENOMEDIUM);
  if (plan.is_cleaning_cartridge) return failure(EIO);
  if (plan.is_write_protected && access == os::Tape::Access::write) return failure(EROFS);
  const auto mode = access == os::Tape::Access::read ? os::File::Mode::read : os::File::Mode::write;
  return std::make_unique<EmulatedTape>(std::make_unique<FileByteStore>(path, mode), std::move(source));
}

Outcome<void> EmulatedTape::check_medium() const {
  if (!has_medium_) return failure(ENOMEDIUM);
  if (plan_->current().is_cleaning_cartridge) return failure(EIO);
  return {};
}

void EmulatedTape::take_time(std::chrono::milliseconds time) const {
  if (time.count() == 0) return;
  if (pause_) return pause_(time);
  pause_for(time, std::stop_token());
}

void EmulatedTape::go_to(std::size_t place) {
  place_ = place;
  reads_at_end_ = 0;
  knows_block_ = true;
}

Outcome<TapeWrite> EmulatedTape::write(Bytes block) {
  if (auto ready = check_medium(); !ready) return unexpected(ready.error());
  auto& plan = plan_->current();
  if (plan.is_write_protected) return failure(EROFS);
  if (block.size() < plan.min_block || block.size() > plan.max_block) return failure(EINVAL);
  if (block_size_ != 0 && block.size() % block_size_ != 0) return failure(EINVAL);
  if (const auto* fault = plan.fault(TapeFault::At::write)) {
    if (fault->error) return unexpected(fault->error);
    auto half = write_one(block.first(block.size() / 2));
    return half;
  }
  if (block_size_ == 0) return write_one(block);
  TapeWrite written;
  while (written.length < block.size()) {
    const auto one = write_one(block.subspan(written.length, block_size_));
    if (!one && written.length == 0) return one;
    if (!one) break;
    written.length += one->length;
    written.early_warning = one->early_warning;
  }
  return written;
}

Outcome<TapeWrite> EmulatedTape::write_one(Bytes block) {
  const auto& plan = plan_->current();
  std::uint64_t kept = image_.data_bytes();
  for (auto place = place_; place < image_.count(); ++place) kept -= image_.length(place);
  if (kept + block.size() > plan.capacity) return failure(ENOSPC);
  image_.cut(place_);
  if (!image_.append_block(block)) return failure(ENOSPC);
  ++place_;
  reads_at_end_ = 0;
  is_past_warning_ = plan.early_warning > 0 && kept + block.size() + plan.early_warning > plan.capacity;
  return TapeWrite{.length = block.size(), .early_warning = is_past_warning_};
}

Outcome<std::size_t> EmulatedTape::read(MutableBytes into) {
  if (auto ready = check_medium(); !ready) return unexpected(ready.error());
  if (const auto* fault = plan_->current().fault(TapeFault::At::read)) return unexpected(fault->error);
  if (place_ == image_.count()) return read_nothing();
  reads_at_end_ = 0;
  if (image_.is_mark(place_)) {
    go_to(place_ + 1);
    return 0;
  }
  return block_size_ == 0 ? read_one(into) : read_fixed(into);
}

/// The driver says "nothing" twice before it calls reading on an error.
Outcome<std::size_t> EmulatedTape::read_nothing() {
  if (++reads_at_end_ > 2) return failure(EIO);
  return 0;
}

Outcome<std::size_t> EmulatedTape::read_one(MutableBytes into) {
  const auto place = place_++;
  const bool is_bad = plan_->current().is_bad(image_.file_of(place), image_.block_of(place));
  if (is_bad) return failure(EIO);
  if (image_.length(place) > into.size()) return failure(ENOMEM);
  if (!image_.read(place, into)) return failure(EIO);
  return image_.length(place);
}

Outcome<std::size_t> EmulatedTape::read_fixed(MutableBytes into) {
  if (into.size() < block_size_ || into.size() % block_size_ != 0) return failure(EINVAL);
  std::size_t got = 0;
  while (got < into.size() && place_ < image_.count() && !image_.is_mark(place_)) {
    if (image_.length(place_) != block_size_) return failure(EIO);
    const auto one = read_one(into.subspan(got, block_size_));
    if (!one) return one;
    got += *one;
  }
  return got;
}

Outcome<void> EmulatedTape::operate(TapeOperation operation, std::uint32_t count) {
  auto& plan = plan_->current();
  const auto& unknown = plan.unknown_operations;
  if (std::find(unknown.begin(), unknown.end(), operation) != unknown.end()) return failure(ENOTTY);
  if (operation == TapeOperation::load) {
    has_medium_ = true;
    return rewind();
  }
  if (auto ready = check_medium(); !ready) return ready;
  if (const auto* fault = plan.fault(TapeFault::At::operation, operation)) return unexpected(fault->error);
  if (is_motion_with_time(operation)) take_time(plan.space_time);
  return perform(operation, count);
}

Outcome<void> EmulatedTape::perform(TapeOperation operation, std::uint32_t count) {
  switch (operation) {
    case TapeOperation::load:
    case TapeOperation::rewind: return rewind();
    case TapeOperation::forward_files: return forward_files(count);
    case TapeOperation::back_files: return back_files(count);
    case TapeOperation::forward_records: return forward_records(count);
    case TapeOperation::back_records: return back_records(count);
    case TapeOperation::write_filemarks: return write_filemarks(count);
    case TapeOperation::offline: return offline();
    case TapeOperation::set_block_size: block_size_ = count; break;
    case TapeOperation::lock: is_locked_ = true; break;
    case TapeOperation::unlock: is_locked_ = false; break;
    case TapeOperation::end_of_data:
      go_to(image_.count());
      knows_block_ = false;
      break;
    case TapeOperation::clear_two_filemarks:
    case TapeOperation::clear_fast_end_of_data: break;
  }
  return {};
}

Outcome<void> EmulatedTape::rewind() {
  take_time(plan_->current().rewind_time);
  go_to(0);
  return {};
}

Outcome<void> EmulatedTape::forward_files(std::uint32_t count) {
  const std::size_t last = image_.file_of(place_) + static_cast<std::size_t>(count);
  if (count == 0) return {};
  if (last > image_.marks()) {
    go_to(image_.count());
    knows_block_ = false;
    return failure(EIO);
  }
  go_to(image_.place_of_mark(last - 1) + 1);
  return {};
}

Outcome<void> EmulatedTape::back_files(std::uint32_t count) {
  const auto file = image_.file_of(place_);
  if (count == 0) return {};
  if (count > file) {
    go_to(0);
    return failure(EIO);
  }
  go_to(image_.place_of_mark(file - count));
  knows_block_ = false;
  return {};
}

Outcome<void> EmulatedTape::forward_records(std::uint32_t count) {
  for (; count > 0; --count) {
    reads_at_end_ = 0;
    if (place_ == image_.count()) return failure(EIO);
    const bool is_mark = image_.is_mark(place_);
    ++place_;
    if (is_mark) {
      go_to(place_);
      return failure(EIO);
    }
  }
  return {};
}

Outcome<void> EmulatedTape::back_records(std::uint32_t count) {
  for (; count > 0; --count) {
    reads_at_end_ = 0;
    if (place_ == 0) return failure(EIO);
    --place_;
    if (image_.is_mark(place_)) {
      knows_block_ = false;
      return failure(EIO);
    }
  }
  return {};
}

/// Marks have room where blocks no longer have any, as on a real tape behind its early warning.
Outcome<void> EmulatedTape::write_filemarks(std::uint32_t count) {
  if (count > 0 && plan_->current().is_write_protected) return failure(EROFS);
  if (count > 0) image_.cut(place_);
  for (; count > 0; --count) {
    if (!image_.append_mark()) return failure(ENOSPC);
    go_to(image_.count());
  }
  return flush();
}

Outcome<void> EmulatedTape::offline() {
  if (is_locked_) return failure(EIO);
  go_to(0);
  has_medium_ = false;
  return {};
}

Outcome<void> EmulatedTape::flush() {
  image_.sync();
  return {};
}

Outcome<TapeStatus> EmulatedTape::status() {
  const auto& plan = plan_->current();
  if (!plan.knows_status) return failure(ENOTTY);
  TapeStatus status;
  status.is_open = !has_medium_;
  status.wants_cleaning = plan.is_cleaning_cartridge;
  status.is_online = has_medium_ && !plan.is_cleaning_cartridge;
  if (!status.is_online) return status;
  if (plan.knows_position) {
    status.file = image_.file_of(place_);
    if (knows_block_) status.block = image_.block_of(place_);
  }
  status.block_size = block_size_;
  status.at_beginning = place_ == 0;
  status.at_filemark = place_ > 0 && image_.is_mark(place_ - 1);
  status.at_end_of_data = place_ == image_.count();
  status.at_end_of_medium = is_past_warning_;
  status.is_write_protected = plan.is_write_protected;
  return status;
}

}  // namespace holdfast::device
