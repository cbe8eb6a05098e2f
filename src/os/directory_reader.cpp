// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/directory_reader.h"

#include <dirent.h>

#include <cerrno>
#include <new>

namespace holdfast::os {

struct DirectoryReader::Stream {
  explicit Stream(UniqueFd directory) : entries(::fdopendir(directory.get())) {
    if (entries == nullptr) throw std::bad_alloc();  // the only reason left for an open directory
    directory.release();
  }
  ~Stream() { ::closedir(entries); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  DIR* entries;
};

namespace {

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

DirectoryReader::DirectoryReader(UniqueFd directory) : fd_(directory.get()) {
  stream_ = std::make_unique<Stream>(std::move(directory));
}
DirectoryReader::DirectoryReader(DirectoryReader&&) noexcept = default;
DirectoryReader& DirectoryReader::operator=(DirectoryReader&&) noexcept = default;
DirectoryReader::~DirectoryReader() = default;

Outcome<std::optional<DirectoryReader::Entry>> DirectoryReader::next() {
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream_->entries);
    if (entry == nullptr) {
      if (errno != 0) return unexpected(std::error_code(errno, std::generic_category()));
      return std::nullopt;
    }
    const std::string_view name(entry->d_name);
    if (name != "." && name != "..") return Entry{name, kind_of(entry->d_type)};
  }
}

}  // namespace holdfast::os
