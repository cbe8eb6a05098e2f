// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "os/file_stat.h"
#include "os/unique_fd.h"

namespace holdfast::os {

// Files named by an open directory and one component. No call follows a symlink in that component. Thread-safe,
// as the system calls are.

/// Means "the path as it is": an absolute path instead of a component.
extern const int no_directory;

enum class OpenFor {
  read,                   ///< does not wait for writers of a FIFO
  read_keep_access_time,  ///< as read; the caller must own the file or be root
  list,                   ///< a directory, to read its names
  list_keep_access_time,  ///< as list; the caller must own the directory or be root
  pass,                   ///< a directory, only to go through; needs no permission to list
  pass_following,         ///< as pass, and a symlink is followed
  create,                 ///< for writing; fails when the name exists
  change,                 ///< a file that exists, for reading and writing
  write,                  ///< what exists already; fails with ENXIO for a FIFO without reader
};
Outcome<UniqueFd> open_at(int directory, const char* name, OpenFor purpose, std::uint32_t permissions = 0);

Outcome<FileStat> stat_at(int directory, const char* name);
Outcome<FileStat> stat_of(int fd);
/// Tells mounts apart, also of the same file system; not_supported where the kernel does not tell (before Linux 5.8).
Outcome<std::uint64_t> mount_of(int fd);
Outcome<std::string> read_link_at(int directory, const char* name);

Outcome<void> make_directory_at(int directory, const char* name, std::uint32_t permissions);
Outcome<void> make_symlink_at(const char* target, int directory, const char* name);
Outcome<void> make_hard_link_at(int from_directory, const char* from, int directory, const char* name);
Outcome<void> make_node_at(int directory, const char* name, std::uint32_t mode, std::uint64_t rdev);
Outcome<void> remove_at(int directory, const char* name);

Outcome<void> set_owner_at(int directory, const char* name, std::uint32_t uid, std::uint32_t gid);
/// Not for symlinks.
Outcome<void> set_mode_at(int directory, const char* name, std::uint32_t permissions);
Outcome<void> set_times_at(int directory, const char* name, Timestamp access, Timestamp modification);

Outcome<void> set_owner(int fd, std::uint32_t uid, std::uint32_t gid);
Outcome<void> set_mode(int fd, std::uint32_t permissions);
Outcome<void> set_times(int fd, Timestamp access, Timestamp modification);
Outcome<void> set_size(int fd, std::uint64_t size);

/// How long a FIFO may keep us waiting for its other end.
inline constexpr std::chrono::seconds fifo_patience{60};
/// Waits until there is something to read, or the other end was closed; timed_out when nobody comes.
Outcome<void> wait_for_data(int fd);

/// Reads until at least `enough` bytes came, `into` is full or the file ends.
Outcome<std::size_t> read_at_least(int fd, MutableBytes into, std::size_t enough);
/// Reads until `into` is full or the file ends.
inline Outcome<std::size_t> read_fully(int fd, MutableBytes into) {
  return read_at_least(fd, into, into.size());
}
/// Where the next byte at or after `position` lies that is not in a hole; nothing behind the last one.
Outcome<std::optional<std::uint64_t>> next_data(int fd, std::uint64_t position);
Outcome<void> seek(int fd, std::uint64_t position);
Outcome<void> write_fully(int fd, Bytes data);
/// As read_fully(), from there; the position stays.
Outcome<std::size_t> read_fully_at(int fd, std::uint64_t offset, MutableBytes into);
/// A hole, or zeros where there can be none. The size of the file stays.
Outcome<void> make_zeros(int fd, std::uint64_t offset, std::uint64_t size);
Outcome<void> write_fully_at(int fd, std::uint64_t offset, Bytes data);
Outcome<void> close(UniqueFd fd);

/// "EXT4", "TMPFS": the name of the file system an open file lies on; empty where unknown.
std::string file_system_of(int fd);

std::uint32_t effective_user();

/// Lets this process open as many files as the system allows it; deep and wide trees need that.
void raise_open_file_limit();

}  // namespace holdfast::os
