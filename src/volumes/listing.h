// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "format/attributes.h"
#include "format/label.h"
#include "volumes/record_reader.h"

namespace holdfast::volumes {

/// Takes what a listing prints, with its line ends.
using Output = std::function<void(std::string_view text)>;

/// Lists the files that attributes records name, as the volume tools do (interop 10, section 4).
class FileListing final : public RecordVisitor {
 public:
  /// `is_wanted` decides by the name; may be empty.
  FileListing(Output output, std::function<bool(std::string_view name)> is_wanted)
      : output_(std::move(output)), is_wanted_(std::move(is_wanted)) {}

  void record(const format::Record& record, const Block& block) override;
  void label(const format::Record& record, const Block& block) override;
  std::uint32_t count() const { return count_; }

 private:
  Output output_;
  std::function<bool(std::string_view)> is_wanted_;
  std::unordered_map<VolumeSession, std::int32_t> jobs_;
  std::uint32_t count_ = 0;
};

/// Lists every record with a line of its own, as bls -v does instead of files.
class RecordListing final : public RecordVisitor {
 public:
  explicit RecordListing(Output output) : output_(std::move(output)) {}

  void record(const format::Record& record, const Block& block) override;
  void label(const format::Record& record, const Block& block) override;
  /// Of files and directories.
  std::uint32_t count() const { return count_; }

 private:
  Output output_;
  std::uint32_t count_ = 0;
};

/// What is said of a volume that another one precedes; empty of others.
std::string continuation_warning(const format::VolumeLabel& label);

/// "-rw-r--r--   1 root     root          200000 2026-11-22 21:51:00  /etc/hello": like ls, with the time of the
/// last change of the inode.
std::string file_line(const format::Attributes& attributes);

enum class Detail { brief, full };

/// Lists labels only.
class LabelListing final : public RecordVisitor {
 public:
  LabelListing(Output output, Detail detail) : output_(std::move(output)), detail_(detail) {}

  void record(const format::Record&, const Block&) override {}
  void label(const format::Record& record, const Block& block) override;

 private:
  void session(const format::Record& record, const Block& block);

  Output output_;
  Detail detail_;
};

/// Lists blocks: a line each, with `first_records` also what they begin with, with `all_records` all of it.
class BlockListing final : public RecordVisitor {
 public:
  enum class Contents { none, first_record, all_records };
  BlockListing(Output output, Contents contents) : output_(std::move(output)), contents_(contents) {}

  void record(const format::Record&, const Block&) override {}
  void block(const Block& block) override;

 private:
  void dump(const Block& block);

  Output output_;
  Contents contents_;
  std::uint32_t count_ = 0;
};

/// The volume label in full, as -L prints it.
std::string describe(const format::VolumeLabel& label, std::uint64_t file, std::int32_t type,
                     std::size_t size);

}  // namespace holdfast::volumes
