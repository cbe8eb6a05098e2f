// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/tape_device.h"

#include <algorithm>

#include "base/error.h"
#include "format/standard_label.h"

namespace holdfast::device {
namespace {

constexpr std::size_t granularity = 1024;
constexpr std::size_t largest_buffer = 32U * 1024 * 1024;

std::size_t rounded_up(std::size_t length) { return (length + granularity - 1) / granularity * granularity; }

/// Interop 04, section 2.3.
std::size_t padded_length(std::size_t length, const BlockSizes& sizes) {
  if (sizes.maximum > 0 && sizes.minimum == sizes.maximum) return std::max(length, sizes.maximum);
  return rounded_up(std::max(length, sizes.minimum));
}

bool may_pass(const std::error_code& error) {
  return error == std::errc::device_or_resource_busy || error == std::errc::interrupted ||
         error == std::errc::io_error;
}

}  // namespace

TapeDevice::TapeDevice(std::unique_ptr<TapeDrive> drive, TapeTraits traits, Patience patience)
    : drive_(std::move(drive)),
      traits_(traits),
      patience_(std::move(patience)),
      motion_(*drive_, traits_, patience_),
      sizes_(traits_.sizes),
      largest_(std::max({sizes_.maximum, format::default_label_block_size, format::default_block_size})) {
  motion_.rewind();
}

TapeDevice::~TapeDevice() {
  try {
    static_cast<void>(drive_->operate(TapeOperation::unlock, 1));
    if (!traits_.no_rewind_on_close) motion_.rewind();
  } catch (const Error&) {
    // Where the tape stands matters to nobody: opening rewinds it.
  }
}

void TapeDevice::set_block_sizes(const BlockSizes& sizes) {
  sizes_ = sizes;
  largest_ = std::max({largest_, sizes.maximum, sizes.minimum});
}

Bytes TapeDevice::padded(Bytes block) {
  const auto length = padded_length(block.size(), sizes_);
  if (length == block.size()) return block;
  padding_.resize(length);
  std::copy(block.begin(), block.end(), padding_.begin());
  std::fill(padding_.begin() + static_cast<std::ptrdiff_t>(block.size()), padding_.end(), std::byte{0});
  return padding_;
}

Outcome<TapeWrite> TapeDevice::write_patiently(Bytes block) {
  for (int retries = 0;; ++retries) {
    auto written = drive_->write(block);
    const bool is_busy = !written && (written.error() == std::errc::device_or_resource_busy ||
                                      written.error() == std::errc::interrupted);
    if (!is_busy || retries == io_retries) return written;
    patience_.pause(write_retry_pause);
  }
}

Device::Written TapeDevice::write_block(Bytes block) {
  read_mark_last_ = false;
  const auto bytes = padded(block);
  const auto written = write_patiently(bytes);
  if (written && written->length == bytes.size()) {
    motion_.passed_block();
    return written->early_warning ? Written::early_warning : Written::ok;
  }
  if (!written && written.error() != std::errc::no_space_on_device) {
    motion_.lose_position();
    throw Error(ErrorKind::io, "the tape cannot be written at {}:{}: {}", motion_.file(), motion_.block(),
                written.error().message());
  }
  if (written && written->length > 0) {
    // The file mark that ends the volume shall stand in the place of this piece. Where the drive cannot go back, a
    // reader takes it for a torn block.
    motion_.back_one_block();
  }
  return Written::end_of_medium;
}

Device::Written TapeDevice::write_filemark(Mark mark) {
  read_mark_last_ = false;
  const std::uint32_t count = traits_.two_eof && mark == Mark::behind_all ? 2 : 1;
  const auto done = drive_->operate(TapeOperation::write_filemarks, count);
  if (!done && done.error() == std::errc::no_space_on_device) return Written::end_of_medium;
  if (!done) throw Error(ErrorKind::io, "no file mark can be written: {}", done.error().message());
  motion_.passed_marks(count);
  return Written::ok;
}

bool TapeDevice::make_room(Buffer& into) {
  std::size_t larger = granularity * granularity;
  while (larger <= into.size()) larger *= 2;
  if (larger > largest_buffer || !motion_.back_one_block()) return false;
  into.resize(larger);
  largest_ = larger;
  return true;
}

Outcome<std::size_t> TapeDevice::read_patiently(Buffer& into) {
  const auto file = motion_.file();
  const auto block = motion_.block();
  int retries = 0;
  for (;;) {
    auto got = drive_->read(into);
    if (got) return got;
    if (got.error() == std::errc::not_enough_memory) {
      if (!make_room(into)) return got;
      continue;
    }
    const bool ends_here = read_mark_last_ && traits_.eof_on_error_is_eot;
    if (ends_here || !may_pass(got.error()) || ++retries > io_retries) return got;
    patience_.pause(read_retry_pause);
    if (got.error() == std::errc::io_error) motion_.return_to(file, block);
  }
}

Device::ReadOutcome TapeDevice::read_block(Buffer& into) {
  if (into.size() < largest_) into.resize(largest_);
  for (;;) {
    const auto got = read_patiently(into);
    if (!got) {
      if (read_mark_last_ && traits_.eof_on_error_is_eot) return EndOfData{};
      return skip_unreadable(got.error());
    }
    if (*got == 0) return nothing_read();
    read_mark_last_ = false;
    const auto bytes = Bytes(into).first(*got);
    if (!format::is_standard_label(bytes)) return judge(bytes);
    motion_.passed_block();
  }
}

/// A file mark, or the end of data: two marks in a row are that too.
Device::ReadOutcome TapeDevice::nothing_read() {
  const auto said = motion_.status();
  const bool passed_mark = said && said->file ? *said->file > motion_.file()
                           : said             ? said->at_filemark || !said->at_end_of_data
                                              : true;
  if (passed_mark) motion_.passed_marks(1);
  if (!passed_mark || read_mark_last_) return EndOfData{};
  read_mark_last_ = true;
  return Filemark{};
}

Device::ReadOutcome TapeDevice::judge(Bytes got) {
  const auto address = position();
  motion_.passed_block();
  const auto header = format::parse_block_header(got);
  if (!header) return DamagedBlock{address, std::string(to_string(header.error()))};
  if (header->length > got.size()) return DamagedBlock{address, "short block"};
  return BlockRead{.length = header->length, .address = address, .last_address = address};
}

/// Where the tape can be moved behind the block, it is one damaged block; else the tape or its drive has failed.
Device::ReadOutcome TapeDevice::skip_unreadable(const std::error_code& error) {
  const auto address = position();
  const auto file = motion_.file();
  const auto block = motion_.block();
  read_mark_last_ = false;
  if (error != std::errc::io_error) {
    motion_.lose_position();
    throw Error(ErrorKind::io, "the tape cannot be read at {}:{}: {}", file, block, error.message());
  }
  const auto said = motion_.status();
  if (said && said->at_end_of_data) return EndOfData{};
  try {
    motion_.return_to(file, block + 1);
  } catch (const Error& failed) {
    // A blank tape may answer so; it is for the user to say that there is nothing on it.
    if (address != 0 || failed.kind() == ErrorKind::cancelled) throw;
  }
  return DamagedBlock{address, error.message()};
}

std::uint64_t TapeDevice::position() const {
  return static_cast<std::uint64_t>(motion_.file()) << 32 | motion_.block();
}

void TapeDevice::seek(std::uint64_t address) {
  if (motion_.is_known() && address == position()) return;
  read_mark_last_ = false;
  motion_.go_to(static_cast<std::uint32_t>(address >> 32), static_cast<std::uint32_t>(address));
}

std::uint64_t TapeDevice::seek_to_end() {
  read_mark_last_ = false;
  motion_.go_to_end();
  return position();
}

void TapeDevice::flush() {
  const auto done = drive_->flush();
  if (!done && done.error() != std::errc::invalid_argument)
    throw Error(ErrorKind::io, "the tape does not take what the drive has buffered: {}",
                done.error().message());
}

void TapeDevice::truncate(std::uint64_t address) {
  if (address != 0) throw Error(ErrorKind::unsupported, "a tape cannot be cut at {}", address);
  read_mark_last_ = false;
  motion_.rewind();
}

}  // namespace holdfast::device
