// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/file_flags.h"

#include <linux/fs.h>
#include <sys/ioctl.h>

#include <cerrno>

#include "os/files_at.h"

namespace holdfast::os {

namespace {

static_assert(flag_compressed == FS_COMPR_FL && flag_immutable == FS_IMMUTABLE_FL &&
              flag_append_only == FS_APPEND_FL && flag_no_dump == FS_NODUMP_FL);

auto failure() {
  const auto reason = errno == ENOTTY || errno == EOPNOTSUPP
                          ? std::make_error_code(std::errc::not_supported)
                          : std::error_code(errno, std::generic_category());
  return unexpected(reason);
}

}  // namespace

Outcome<void> change_flags(int fd, std::uint32_t set, std::uint32_t clear) {
  int flags = 0;  // the kernel takes an int here, whatever the name of the request says
  if (::ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0) return failure();
  const int wanted = static_cast<int>((static_cast<std::uint32_t>(flags) & ~clear) | set);
  if (wanted != flags && ::ioctl(fd, FS_IOC_SETFLAGS, &wanted) < 0) return failure();
  return {};
}

Outcome<void> change_flags_at(int directory, const char* name, std::uint32_t set, std::uint32_t clear) {
  const auto fd = open_at(directory, name, OpenFor::read);
  if (!fd) return unexpected(fd.error());
  return change_flags(fd->get(), set, clear);
}

}  // namespace holdfast::os
