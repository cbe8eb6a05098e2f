// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "device/device.h"
#include "format/block_builder.h"
#include "volumes/record_reader.h"

namespace holdfast::volumes {

/// Labelled volumes that are appended to one after the other. One thread.
class CopyTarget {
 public:
  struct Settings {
    device::BlockSizes sizes{};
    std::uint64_t max_file_size = 1'000'000'000;  ///< bytes between two file marks, where there are any
  };
  /// Hears of each volume that is opened, and of each that is full.
  using Tell = std::function<void(const std::string& text)>;

  CopyTarget(device::Drive& drive, std::vector<std::string> volumes, Settings settings, Tell tell)
      : drive_(drive), volumes_(std::move(volumes)), settings_(settings), tell_(std::move(tell)) {}

  /// Opens the first. Throws Error where it has no label, or another one.
  void open();
  /// Goes on to the next volume where this one is full; throws Error{no_space} behind the last.
  void write(Bytes block);
  /// After it returns, what was written survives a power cut.
  void close();

  std::size_t max_block_size() const { return settings_.sizes.maximum; }

 private:
  void open_next();
  void write_mark();

  device::Drive& drive_;
  std::vector<std::string> volumes_;
  Settings settings_;
  Tell tell_;
  std::size_t next_ = 0;
  std::unique_ptr<device::Device> medium_;
  std::uint64_t since_mark_ = 0;
};

/// Copies records and session labels as they are, to blocks of their own (interop 10, section 7). Memory: a block for each
/// session that is open.
class VolumeCopy final : public RecordVisitor {
 public:
  /// `is_wanted` chooses sessions; empty for all.
  VolumeCopy(CopyTarget& target, std::function<bool(VolumeSession)> is_wanted, CopyTarget::Tell tell)
      : target_(target), is_wanted_(std::move(is_wanted)), tell_(std::move(tell)) {}

  void record(const format::Record& record, const Block& block) override;
  /// Throws Error{invalid} for a volume that is only prelabelled.
  void label(const format::Record& record, const Block& block) override;
  /// Writes what is left, and closes the target.
  void finish();

  std::uint32_t jobs() const { return jobs_; }
  std::uint64_t records() const { return records_; }

 private:
  format::BlockBuilder& builder_of(VolumeSession session);
  void put(format::BlockBuilder& builder, std::int32_t file_index, std::int32_t stream, Bytes payload);
  void write(format::BlockBuilder& builder);
  void session_label(const format::Record& record);

  CopyTarget& target_;
  std::function<bool(VolumeSession)> is_wanted_;
  CopyTarget::Tell tell_;
  std::unordered_map<VolumeSession, std::unique_ptr<format::BlockBuilder>> builders_;
  Buffer spare_;
  std::uint32_t jobs_ = 0;
  std::uint64_t records_ = 0;
};

}  // namespace holdfast::volumes
