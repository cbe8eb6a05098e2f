// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/tape_motion.h"

#include <algorithm>

#include "base/error.h"

namespace holdfast::device {
namespace {

constexpr std::uint32_t all_files = 32767;

bool is_unknown(const std::error_code& error) {
  return error == std::errc::inappropriate_io_control_operation || error == std::errc::function_not_supported;
}

}  // namespace

TapeMotion::TapeMotion(TapeDrive& drive, TapeTraits& traits, const Patience& patience)
    : drive_(drive), traits_(traits), patience_(patience) {}

std::optional<TapeStatus> TapeMotion::status() {
  if (!traits_.use_mtiocget) return std::nullopt;
  auto said = drive_.status();
  if (said) return *said;
  if (is_unknown(said.error())) traits_.use_mtiocget = false;
  return std::nullopt;
}

bool TapeMotion::operate(bool TapeTraits::*trait, TapeOperation operation, std::uint32_t count,
                         std::string_view what) {
  if (!(traits_.*trait)) return false;
  const auto done = drive_.operate(operation, count);
  if (done) return true;
  if (is_unknown(done.error())) {
    traits_.*trait = false;
    return false;
  }
  is_known_ = false;
  throw Error(ErrorKind::io, "the tape cannot {}: {}", what, done.error().message());
}

void TapeMotion::rewind() {
  for (std::chrono::seconds waited{0};; waited += open_retry_pause) {
    const auto done = drive_.operate(TapeOperation::rewind, 1);
    if (done) break;
    is_known_ = false;
    const bool may_pass =
        done.error() == std::errc::device_or_resource_busy || done.error() == std::errc::io_error;
    if (!may_pass || waited >= traits_.max_rewind_wait)
      throw Error(ErrorKind::io, "the tape cannot be rewound: {}", done.error().message());
    patience_.pause(open_retry_pause);
  }
  file_ = 0;
  block_ = 0;
  is_known_ = true;
}

bool TapeMotion::read_over() {
  scratch_.resize(std::max(traits_.sizes.maximum, format::default_block_size));
  const auto got = drive_.read(scratch_);
  if (got) return *got > 0;
  if (got.error() == std::errc::not_enough_memory) return true;  // a longer block, and the tape is behind it
  is_known_ = false;
  throw Error(ErrorKind::io, "the tape cannot be read at {}:{}: {}", file_, block_, got.error().message());
}

void TapeMotion::forward_files(std::uint32_t count) {
  if (count == 0) return;
  if (operate(&TapeTraits::forward_space_file, TapeOperation::forward_files, count,
              "go forward over files")) {
    passed_marks(count);
    return;
  }
  for (; count > 0; --count) {
    while (read_over()) passed_block();
    passed_marks(1);
  }
}

void TapeMotion::forward_blocks(std::uint32_t count) {
  if (count == 0) return;
  if (traits_.block_positioning && operate(&TapeTraits::forward_space_record, TapeOperation::forward_records,
                                           count, "go forward over blocks")) {
    block_ += count;
    return;
  }
  for (; count > 0; --count) {
    if (!read_over()) {
      is_known_ = false;
      throw Error(ErrorKind::io, "the tape has no block {} in its file {}", block_, file_);
    }
    passed_block();
  }
}

/// False where the drive cannot go back over files.
bool TapeMotion::back_to_begin_of(std::uint32_t file) {
  if (file == 0 || !traits_.forward_space_file ||
      !operate(&TapeTraits::backward_space_file, TapeOperation::back_files, file_ - file + 1,
               "go back over files"))
    return false;
  file_ = file - 1;
  forward_files(1);
  return true;
}

void TapeMotion::to_begin_of_file() {
  const auto file = file_;
  if (back_to_begin_of(file)) return;
  rewind();
  forward_files(file);
}

void TapeMotion::go_to(std::uint32_t file, std::uint32_t block) {
  if (!is_known_) rewind();
  // To rewind a long tape takes minutes; the last block of a full one is read again from behind it.
  const bool is_near = file < file_ && file_ - file < file;
  if (file < file_ && !(is_near && back_to_begin_of(file))) rewind();
  forward_files(file - file_);
  if (block < block_) to_begin_of_file();
  forward_blocks(block - block_);
}

void TapeMotion::return_to(std::uint32_t file, std::uint32_t block) {
  const auto said = status();
  if (said && said->file == file && said->block) {
    file_ = file;
    block_ = *said->block;
    is_known_ = true;
  } else {
    is_known_ = false;
  }
  go_to(file, block);
}

bool TapeMotion::back_one_block() {
  return operate(&TapeTraits::backward_space_record, TapeOperation::back_records, 1, "go back over a block");
}

void TapeMotion::go_to_end() {
  if (!end_by_drive() && !end_by_fast_forward()) end_by_reading();
  if (traits_.bsf_at_eom && file_ > 0 && block_ == 0 &&
      operate(&TapeTraits::backward_space_file, TapeOperation::back_files, 1, "go back over a file")) {
    // Before the second of two marks at the end: what is appended covers it.
    --file_;
  }
  is_known_ = true;
}

bool TapeMotion::end_by_drive() {
  if (!traits_.hardware_end_of_medium || !traits_.use_mtiocget) return false;
  if (!operate(&TapeTraits::hardware_end_of_medium, TapeOperation::end_of_data, 1,
               "go to the end of its data"))
    return false;
  return take_end_from_drive();
}

/// False where the drive does not say in which file it stands.
bool TapeMotion::take_end_from_drive() {
  const auto said = status();
  if (!said || !said->file) return false;
  file_ = *said->file;
  count_blocks_of_last_file();
  return true;
}

/// The end of data ends this motion, with an error; the drive then knows the file.
bool TapeMotion::end_by_fast_forward() {
  if (!traits_.fast_forward_space_file || !traits_.forward_space_file || !traits_.use_mtiocget) return false;
  rewind();
  const auto done = drive_.operate(TapeOperation::forward_files, all_files);
  if (!done && is_unknown(done.error())) {
    traits_.fast_forward_space_file = traits_.forward_space_file = false;
    return false;
  }
  return take_end_from_drive();
}

/// File by file until there is nothing in one.
void TapeMotion::end_by_reading() {
  rewind();
  while (read_over()) {
    passed_block();
    if (traits_.forward_space_file) {
      const auto done = drive_.operate(TapeOperation::forward_files, 1);
      if (done) {
        passed_marks(1);
        continue;
      }
      if (!is_unknown(done.error())) return count_blocks_of_last_file();
      traits_.forward_space_file = false;
    }
    while (read_over()) passed_block();
    passed_marks(1);
  }
  // That was a second mark, or the end. Which of them cannot be seen from here; the begin of this file can be found
  // again.
  const auto file = file_;
  rewind();
  forward_files(file);
}

/// Jobs end with a mark, so there are none but after a crash.
void TapeMotion::count_blocks_of_last_file() {
  to_begin_of_file();
  for (;;) {
    if (!traits_.forward_space_record) {
      if (!read_over()) return;
    } else if (const auto done = drive_.operate(TapeOperation::forward_records, 1); !done) {
      if (is_unknown(done.error())) {
        traits_.forward_space_record = false;
        continue;
      }
      const auto said = status();
      if (!said || said->at_end_of_data) return;
      is_known_ = false;
      throw Error(ErrorKind::io, "the end of data cannot be reached, block {}:{} is damaged: {}", file_,
                  block_, done.error().message());
    }
    passed_block();
  }
}

}  // namespace holdfast::device
