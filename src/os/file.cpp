// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

#include "base/text.h"
#include "os/errno.h"

namespace holdfast::os {
namespace {

constexpr mode_t volume_permissions = 0640;

int flags_of(File::Mode mode) {
  switch (mode) {
    case File::Mode::read: return O_RDONLY;
    case File::Mode::write: return O_RDWR;
    case File::Mode::create_or_write: return O_RDWR | O_CREAT;
  }
  return O_RDONLY;
}

UniqueFd open_file(const std::string& path, int flags) {
  UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC, volume_permissions));
  if (!fd) throw_errno("open " + path);
  return fd;
}

/// "holdfast-sd (process 4711)", by the kernel's table of locks: "1: FLOCK  ADVISORY  WRITE 4711 fe:00:123 0 EOF".
std::string lock_holder(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return "another program";
  const auto file =
      fmt::format("{:02x}:{:02x}:{}", major(status.st_dev), minor(status.st_dev), status.st_ino);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, manner, access, process, where;
    words >> number >> kind >> manner >> access >> process >> where;
    if (kind != "FLOCK" || where != file) continue;
    std::string name;
    std::getline(std::ifstream("/proc/" + process + "/comm"), name);
    return fmt::format("{} (process {})", name.empty() ? "another program" : printable(name), process);
  }
  return "another program";
}

}  // namespace

File::File(const std::string& path, Mode mode) : path_(path), fd_(open_file(path, flags_of(mode))) {}

std::size_t File::read_at(std::uint64_t offset, MutableBytes into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const auto got =
        ::pread(fd_.get(), into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
    if (got == 0) break;
    if (got > 0) {
      done += static_cast<std::size_t>(got);
    } else if (errno != EINTR) {
      throw_errno("read " + path_);
    }
  }
  return done;
}

bool File::write_at(std::uint64_t offset, Bytes data) {
  std::size_t done = 0;
  while (done < data.size()) {
    const auto put =
        ::pwrite(fd_.get(), data.data() + done, data.size() - done, static_cast<off_t>(offset + done));
    if (put > 0) {
      done += static_cast<std::size_t>(put);
    } else if (put == 0 || errno_kind(errno) == ErrorKind::no_space) {
      return false;
    } else if (errno != EINTR) {
      throw_errno("write " + path_);
    }
  }
  return true;
}

std::uint64_t File::size() const {
  struct stat status {};
  if (::fstat(fd_.get(), &status) != 0) throw_errno("stat " + path_);
  return static_cast<std::uint64_t>(status.st_size);
}

void File::resize(std::uint64_t size) {
  if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) throw_errno("truncate " + path_);
}

void File::sync() {
  if (::fdatasync(fd_.get()) != 0) throw_errno("sync " + path_);
}

void File::start_writeback(std::uint64_t offset, std::uint64_t length) noexcept {
#ifdef SYNC_FILE_RANGE_WRITE
  ::sync_file_range(fd_.get(), static_cast<off_t>(offset), static_cast<off_t>(length), SYNC_FILE_RANGE_WRITE);
#else
  static_cast<void>(offset), static_cast<void>(length);
#endif
}

void File::expect_sequential_reading() noexcept { ::posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_SEQUENTIAL); }

void File::lock() {
  if (::flock(fd_.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  throw Error(ErrorKind::refused, "{} is being written by {}", path_, lock_holder(fd_.get()));
}

bool file_exists(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

bool is_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::vector<std::string> regular_files(const std::string& directory) {
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(directory.c_str()), ::closedir);
  if (!open) throw_errno("open directory " + directory);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(open.get())) {
    struct stat status {};
    if (::fstatat(::dirfd(open.get()), entry->d_name, &status, 0) == 0 && S_ISREG(status.st_mode)) {
      names.emplace_back(entry->d_name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

void remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw_errno("remove " + path);
}

void rename_file(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) throw_errno("rename " + from + " to " + to);
}

void sync_directory(const std::string& directory) {
  const auto fd = open_file(directory, O_RDONLY | O_DIRECTORY);
  if (::fsync(fd.get()) != 0) throw_errno("sync " + directory);
}

}  // namespace holdfast::os
