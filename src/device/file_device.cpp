// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/file_device.h"

#include "base/error.h"
#include "base/text.h"

namespace holdfast::device {
namespace {

// So much is left to the page cache before the kernel is told to write; flush() then finds little to wait for.
constexpr std::uint64_t writeback_step = 32ULL * 1024 * 1024;

}  // namespace

FileDevice::FileDevice(os::File file) : file_(std::move(file)) {}

Device::Written FileDevice::write_block(Bytes block) {
  if (!file_.write_at(position_, block)) {
    // A half written block would stand between this volume's data and whatever is appended later.
    file_.resize(position_);
    return Written::end_of_medium;
  }
  position_ += block.size();
  if (position_ - written_back_ >= writeback_step) {
    file_.start_writeback(written_back_, position_ - written_back_);
    written_back_ = position_;
  }
  return Written::ok;
}

Device::ReadOutcome FileDevice::read_block(Buffer& into) {
  if (into.size() < expected_) into.resize(expected_);
  auto got = file_.read_at(position_, MutableBytes(into).first(expected_));
  if (got == 0) return EndOfData{};
  const auto address = position_;
  const auto header = format::parse_block_header(Bytes(into).first(got));
  if (!header) {
    position_ = file_.size();
    return DamagedBlock{address, std::string(to_string(header.error()))};
  }
  if (header->length > into.size()) into.resize(header->length);
  if (header->length > got) {
    got += file_.read_at(position_ + got, MutableBytes(into).subspan(got, header->length - got));
  }
  if (header->length > got) {
    position_ += got;
    return DamagedBlock{address, "short block"};
  }
  position_ += header->length;
  expected_ = header->length;
  return BlockRead{.length = header->length, .address = address, .last_address = position_ - 1};
}

std::optional<std::uint64_t> FileDevice::find_block(std::uint64_t from) {
  constexpr std::size_t step = 1024UL * 1024;
  Buffer window(step + format::BlockHeader::size);
  const auto end = file_.size();
  // Each window shows all headers that begin in its first `step` bytes.
  for (; from < end; from += step) {
    const auto shown = Bytes(window).first(file_.read_at(from, window));
    for (std::size_t at = 0; (at = format::find_block_header(shown, at)) < std::min(step, shown.size());
         ++at) {
      if (from + at + format::parse_block_header(shown.subspan(at))->length <= end) return from + at;
    }
  }
  return std::nullopt;
}

std::uint64_t FileDevice::seek_to_end() {
  position_ = file_.size();
  written_back_ = position_;
  return position_;
}

void FileDevice::flush() { file_.sync(); }

void FileDevice::truncate(std::uint64_t address) {
  file_.resize(address);
  position_ = address;
  written_back_ = address;
}

std::string volume_path(const std::string& directory, std::string_view volume) {
  if (volume.empty() || volume == "." || volume == ".." || volume.find('/') != std::string_view::npos ||
      volume.find('\0') != std::string_view::npos) {
    throw Error(ErrorKind::invalid, "\"{}\" is no name of a volume", printable(volume));
  }
  return directory + "/" + std::string(volume);
}

std::unique_ptr<Device> DirectoryDrive::open(std::string_view volume, Access access) {
  os::File file(path_of(volume), access == Access::read ? os::File::Mode::read : os::File::Mode::write);
  if (access == Access::read)
    file.expect_sequential_reading();
  else
    file.lock();
  return std::make_unique<FileDevice>(std::move(file));
}

std::unique_ptr<Device> DirectoryDrive::create(std::string_view volume) {
  os::File file(path_of(volume), os::File::Mode::create_or_write);
  file.lock();
  os::sync_directory(directory_);
  return std::make_unique<FileDevice>(std::move(file));
}

bool DirectoryDrive::has(std::string_view volume) { return os::file_exists(path_of(volume)); }

void DirectoryDrive::rename(std::string_view from, std::string_view to) {
  os::rename_file(path_of(from), path_of(to));
  os::sync_directory(directory_);
}

}  // namespace holdfast::device
