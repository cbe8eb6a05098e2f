// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/directory_reader.h"

#include <dirent.h>

#include <cerrno>

namespace holdfast::os {

namespace {

constexpr std::size_t buffer_size = 32 * 1024;

FileKind kind_of(unsigned char type) {
  switch (type) {
    case DT_REG: return FileKind::regular;
    case DT_DIR: return FileKind::directory;
    case DT_LNK: return FileKind::symlink;
    case DT_FIFO: return FileKind::fifo;
    case DT_SOCK: return FileKind::socket;
    case DT_CHR: return FileKind::character_device;
    case DT_BLK: return FileKind::block_device;
    default: return FileKind::unknown;
  }
}

}  // namespace

Outcome<void> DirectoryReader::refill() {
  if (!entries_) entries_ = std::make_unique_for_overwrite<std::byte[]>(buffer_size);
  const auto got = ::getdents64(fd(), entries_.get(), buffer_size);
  if (got < 0) return unexpected(std::error_code(errno, std::generic_category()));
  position_ = 0;
  size_ = static_cast<std::size_t>(got);
  is_at_end_ = got == 0;
  if (is_at_end_) entries_.reset();
  return {};
}

Outcome<std::optional<DirectoryReader::Entry>> DirectoryReader::next() {
  for (;;) {
    if (position_ == size_ && !is_at_end_)
      if (const auto filled = refill(); !filled) return unexpected(filled.error());
    if (is_at_end_) return std::nullopt;
    const auto* entry = reinterpret_cast<const dirent64*>(entries_.get() + position_);
    position_ += entry->d_reclen;
    const std::string_view name(entry->d_name);
    if (name != "." && name != "..") return Entry{name, kind_of(entry->d_type)};
  }
}

}  // namespace holdfast::os
