// SPDX-License-Identifier: AGPL-3.0-or-later
#include "tree/posix_source.h"

#include <algorithm>

#include "os/directory_reader.h"
#include "os/files_at.h"

namespace holdfast::tree {

namespace {

class PosixFile final : public ReadableFile {
 public:
  explicit PosixFile(os::UniqueFd fd) : fd_(std::move(fd)) {}

  Outcome<FileStat> stat() override { return os::stat_of(fd_.get()); }
  Outcome<void> wait_for_data() override { return os::wait_for_data(fd_.get()); }
  Outcome<std::size_t> read(MutableBytes into) override { return os::read_fully(fd_.get(), into); }
  Outcome<std::size_t> read_at_least(MutableBytes into, std::size_t enough) override {
    return os::read_at_least(fd_.get(), into, enough);
  }
  Outcome<std::uint64_t> skip_hole(std::uint64_t position, std::uint64_t unit, std::uint64_t limit) override {
    const auto data = os::next_data(fd_.get(), position);
    // A file system that knows no holes is no reason to fail: the zeros are read.
    const auto next = data ? std::min(data->value_or(limit), limit) : position;
    const auto from = std::max(position, next / unit * unit);
    if (auto moved = os::seek(fd_.get(), from); !moved) return unexpected(moved.error());
    return from;
  }
  Outcome<ExtendedAttributes> attributes() override { return os::attributes_of(fd_.get()); }

 private:
  os::UniqueFd fd_;
};

/// The access time can be kept only by the owner and by root; asking anyway costs a failed call per file.
os::OpenFor purpose(Directory::AccessTime access) {
  return access == Directory::AccessTime::keep ? os::OpenFor::read_keep_access_time : os::OpenFor::read;
}

/// Opens a directory so that reading its names leaves its access time alone, where that is allowed.
Outcome<os::UniqueFd> open_list(int directory, const char* name) {
  auto fd = os::open_at(directory, name, os::OpenFor::list_keep_access_time);
  if (!fd && fd.error() == std::errc::operation_not_permitted)
    fd = os::open_at(directory, name, os::OpenFor::list);
  return fd;
}

class PosixDirectory final : public Directory {
 public:
  explicit PosixDirectory(os::UniqueFd fd) : reader_(std::move(fd)) {}

  Outcome<std::optional<Entry>> next() override {
    auto entry = reader_.next();
    if (!entry) return unexpected(entry.error());
    if (!*entry) return std::nullopt;
    return Entry{(*entry)->name, (*entry)->kind};
  }
  Outcome<FileStat> stat() override { return os::stat_of(reader_.fd()); }
  Outcome<ExtendedAttributes> attributes() override { return os::attributes_of(reader_.fd()); }
  Outcome<std::uint64_t> mount() override { return os::mount_of(reader_.fd()); }
  std::string file_system() override { return os::file_system_of(reader_.fd()); }

  Outcome<FileStat> stat(const std::string& name) override { return os::stat_at(reader_.fd(), name.c_str()); }
  Outcome<std::unique_ptr<Directory>> open_directory(const std::string& name) override {
    auto fd = open_list(reader_.fd(), name.c_str());
    if (!fd) return unexpected(fd.error());
    return std::make_unique<PosixDirectory>(std::move(*fd));
  }
  Outcome<std::unique_ptr<ReadableFile>> open_file(const std::string& name, AccessTime access) override {
    auto fd = os::open_at(reader_.fd(), name.c_str(), purpose(access));
    if (!fd && access == AccessTime::keep && fd.error() == std::errc::operation_not_permitted)
      fd = os::open_at(reader_.fd(), name.c_str(), os::OpenFor::read);
    if (!fd) return unexpected(fd.error());
    return std::make_unique<PosixFile>(std::move(*fd));
  }
  Outcome<std::string> read_link(const std::string& name) override {
    return os::read_link_at(reader_.fd(), name.c_str());
  }
  Outcome<ExtendedAttributes> attributes(const std::string& name) override {
    return os::attributes_at(reader_.fd(), name.c_str());
  }
  Outcome<void> remove(const std::string& name) override { return os::remove_at(reader_.fd(), name.c_str()); }

 private:
  os::DirectoryReader reader_;
};

}  // namespace

PosixSource::PosixSource() { os::raise_open_file_limit(); }

Outcome<std::unique_ptr<Directory>> PosixSource::open_directory(const std::string& path) {
  // With a slash at the end the last component is resolved too, although the flags say not to follow it.
  const std::string resolved = path.ends_with('/') ? path : path + "/";
  auto fd = open_list(os::no_directory, resolved.c_str());
  if (!fd) return unexpected(fd.error());
  return std::make_unique<PosixDirectory>(std::move(*fd));
}

}  // namespace holdfast::tree
