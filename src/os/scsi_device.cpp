// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/scsi_device.h"

#include <fcntl.h>
#include <scsi/sg.h>
#include <sys/ioctl.h>

#include <array>
#include <cerrno>

#include "base/error.h"
#include "os/errno.h"
#include "os/scsi_sense.h"

namespace holdfast::os {

namespace {

// Pages of logs and of encryption come at once, unless the drive is at work.
constexpr unsigned patience_in_milliseconds = 60'000;
constexpr std::size_t longest_sense = 96;
constexpr unsigned char check_condition = 0x02;

}  // namespace

ScsiDevice::ScsiDevice(const std::string& path)
    : path_(path), file_(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)) {
  if (!file_) throw_errno("cannot open " + path);
}

std::size_t ScsiDevice::receive(Bytes command, MutableBytes into) {
  return transfer(command, into.data(), into.size(), Data::from_device);
}

void ScsiDevice::send(Bytes command, Bytes data) {
  Buffer copy = to_buffer(data);  // the interface of the system wants to be able to write it
  transfer(command, copy.data(), copy.size(), Data::to_device);
  std::fill(copy.begin(), copy.end(), std::byte{0});
}

std::size_t ScsiDevice::transfer(Bytes command, std::byte* data, std::size_t size, Data direction) {
  Buffer block = to_buffer(command);
  std::array<unsigned char, longest_sense> sense{};
  ::sg_io_hdr request{};
  request.interface_id = 'S';
  request.dxfer_direction = direction == Data::from_device ? SG_DXFER_FROM_DEV : SG_DXFER_TO_DEV;
  request.cmdp = reinterpret_cast<unsigned char*>(block.data());
  request.cmd_len = static_cast<unsigned char>(block.size());
  request.dxferp = data;
  request.dxfer_len = static_cast<unsigned>(size);
  request.sbp = sense.data();
  request.mx_sb_len = static_cast<unsigned char>(sense.size());
  request.timeout = patience_in_milliseconds;
  if (::ioctl(file_.get(), SG_IO, &request) != 0) throw_errno("cannot send a SCSI command to " + path_);
  if (request.status == check_condition) {
    const auto why = parse_sense(std::as_bytes(std::span(sense)).first(request.sb_len_wr));
    throw Error(ErrorKind::refused, "{} refuses a SCSI command: {}", path_,
                why ? to_string(*why) : "it does not say why");
  }
  if (request.status != 0 || request.host_status != 0 || (request.driver_status & 0x0F) != 0)
    throw Error(ErrorKind::io, "a SCSI command to {} failed: status {:#x}, host {:#x}, driver {:#x}", path_,
                request.status, request.host_status, request.driver_status);
  return size - static_cast<std::size_t>(std::max(0, request.resid));
}

}  // namespace holdfast::os
