// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "os/tape.h"

namespace holdfast::device {

/// What shall go wrong, and when.
struct TapeFault {
  enum class At { open, read, write, operation };
  At at = At::write;
  os::TapeOperation operation{};  ///< where `at` says so
  std::uint32_t from = 1;         ///< the first such call that fails, counted from 1
  std::uint32_t times = 1;        ///< how many in a row
  std::error_code error;          ///< none: a short write
  std::uint32_t seen = 0;         ///< calls so far

  /// Counts a call; whether it fails.
  bool is_due() {
    ++seen;
    return seen >= from && seen - from < times;
  }
};

/// How an emulated tape and its drive behave (docs/formats/emulated-tape.md).
struct TapePlan {
  std::uint64_t capacity = UINT64_MAX;  ///< bytes of blocks
  std::uint64_t early_warning = 0;      ///< so many bytes before the capacity is reached
  std::uint32_t min_block = 1;
  std::uint32_t max_block = 32U * 1024 * 1024;
  bool is_write_protected = false;
  bool is_cleaning_cartridge = false;
  bool knows_position = true;
  std::chrono::milliseconds rewind_time{};
  std::chrono::milliseconds space_time{};
  std::vector<os::TapeOperation> unknown_operations;
  bool knows_status = true;
  std::vector<TapeFault> faults;
  struct BadBlock {
    std::uint32_t file = 0;
    std::uint32_t block = 0;
  };
  std::vector<BadBlock> bad_blocks;

  bool is_bad(std::uint32_t file, std::uint32_t block) const;
  /// The fault that is due at this call, counted.
  const TapeFault* fault(TapeFault::At at, os::TapeOperation operation = {});
};

/// "capacity=10m,writeprotected=yes,fault=write:3:io". Throws Error{invalid} that says what is wrong.
TapePlan parse_tape_plan(std::string_view text);

/// Says how the tape behaves now.
class TapePlanSource {
 public:
  virtual ~TapePlanSource() = default;
  virtual TapePlan& current() = 0;
};

/// A plan that somebody else keeps, and may change.
class BorrowedTapePlan final : public TapePlanSource {
 public:
  explicit BorrowedTapePlan(TapePlan& plan) : plan_(plan) {}
  TapePlan& current() override { return plan_; }

 private:
  TapePlan& plan_;
};

/// Options of the device, then those in files of one option a line, which are read again whenever they change: a test
/// or an administrator lets the tape of a running daemon fail. What stands in a later one counts.
class TapePlanFiles final : public TapePlanSource {
 public:
  TapePlanFiles(std::string options, std::vector<std::string> paths)
      : options_(std::move(options)), paths_(std::move(paths)) {}
  TapePlan& current() override;

 private:
  std::string options_;
  std::vector<std::string> paths_;
  std::string parsed_;
  std::optional<TapePlan> plan_;
};

}  // namespace holdfast::device
