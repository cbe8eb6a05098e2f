// SPDX-License-Identifier: AGPL-3.0-or-later
#include "console/printer.h"

#include <cerrno>

#include "os/errno.h"

namespace holdfast::console {

void Printer::print(std::string_view text) {
  if (file_) std::fwrite(text.data(), 1, text.size(), file_.get());
  if (!file_ || screen_too_) std::fwrite(text.data(), 1, text.size(), screen_);
}

void Printer::flush() {
  if (file_) std::fflush(file_.get());
  std::fflush(screen_);
}

std::string Printer::open_file(const std::string& path, const std::string& mode, Also also) {
  std::FILE* file = std::fopen(path.c_str(), mode.c_str());
  if (!file) return os::errno_text(errno);
  file_.reset(file);
  screen_too_ = also == Also::screen_too;
  return "";
}

}  // namespace holdfast::console
