// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "os/unique_fd.h"

namespace holdfast::os {

/// A regular file that is read and written at given offsets. All methods throw Error with the path in its
/// message. Different threads may use one File at the same time.
class File {
 public:
  enum class Mode {
    read,            ///< must exist
    write,           ///< reading and writing, must exist
    create_or_write  ///< reading and writing, made when missing with permissions 0640
  };

  File(const std::string& path, Mode mode);

  const std::string& path() const { return path_; }

  /// How many bytes were read; fewer than asked for only at the end of the file.
  std::size_t read_at(std::uint64_t offset, MutableBytes into);

  /// Writes all of it. False when the disk is full; then some of it may have been written.
  bool write_at(std::uint64_t offset, Bytes data);

  std::uint64_t size() const;
  void resize(std::uint64_t size);
  /// After it returns, the contents survive a power cut.
  void sync();
  /// Asks the kernel to start writing out this range, without waiting.
  void start_writeback(std::uint64_t offset, std::uint64_t length) noexcept;
  /// Tells the kernel that the file will be read from front to back.
  void expect_sequential_reading() noexcept;
  /// Keeps others that ask for it from writing, other Files of this program too, until this one is closed. Throws
  /// Error{refused} that says who has it. Where the file system knows no locks nothing happens.
  void lock();

 private:
  std::string path_;
  UniqueFd fd_;
};

bool file_exists(const std::string& path);
bool is_directory(const std::string& path);
/// Names, not paths, of the regular files in a directory, sorted.
std::vector<std::string> regular_files(const std::string& directory);
/// A file that does not exist is fine.
void remove_file(const std::string& path);
/// The name `from` becomes `to`, replacing it; both on one file system.
void rename_file(const std::string& from, const std::string& to);
/// After it returns, names made or changed in the directory survive a power cut.
void sync_directory(const std::string& directory);

}  // namespace holdfast::os
