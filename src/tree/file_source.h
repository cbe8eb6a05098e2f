// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "tree/file_stat.h"

namespace holdfast::tree {

/// A file open for reading. Used by one thread at a time.
class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  virtual Outcome<FileStat> stat() = 0;
  /// For FIFOs: waits, for a minute at most, until somebody writes. Others are always ready.
  virtual Outcome<void> wait_for_data() { return {}; }
  /// Reads on until `into` is full or the file ends; fewer bytes than asked for mean the end.
  virtual Outcome<std::size_t> read(MutableBytes into) = 0;
  /// As read(), but `enough` bytes may do where more would cost a further call: fewer mean the end, more than `enough` that there
  /// is more.
  virtual Outcome<std::size_t> read_at_least(MutableBytes into, std::size_t enough) {
    return read(into.first(enough));
  }
  /// Reads on behind the hole that `position` lies in: at the last multiple of `unit` before the next data, but not
  /// behind `limit`, and returns that. Returns `position`, and reads on there, where no hole is known.
  virtual Outcome<std::uint64_t> skip_hole(std::uint64_t position, std::uint64_t /*unit*/,
                                           std::uint64_t /*limit*/) {
    return position;
  }
  /// In the order the system lists them; none where the file system knows no attributes.
  virtual Outcome<ExtendedAttributes> attributes() = 0;
};

/// An open directory. next() belongs to one thread; everything else may be called by several at once.
///
/// Names are single components: bytes without '/' and NUL. No call follows a symlink that stands in the name.
class Directory {
 public:
  struct Entry {
    std::string_view name;      ///< valid until the next call
    Kind kind = Kind::unknown;  ///< a hint; unknown where the file system does not tell
  };
  enum class AccessTime { keep, update };

  virtual ~Directory() = default;
  /// The next name, in the order of the file system, without "." and ".."; nothing at the end.
  virtual Outcome<std::optional<Entry>> next() = 0;
  virtual Outcome<FileStat> stat() = 0;
  virtual Outcome<ExtendedAttributes> attributes() = 0;
  /// "EXT4", "TMPFS", "NFS", ...; empty where unknown.
  virtual std::string file_system() = 0;
  /// A number of the mount it was reached by: a bind mount has another one than the file system that it shows.
  virtual Outcome<std::uint64_t> mount() {
    return unexpected(std::make_error_code(std::errc::not_supported));
  }

  virtual Outcome<FileStat> stat(const std::string& name) = 0;
  virtual Outcome<std::unique_ptr<Directory>> open_directory(const std::string& name) = 0;
  /// With AccessTime::keep, reading leaves the access time alone where the system allows it. Does not wait
  /// for a writer of a FIFO.
  virtual Outcome<std::unique_ptr<ReadableFile>> open_file(const std::string& name, AccessTime access) = 0;
  virtual Outcome<std::string> read_link(const std::string& name) = 0;
  /// Of a name that need not be opened: symlinks, devices.
  virtual Outcome<ExtendedAttributes> attributes(const std::string& name) = 0;
  /// Takes a name away, of a directory only when it is empty. Here and not in FileTarget, since who deletes what he found
  /// must do it in the very directory he found it in: a path may lead somewhere else by now.
  virtual Outcome<void> remove(const std::string& /*name*/) {
    return unexpected(std::make_error_code(std::errc::not_supported));
  }
};

/// Where the files to save lie. Any thread.
class FileSource {
 public:
  virtual ~FileSource() = default;
  /// By its absolute path; symlinks in the path are followed, as the administrator wrote it.
  virtual Outcome<std::unique_ptr<Directory>> open_directory(const std::string& path) = 0;
};

}  // namespace holdfast::tree
