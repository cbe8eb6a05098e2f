// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/fifo_device.h"

#include "base/error.h"
#include "os/file.h"

namespace holdfast::device {
namespace {

constexpr std::chrono::seconds reader_pause{1};

}  // namespace

Device::Written FifoDevice::write_block(Bytes block) {
  if (auto done = fifo_.write(block, stop_); !done)
    throw Error(ErrorKind::io, "the FIFO cannot be written: {}", done.error().message());
  written_ += block.size();
  return Written::ok;
}

void FifoDevice::seek(std::uint64_t address) {
  if (address != written_) throw Error(ErrorKind::unsupported, "a FIFO has no position to go to");
}

std::unique_ptr<Device> FifoDrive::open(std::string_view, Access access) {
  if (access == Access::read) throw Error(ErrorKind::unsupported, "volumes on a FIFO cannot be read back");
  for (std::chrono::seconds waited{0};; waited += reader_pause) {
    auto fifo = os::FifoWriter::open(path_);
    if (fifo) return std::make_unique<FifoDevice>(std::move(*fifo), patience_.stop());
    if (fifo.error() == std::errc::no_such_file_or_directory)
      throw Error(ErrorKind::not_found, "there is no FIFO {}", path_);
    const bool has_no_reader = fifo.error() == std::errc::no_such_device_or_address;
    if (!has_no_reader) throw Error(ErrorKind::io, "open FIFO {}: {}", path_, fifo.error().message());
    if (waited >= max_open_wait_) throw Error(ErrorKind::timeout, "nobody reads from FIFO {}", path_);
    patience_.pause(reader_pause);
  }
}

bool FifoDrive::has(std::string_view) { return os::file_exists(path_); }

}  // namespace holdfast::device
