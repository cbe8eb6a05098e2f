// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/files_at.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "os/file_flags.h"

namespace holdfast::os {

const int no_directory = AT_FDCWD;

namespace {

auto failure(int number = errno) { return unexpected(std::error_code(number, std::generic_category())); }

Outcome<void> outcome(int result) {
  if (result < 0) return failure();
  return {};
}

Timestamp timestamp(const statx_timestamp& time) { return {time.tv_sec, time.tv_nsec}; }

FileStat converted(const struct statx& from) {
  FileStat to;
  to.device = ::makedev(from.stx_dev_major, from.stx_dev_minor);
  to.inode = from.stx_ino;
  to.mode = from.stx_mode;
  to.uid = from.stx_uid;
  to.gid = from.stx_gid;
  to.flags = static_cast<std::uint32_t>(from.stx_attributes & from.stx_attributes_mask) & kept_flags;
  to.links = from.stx_nlink;
  to.rdev = ::makedev(from.stx_rdev_major, from.stx_rdev_minor);
  to.size = static_cast<std::int64_t>(from.stx_size);
  to.block_size = from.stx_blksize;
  to.blocks = static_cast<std::int64_t>(from.stx_blocks);
  to.access = timestamp(from.stx_atime);
  to.modification = timestamp(from.stx_mtime);
  to.change = timestamp(from.stx_ctime);
  return to;
}

/// As fstatat(), which does not tell the flags of a file.
Outcome<FileStat> look(int directory, const char* name, int flags) {
  struct statx status;
  if (::statx(directory, name, flags | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &status) < 0) return failure();
  return converted(status);
}

int flags_of(OpenFor purpose) {
  switch (purpose) {
    case OpenFor::read: return O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    case OpenFor::read_keep_access_time: return O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_NOATIME;
    case OpenFor::list: return O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK;
    case OpenFor::list_keep_access_time: return O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_NOATIME;
    case OpenFor::pass: return O_PATH | O_DIRECTORY | O_NOFOLLOW;
    case OpenFor::pass_following: return O_PATH | O_DIRECTORY;
    case OpenFor::create: return O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
    case OpenFor::change: return O_RDWR | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
    case OpenFor::write: return O_WRONLY | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
  }
  return O_RDONLY;
}

std::array<timespec, 2> times(Timestamp access, Timestamp modification) {
  return {timespec{access.seconds, access.nanoseconds},
          timespec{modification.seconds, modification.nanoseconds}};
}

/// Regular files are always ready; FIFOs and some devices are not.
Outcome<void> wait_until(int fd, short event) {
  pollfd wanted{fd, event, 0};
  const auto limit = std::chrono::milliseconds(fifo_patience).count();
  const int ready = ::poll(&wanted, 1, static_cast<int>(limit));
  if (ready < 0 && errno != EINTR) return failure();
  if (ready == 0) return failure(ETIMEDOUT);
  return {};
}

template <typename Write>
Outcome<void> write_all(int fd, Bytes data, Write write) {
  std::size_t done = 0;
  while (done < data.size()) {
    const ssize_t count = write(data.subspan(done), done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      if (auto waited = wait_until(fd, POLLOUT); !waited) return waited;
      continue;
    }
    if (count < 0) return failure();
    done += static_cast<std::size_t>(count);
  }
  return {};
}

template <typename Read>
Outcome<std::size_t> read_all(int fd, MutableBytes into, std::size_t enough, Read read) {
  std::size_t done = 0;
  while (done < std::min(enough, into.size())) {
    const ssize_t count = read(into.subspan(done), done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      if (auto waited = wait_until(fd, POLLIN); !waited) return unexpected(waited.error());
      continue;
    }
    if (count < 0) return failure();
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

}  // namespace

Outcome<UniqueFd> open_at(int directory, const char* name, OpenFor purpose, std::uint32_t permissions) {
  UniqueFd fd(::openat(directory, name, flags_of(purpose) | O_CLOEXEC, static_cast<mode_t>(permissions)));
  if (!fd) return failure();
  return fd;
}

Timestamp file_time() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return {now.tv_sec, static_cast<std::uint32_t>(now.tv_nsec)};
}

Outcome<FileStat> stat_at(int directory, const char* name) {
  return look(directory, name, AT_SYMLINK_NOFOLLOW);
}

Outcome<FileStat> stat_of(int fd) { return look(fd, "", AT_EMPTY_PATH); }

Outcome<std::uint64_t> mount_of(int fd) {
#ifdef STATX_MNT_ID
  struct statx status;
  if (::statx(fd, "", AT_EMPTY_PATH | AT_NO_AUTOMOUNT, STATX_MNT_ID, &status) < 0) return failure();
  if ((status.stx_mask & STATX_MNT_ID) != 0) return status.stx_mnt_id;
#else
  (void)fd;
#endif
  return unexpected(std::make_error_code(std::errc::not_supported));
}

Outcome<std::string> read_link_at(int directory, const char* name) {
  std::string target(256, '\0');
  for (;;) {
    const ssize_t size = ::readlinkat(directory, name, target.data(), target.size());
    if (size < 0) return failure();
    if (static_cast<std::size_t>(size) < target.size()) {
      target.resize(static_cast<std::size_t>(size));
      return target;
    }
    target.resize(target.size() * 2);  // it may have been cut
  }
}

Outcome<void> make_directory_at(int directory, const char* name, std::uint32_t permissions) {
  return outcome(::mkdirat(directory, name, static_cast<mode_t>(permissions)));
}
Outcome<void> make_symlink_at(const char* target, int directory, const char* name) {
  return outcome(::symlinkat(target, directory, name));
}
Outcome<void> make_hard_link_at(int from_directory, const char* from, int directory, const char* name) {
  return outcome(::linkat(from_directory, from, directory, name, 0));
}
Outcome<void> make_node_at(int directory, const char* name, std::uint32_t mode, std::uint64_t rdev) {
  return outcome(::mknodat(directory, name, static_cast<mode_t>(mode), static_cast<dev_t>(rdev)));
}

Outcome<void> remove_at(int directory, const char* name) {
  if (::unlinkat(directory, name, 0) == 0) return {};
  if (errno != EISDIR && errno != EPERM) return failure();
  const int first = errno;
  if (::unlinkat(directory, name, AT_REMOVEDIR) == 0) return {};
  return failure(errno == ENOTDIR ? first : errno);
}

Outcome<void> set_owner_at(int directory, const char* name, std::uint32_t uid, std::uint32_t gid) {
  return outcome(::fchownat(directory, name, uid, gid, AT_SYMLINK_NOFOLLOW));
}
Outcome<void> set_mode_at(int directory, const char* name, std::uint32_t permissions) {
  return outcome(::fchmodat(directory, name, static_cast<mode_t>(permissions), AT_SYMLINK_NOFOLLOW));
}
Outcome<void> set_times_at(int directory, const char* name, Timestamp access, Timestamp modification) {
  return outcome(::utimensat(directory, name, times(access, modification).data(), AT_SYMLINK_NOFOLLOW));
}

Outcome<void> set_owner(int fd, std::uint32_t uid, std::uint32_t gid) {
  return outcome(::fchown(fd, uid, gid));
}
Outcome<void> set_mode(int fd, std::uint32_t permissions) {
  return outcome(::fchmod(fd, static_cast<mode_t>(permissions)));
}
Outcome<void> set_times(int fd, Timestamp access, Timestamp modification) {
  return outcome(::futimens(fd, times(access, modification).data()));
}
Outcome<void> set_size(int fd, std::uint64_t size) {
  return outcome(::ftruncate(fd, static_cast<off_t>(size)));
}

Outcome<void> wait_for_data(int fd) { return wait_until(fd, POLLIN); }

Outcome<std::size_t> read_at_least(int fd, MutableBytes into, std::size_t enough) {
  return read_all(fd, into, enough,
                  [&](MutableBytes left, std::size_t) { return ::read(fd, left.data(), left.size()); });
}

Outcome<std::size_t> read_fully_at(int fd, std::uint64_t offset, MutableBytes into) {
  return read_all(fd, into, into.size(), [&](MutableBytes left, std::size_t done) {
    return ::pread(fd, left.data(), left.size(), static_cast<off_t>(offset + done));
  });
}

Outcome<void> make_zeros(int fd, std::uint64_t offset, std::uint64_t size) {
  if (::fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                  static_cast<off_t>(size)) == 0)
    return {};
  if (errno != EOPNOTSUPP) return failure();
  static constexpr std::array<std::byte, 65536> zeros{};
  for (std::uint64_t done = 0; done < size; done += zeros.size()) {
    const auto piece = Bytes(zeros).first(std::min<std::uint64_t>(size - done, zeros.size()));
    if (auto written = write_fully_at(fd, offset + done, piece); !written) return written;
  }
  return {};
}

Outcome<std::optional<std::uint64_t>> next_data(int fd, std::uint64_t position) {
  const off_t found = ::lseek(fd, static_cast<off_t>(position), SEEK_DATA);
  if (found >= 0) return static_cast<std::uint64_t>(found);
  if (errno == ENXIO) return std::nullopt;
  return failure();
}

Outcome<void> seek(int fd, std::uint64_t position) {
  return outcome(::lseek(fd, static_cast<off_t>(position), SEEK_SET) < 0 ? -1 : 0);
}

Outcome<void> write_fully(int fd, Bytes data) {
  return write_all(fd, data, [&](Bytes left, std::size_t) { return ::write(fd, left.data(), left.size()); });
}

Outcome<void> write_fully_at(int fd, std::uint64_t offset, Bytes data) {
  return write_all(fd, data, [&](Bytes left, std::size_t done) {
    return ::pwrite(fd, left.data(), left.size(), static_cast<off_t>(offset + done));
  });
}

Outcome<void> close(UniqueFd fd) { return outcome(::close(fd.release())); }

std::string file_system_of(int fd) {
  struct statfs status;
  if (::fstatfs(fd, &status) < 0) return {};
  struct Known {
    std::uint64_t magic;
    const char* name;
  };
  static constexpr std::array known{
      Known{0xEF53, "EXT4"},         Known{0x9123683E, "BTRFS"},    Known{0x58465342, "XFS"},
      Known{0x01021994, "TMPFS"},    Known{0x6969, "NFS"},          Known{0x794C7630, "OVERLAYFS"},
      Known{0x9FA0, "PROC"},         Known{0x62656572, "SYSFS"},    Known{0x2FC12FC1, "ZFS"},
      Known{0x4D44, "VFAT"},         Known{0x2011BAB0, "EXFAT"},    Known{0xFF534D42, "CIFS"},
      Known{0xFE534D42, "SMB2"},     Known{0x65735546, "FUSE"},     Known{0xF2F52010, "F2FS"},
      Known{0x73717368, "SQUASHFS"}, Known{0x9660, "ISO9660"},      Known{0x15013346, "UDF"},
      Known{0x1CD1, "DEVPTS"},       Known{0x27E0EB, "CGROUP"},     Known{0x63677270, "CGROUP2"},
      Known{0x3153464A, "JFS"},      Known{0x52654973, "REISERFS"}, Known{0x00C36400, "CEPH"},
      Known{0x01161970, "GFS2"},     Known{0x7461636F, "OCFS2"},    Known{0x858458F6, "RAMFS"},
      Known{0x64626720, "DEBUGFS"},  Known{0x5346544E, "NTFS"},     Known{0x01021997, "9P"},
  };
  const auto magic = static_cast<std::uint64_t>(status.f_type) & 0xFFFFFFFF;
  for (const auto& entry : known)
    if (entry.magic == magic) return entry.name;
  return {};
}

std::uint32_t effective_user() { return ::geteuid(); }

void raise_open_file_limit() {
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace holdfast::os
