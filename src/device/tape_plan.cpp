// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/tape_plan.h"

#include <algorithm>
#include <cerrno>

#include "base/error.h"
#include "base/text.h"
#include "device/device_options.h"
#include "os/file.h"
#include "os/text_file.h"

namespace holdfast::device {
namespace {

constexpr std::size_t longest_plan = 64 * 1024;
constexpr std::string_view known_options[] = {
    "capacity",   "earlywarning", "minblock", "maxblock", "writeprotected", "cleaning", "position",
    "rewindtime", "spacetime",    "status",   "unknown",  "fault",          "badblock",
};

struct OperationName {
  std::string_view name;
  os::TapeOperation operation;
};
constexpr OperationName operation_names[] = {
    {"rewind", os::TapeOperation::rewind},
    {"fsf", os::TapeOperation::forward_files},
    {"bsf", os::TapeOperation::back_files},
    {"fsr", os::TapeOperation::forward_records},
    {"bsr", os::TapeOperation::back_records},
    {"eom", os::TapeOperation::end_of_data},
    {"weof", os::TapeOperation::write_filemarks},
    {"offline", os::TapeOperation::offline},
    {"load", os::TapeOperation::load},
    {"lock", os::TapeOperation::lock},
    {"unlock", os::TapeOperation::unlock},
    {"setblk", os::TapeOperation::set_block_size},
};

struct ErrorName {
  std::string_view name;
  int error;  ///< 0: a short write
};
constexpr ErrorName error_names[] = {
    {"io", EIO},          {"busy", EBUSY},         {"full", ENOSPC},    {"short", 0},
    {"interrupt", EINTR}, {"nomedium", ENOMEDIUM}, {"unknown", ENOTTY},
};

[[noreturn]] void refuse(std::string_view option, std::string_view value, std::string_view form) {
  throw Error(ErrorKind::invalid, "device option {}={}: it must be {}", option, printable(value), form);
}

template <typename Names>
auto find_name(const Names& names, std::string_view name) {
  return std::find_if(std::begin(names), std::end(names),
                      [&](const auto& known) { return known.name == name; });
}

/// "write:3:io" or "fsf:1:busy:2".
TapeFault parse_fault(std::string_view text) {
  constexpr std::string_view form = "CALL:NUMBER:ERROR or CALL:NUMBER:ERROR:TIMES";
  const auto parts = split(text, ':');
  if (parts.size() < 3 || parts.size() > 4) refuse("fault", text, form);
  TapeFault fault;
  if (parts[0] == "open") {
    fault.at = TapeFault::At::open;
  } else if (parts[0] == "read") {
    fault.at = TapeFault::At::read;
  } else if (parts[0] != "write") {
    const auto operation = find_name(operation_names, parts[0]);
    if (operation == std::end(operation_names)) refuse("fault", text, form);
    fault.at = TapeFault::At::operation;
    fault.operation = operation->operation;
  }
  const auto from = parse_number<std::uint32_t>(parts[1]);
  const auto error = find_name(error_names, parts[2]);
  const auto times = parse_number<std::uint32_t>(parts.size() == 4 ? parts[3] : "1");
  if (!from || !times || error == std::end(error_names)) refuse("fault", text, form);
  fault.from = *from;
  fault.times = *times;
  if (error->error != 0) fault.error = {error->error, std::generic_category()};
  return fault;
}

TapePlan::BadBlock parse_bad_block(std::string_view text) {
  const auto parts = split(text, ':');
  const auto file = parse_number<std::uint32_t>(parts[0]);
  const auto block = parse_number<std::uint32_t>(parts.back());
  if (parts.size() != 2 || !file || !block) refuse("badblock", text, "FILE:BLOCK");
  return {*file, *block};
}

bool unless_no(const DeviceOptions& options, std::string_view key) {
  return !options.find(key) || options.is_set(key);
}

}  // namespace

bool TapePlan::is_bad(std::uint32_t file, std::uint32_t block) const {
  return std::any_of(bad_blocks.begin(), bad_blocks.end(),
                     [&](const BadBlock& bad) { return bad.file == file && bad.block == block; });
}

const TapeFault* TapePlan::fault(TapeFault::At at, os::TapeOperation operation) {
  const TapeFault* due = nullptr;
  for (auto& fault : faults) {
    const bool is_meant = fault.at == at && (at != TapeFault::At::operation || fault.operation == operation);
    if (is_meant && fault.is_due()) due = &fault;
  }
  return due;
}

TapePlan parse_tape_plan(std::string_view text) {
  const DeviceOptions options(text, known_options);
  TapePlan plan;
  plan.capacity = options.size("capacity", plan.capacity);
  plan.early_warning = options.size("earlywarning", 0);
  plan.min_block = static_cast<std::uint32_t>(options.size("minblock", plan.min_block));
  plan.max_block = static_cast<std::uint32_t>(options.size("maxblock", plan.max_block));
  plan.is_write_protected = options.is_set("writeprotected");
  plan.is_cleaning_cartridge = options.is_set("cleaning");
  plan.knows_position = unless_no(options, "position");
  plan.knows_status = unless_no(options, "status");
  plan.rewind_time = std::chrono::milliseconds(options.number("rewindtime", 0));
  plan.space_time = std::chrono::milliseconds(options.number("spacetime", 0));
  for (const auto& name : options.all("unknown")) {
    const auto operation = find_name(operation_names, name);
    if (operation == std::end(operation_names)) refuse("unknown", name, "an operation like fsf");
    plan.unknown_operations.push_back(operation->operation);
  }
  for (const auto& fault : options.all("fault")) plan.faults.push_back(parse_fault(fault));
  for (const auto& bad : options.all("badblock")) plan.bad_blocks.push_back(parse_bad_block(bad));
  return plan;
}

TapePlan& TapePlanFiles::current() {
  std::string text = options_;
  for (const auto& path : paths_) {
    if (os::file_exists(path)) text += "," + replace_all(os::read_text(path, longest_plan), "\n", ",");
  }
  if (!plan_ || text != parsed_) {
    plan_ = parse_tape_plan(text);
    parsed_ = text;
  }
  return *plan_;
}

}  // namespace holdfast::device
