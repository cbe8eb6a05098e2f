// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"
#include "tree/file_source.h"
#include "tree/file_stat.h"

namespace holdfast::tree {

struct Owner {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

/// What can be set on a file, whether it is open or named. Attributes come back in the order set.
///
/// Owner first: changing it clears set-uid bits and capabilities. Times last.
class Attributable {
 public:
  virtual ~Attributable() = default;
  virtual Outcome<void> set_owner(Owner owner) = 0;
  /// Permission bits only. A symlink has none: succeeds without doing anything.
  virtual Outcome<void> set_mode(std::uint32_t permissions) = 0;
  virtual Outcome<void> set_times(Timestamp access, Timestamp modification) = 0;
  virtual Outcome<void> set_attribute(const std::string& name, Bytes value) = 0;
  /// Succeeds when there is none of that name.
  virtual Outcome<void> remove_attribute(const std::string& name) = 0;
  /// Exactly these of os::kept_flags, after everything else; not_supported where the file system has none. For regular files
  /// and directories.
  virtual Outcome<void> set_flags(std::uint32_t flags) = 0;
};

/// A file open for writing. close() tells of errors that came late; the destructor closes without asking.
class WritableFile : public Attributable {
 public:
  virtual Outcome<void> write_at(std::uint64_t offset, Bytes data) = 0;
  /// Extends with a hole or cuts.
  virtual Outcome<void> set_size(std::uint64_t size) = 0;
  virtual Outcome<FileStat> stat() = 0;
  virtual Outcome<void> close() = 0;

  // Of files from open_to_change() only; others answer not_supported.

  /// Fewer bytes than asked for mean the end.
  virtual Outcome<std::size_t> read_at(std::uint64_t /*offset*/, MutableBytes /*into*/) {
    return unexpected(std::make_error_code(std::errc::not_supported));
  }
  /// Makes zeros of what lies there, a hole where the file system has holes.
  virtual Outcome<void> clear(std::uint64_t /*offset*/, std::uint64_t /*size*/) {
    return unexpected(std::make_error_code(std::errc::not_supported));
  }
};

/// Where files are restored to, by absolute path. Used by one thread at a time.
///
/// The last component of a path is never followed when it is a symlink. Among the components before it, a
/// symlink is followed only where the target trusts it; otherwise the call fails with ELOOP. What is trusted
/// is the implementation's business (PosixTarget documents it).
class FileTarget {
 public:
  virtual ~FileTarget() = default;

  virtual Outcome<FileStat> stat(const std::string& path) = 0;
  /// Fails with EEXIST where the name exists, whatever it is. The umask may take away
  /// `permissions`.
  virtual Outcome<std::unique_ptr<WritableFile>> create_file(const std::string& path,
                                                             std::uint32_t permissions) = 0;
  /// Opens what is there: raw devices, FIFOs.
  virtual Outcome<std::unique_ptr<WritableFile>> open_existing(const std::string& path) = 0;
  /// Opens a regular file to write parts of it anew. It loses its extended attributes, as if it were made anew.
  virtual Outcome<std::unique_ptr<WritableFile>> open_to_change(const std::string& path) = 0;
  virtual Outcome<void> make_directory(const std::string& path, std::uint32_t permissions) = 0;
  virtual Outcome<void> make_symlink(const std::string& target, const std::string& path) = 0;
  virtual Outcome<void> make_hard_link(const std::string& existing, const std::string& path) = 0;
  /// FIFOs, device nodes and sockets; type and permissions in `mode`.
  virtual Outcome<void> make_node(const std::string& path, std::uint32_t mode, std::uint64_t rdev) = 0;
  /// Not directories, unless they are empty.
  virtual Outcome<void> remove(const std::string& path) = 0;

  /// One more for the same files, for another thread.
  virtual std::unique_ptr<FileTarget> another() = 0;

  /// To set attributes of what is named, itself, not what a symlink points to.
  virtual Outcome<std::unique_ptr<Attributable>> named(const std::string& path) = 0;
};

}  // namespace holdfast::tree
