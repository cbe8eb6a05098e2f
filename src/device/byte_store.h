// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "os/file.h"

namespace holdfast::device {

/// The bytes that a device of more structure than a file keeps its volume in: the seam where tests let a machine lose
/// power. Throws Error{io} where they cannot be had. Used by one thread at a time.
class ByteStore {
 public:
  virtual ~ByteStore() = default;
  /// How many bytes were read; fewer than asked for only at the end.
  virtual std::size_t read_at(std::uint64_t offset, MutableBytes into) = 0;
  /// False when there is no room; then some of it may have been written.
  virtual bool write_at(std::uint64_t offset, Bytes data) = 0;
  virtual std::uint64_t size() const = 0;
  virtual void resize(std::uint64_t size) = 0;
  /// After it returns, what was written survives a power cut.
  virtual void sync() = 0;
};

/// A file. One that is written is locked; throws Error{refused} where another program writes it.
class FileByteStore final : public ByteStore {
 public:
  FileByteStore(const std::string& path, os::File::Mode mode) : file_(path, mode) {
    if (mode != os::File::Mode::read) file_.lock();
  }

  std::size_t read_at(std::uint64_t offset, MutableBytes into) override {
    return file_.read_at(offset, into);
  }
  bool write_at(std::uint64_t offset, Bytes data) override { return file_.write_at(offset, data); }
  std::uint64_t size() const override { return file_.size(); }
  void resize(std::uint64_t size) override { file_.resize(size); }
  void sync() override { file_.sync(); }

 private:
  os::File file_;
};

}  // namespace holdfast::device
