// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/tape_unit.h"

#include <cerrno>

#include "base/error.h"
#include "device/tape_device.h"

namespace holdfast::device {
namespace {

ErrorKind kind_of(const std::error_code& error) {
  const auto& condition = error.default_error_condition();
  if (error.value() == ENOMEDIUM || condition == std::errc::no_such_file_or_directory)
    return ErrorKind::not_found;
  if (condition == std::errc::read_only_file_system || condition == std::errc::permission_denied)
    return ErrorKind::refused;
  return ErrorKind::io;
}

}  // namespace

std::unique_ptr<TapeDrive> TapeUnit::open_patiently(os::Tape::Access access) {
  for (std::chrono::seconds waited{0};; waited += open_retry_pause) {
    auto tape = open_tape_(access);
    if (tape) return std::move(*tape);
    const auto kind = kind_of(tape.error());
    if (kind != ErrorKind::io || waited >= traits_.max_open_wait)
      throw Error(kind, "tape drive {} cannot be opened: {}", name_, tape.error().message());
    patience_.pause(open_retry_pause);
  }
}

/// What a drive does not know of this, it does without.
void TapeUnit::prepare(TapeDrive& tape) const {
  static_cast<void>(tape.operate(TapeOperation::lock, 1));
  if (traits_.sizes.minimum == 0 && traits_.sizes.maximum == 0)
    static_cast<void>(tape.operate(TapeOperation::set_block_size, 0));
  if (!traits_.two_eof) static_cast<void>(tape.operate(TapeOperation::clear_two_filemarks, 1));
  if (traits_.hardware_end_of_medium)
    static_cast<void>(tape.operate(TapeOperation::clear_fast_end_of_data, 1));
}

std::unique_ptr<Device> TapeUnit::open(std::string_view, Access access) {
  auto tape = open_patiently(access == Access::read ? os::Tape::Access::read : os::Tape::Access::write);
  prepare(*tape);
  return std::make_unique<TapeDevice>(std::move(tape), traits_, patience_);
}

bool TapeUnit::has(std::string_view) {
  const auto tape = open_tape_(os::Tape::Access::read);
  return tape || kind_of(tape.error()) != ErrorKind::not_found;
}

void TapeUnit::unload() {
  if (!traits_.offline_on_unmount) return;
  auto tape = open_tape_(os::Tape::Access::read);
  if (!tape) return;
  static_cast<void>((*tape)->operate(TapeOperation::unlock, 1));
  if (auto ejected = (*tape)->operate(TapeOperation::offline, 1); !ejected)
    throw Error(ErrorKind::io, "tape drive {} does not eject: {}", name_, ejected.error().message());
}

}  // namespace holdfast::device
