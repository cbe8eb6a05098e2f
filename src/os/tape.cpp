// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/tape.h"

#include <fcntl.h>
#include <linux/mtio.h>
#include <sys/ioctl.h>

#include <cerrno>

namespace holdfast::os {
namespace {

std::error_code last_error() { return {errno, std::generic_category()}; }

struct DriverOperation {
  TapeOperation operation;
  short code;
  int option;  ///< instead of the count, where not 0
};

constexpr DriverOperation driver_operations[] = {
    {TapeOperation::rewind, MTREW, 0},
    {TapeOperation::forward_files, MTFSF, 0},
    {TapeOperation::back_files, MTBSF, 0},
    {TapeOperation::forward_records, MTFSR, 0},
    {TapeOperation::back_records, MTBSR, 0},
    {TapeOperation::end_of_data, MTEOM, 0},
    {TapeOperation::write_filemarks, MTWEOF, 0},
    {TapeOperation::offline, MTOFFL, 0},
    {TapeOperation::load, MTLOAD, 0},
    {TapeOperation::lock, MTLOCK, 0},
    {TapeOperation::unlock, MTUNLOCK, 0},
    {TapeOperation::set_block_size, MTSETBLK, 0},
    {TapeOperation::clear_two_filemarks, MTSETDRVBUFFER, MT_ST_CLEARBOOLEANS | MT_ST_TWO_FM},
    {TapeOperation::clear_fast_end_of_data, MTSETDRVBUFFER, MT_ST_CLEARBOOLEANS | MT_ST_FAST_MTEOM},
};

Outcome<UniqueFd> open_tape(const std::string& path, int flags) {
  UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC));
  if (!fd) return unexpected(last_error());
  return fd;
}

std::optional<std::uint32_t> known(long number) {
  if (number < 0) return std::nullopt;
  return static_cast<std::uint32_t>(number);
}

}  // namespace

Outcome<Tape> Tape::open_unready(const std::string& path) {
  return open_tape(path, O_RDONLY | O_NONBLOCK).map([](UniqueFd fd) { return Tape(std::move(fd)); });
}

Outcome<Tape> Tape::open(const std::string& path, Access access) {
  return open_tape(path, access == Access::read ? O_RDONLY : O_RDWR).map([](UniqueFd fd) {
    return Tape(std::move(fd));
  });
}

Outcome<std::size_t> Tape::write(Bytes block) {
  const auto put = ::write(fd_.get(), block.data(), block.size());
  if (put < 0) return unexpected(last_error());
  return static_cast<std::size_t>(put);
}

Outcome<std::size_t> Tape::read(MutableBytes into) {
  const auto got = ::read(fd_.get(), into.data(), into.size());
  if (got < 0) return unexpected(last_error());
  return static_cast<std::size_t>(got);
}

Outcome<void> Tape::operate(TapeOperation operation, std::uint32_t count) {
  for (const auto& known_operation : driver_operations) {
    if (known_operation.operation != operation) continue;
    mtop request{};
    request.mt_op = known_operation.code;
    request.mt_count = known_operation.option != 0 ? known_operation.option : static_cast<int>(count);
    if (::ioctl(fd_.get(), MTIOCTOP, &request) != 0) return unexpected(last_error());
    return {};
  }
  return unexpected(std::make_error_code(std::errc::function_not_supported));
}

Outcome<TapeStatus> Tape::status() {
  mtget said{};
  if (::ioctl(fd_.get(), MTIOCGET, &said) != 0) return unexpected(last_error());
  TapeStatus status;
  status.file = known(said.mt_fileno);
  status.block = known(said.mt_blkno);
  status.block_size = static_cast<std::uint32_t>((said.mt_dsreg & MT_ST_BLKSIZE_MASK) >> MT_ST_BLKSIZE_SHIFT);
  status.is_online = GMT_ONLINE(said.mt_gstat) != 0;
  status.at_beginning = GMT_BOT(said.mt_gstat) != 0;
  status.at_filemark = GMT_EOF(said.mt_gstat) != 0;
  status.at_end_of_data = GMT_EOD(said.mt_gstat) != 0;
  status.at_end_of_medium = GMT_EOT(said.mt_gstat) != 0;
  status.is_write_protected = GMT_WR_PROT(said.mt_gstat) != 0;
  status.is_open = GMT_DR_OPEN(said.mt_gstat) != 0;
  status.wants_cleaning = GMT_CLN(said.mt_gstat) != 0;
  return status;
}

}  // namespace holdfast::os
