// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/text_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.h"
#include "os/errno.h"
#include "os/file.h"
#include "os/unique_fd.h"

namespace holdfast::os {

namespace {

UniqueFd open_file(const std::string& path, int flags, mode_t permissions) {
  UniqueFd file(::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, permissions));
  if (!file) throw_errno("cannot open " + path);
  return file;
}

void write_all(int file, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) throw_errno("cannot write to " + path);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void write_text(const std::string& path, std::string_view text, Writing writing) {
  const int how = writing == Writing::anew ? O_TRUNC : O_APPEND;
  write_all(open_file(path, O_WRONLY | O_CREAT | how, 0640).get(), text, path);
}

void replace_file(const std::string& path, std::string_view text) {
  const std::string fresh = path + ".new";
  write_all(open_file(fresh, O_WRONLY | O_CREAT | O_TRUNC, 0600).get(), text, fresh);
  rename_file(fresh, path);
}

std::string read_text(const std::string& path, std::size_t limit) {
  const UniqueFd file = open_file(path, O_RDONLY, 0);
  std::string text;
  std::array<char, 16384> piece;
  while (true) {
    const ssize_t count = ::read(file.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("cannot read " + path);
    if (count == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(count));
    if (text.size() > limit) throw Error(ErrorKind::invalid, "{} is longer than {} bytes", path, limit);
  }
}

}  // namespace holdfast::os
