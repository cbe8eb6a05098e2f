// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "os/file.h"

namespace holdfast::volumes {

/// Where spooled blocks lie until they go to a volume. Used by one thread at a time; throws Error{io}.
class SpoolStore {
 public:
  virtual ~SpoolStore() = default;
  /// False when the disk is full; then some of it may have been written.
  virtual bool write_at(std::uint64_t offset, Bytes data) = 0;
  /// How many bytes were read; fewer than asked for only at the end.
  virtual std::size_t read_at(std::uint64_t offset, MutableBytes into) = 0;
  virtual void resize(std::uint64_t size) = 0;
};

/// A file of that path, emptied if there was one; removed at the end.
class SpoolFile final : public SpoolStore {
 public:
  explicit SpoolFile(const std::string& path);
  ~SpoolFile() override;

  bool write_at(std::uint64_t offset, Bytes data) override { return file_.write_at(offset, data); }
  std::size_t read_at(std::uint64_t offset, MutableBytes into) override {
    return file_.read_at(offset, into);
  }
  void resize(std::uint64_t size) override { file_.resize(size); }

 private:
  os::File file_;
};

/// "<directory>/<daemon>.data.<job id>.<job>.<device>.spool" (interop 03, section 11)
std::string spool_path(const std::string& directory, const std::string& daemon, std::uint32_t job_id,
                       const std::string& job, const std::string& device);

/// Removes the spool files that a daemon of that name left in the directory when it crashed. Returns how many.
std::size_t remove_leftover_spools(const std::string& directory, const std::string& daemon);

}  // namespace holdfast::volumes
