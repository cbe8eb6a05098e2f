// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <climits>
#include <memory>
#include <string>
#include <vector>

#include "device/device.h"

namespace holdfast::testing_support {

/// Which operation fails, counted over all devices that share the plan, from 0; and how many behind it: all, as in a
/// machine that lost power, unless the plan says otherwise.
struct FaultPlan {
  int fail_at = -1;
  int failures = INT_MAX;
  int operations = 0;

  bool fired() const { return fail_at >= 0 && operations > fail_at; }
  /// Counts one operation; throws Error{io} when it is its turn, and ever after.
  void step();
};

/// Fails as planned; else passes everything on.
class FaultyDevice final : public device::Device {
 public:
  FaultyDevice(std::unique_ptr<device::Device> inner, FaultPlan& plan)
      : inner_(std::move(inner)), plan_(plan) {}

  void heed(std::stop_token stop) override { inner_->heed(std::move(stop)); }
  device::Addressing addressing() const override { return inner_->addressing(); }
  void set_block_sizes(const device::BlockSizes& sizes) override { inner_->set_block_sizes(sizes); }
  std::optional<std::uint64_t> size() override { return inner_->size(); }
  Written write_block(Bytes block) override { return plan_.step(), inner_->write_block(block); }
  using Device::write_filemark;
  Written write_filemark(Mark mark) override { return plan_.step(), inner_->write_filemark(mark); }
  ReadOutcome read_block(Buffer& into) override { return plan_.step(), inner_->read_block(into); }
  std::optional<std::uint64_t> find_block(std::uint64_t from) override { return inner_->find_block(from); }
  void seek(std::uint64_t address) override { inner_->seek(address); }
  std::uint64_t seek_to_end() override { return inner_->seek_to_end(); }
  std::uint64_t position() const override { return inner_->position(); }
  void flush() override { plan_.step(), inner_->flush(); }
  void truncate(std::uint64_t address) override { plan_.step(), inner_->truncate(address); }

 private:
  std::unique_ptr<device::Device> inner_;
  FaultPlan& plan_;
};

/// Writes down what is done: "write 64", "filemark", "read", "seek 189", "flush", "truncate 0".
class TracingDevice final : public device::Device {
 public:
  TracingDevice(std::unique_ptr<device::Device> inner, std::vector<std::string>& trace)
      : inner_(std::move(inner)), trace_(trace) {}

  void heed(std::stop_token stop) override { inner_->heed(std::move(stop)); }
  device::Addressing addressing() const override { return inner_->addressing(); }
  void set_block_sizes(const device::BlockSizes& sizes) override { inner_->set_block_sizes(sizes); }
  std::optional<std::uint64_t> size() override { return inner_->size(); }
  Written write_block(Bytes block) override;
  using Device::write_filemark;
  Written write_filemark(Mark mark) override;
  ReadOutcome read_block(Buffer& into) override;
  std::optional<std::uint64_t> find_block(std::uint64_t from) override { return inner_->find_block(from); }
  void seek(std::uint64_t address) override;
  std::uint64_t seek_to_end() override;
  std::uint64_t position() const override { return inner_->position(); }
  void flush() override;
  void truncate(std::uint64_t address) override;

 private:
  std::unique_ptr<device::Device> inner_;
  std::vector<std::string>& trace_;
};

/// Wraps every device of a drive; opening and creating count as operations too.
class FaultyDrive final : public device::Drive {
 public:
  FaultyDrive(device::Drive& inner, FaultPlan& plan) : inner_(inner), plan_(plan) {}
  FaultyDrive(std::unique_ptr<device::Drive> inner, FaultPlan& plan)
      : own_(std::move(inner)), inner_(*own_), plan_(plan) {}

  std::unique_ptr<device::Device> open(std::string_view volume, Access access) override;
  std::unique_ptr<device::Device> create(std::string_view volume) override;
  Media media_kind() const override { return inner_.media_kind(); }
  void heed(std::stop_token stop) override { inner_.heed(std::move(stop)); }
  void use_key(std::string_view encryption_key) override { inner_.use_key(encryption_key); }
  bool has(std::string_view volume) override { return inner_.has(volume); }
  void unload() override { plan_.step(), inner_.unload(); }
  void rename(std::string_view from, std::string_view to) override { inner_.rename(from, to); }

 private:
  std::unique_ptr<device::Drive> own_;
  device::Drive& inner_;
  FaultPlan& plan_;
};

}  // namespace holdfast::testing_support
