// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console_messages.h"

#include <fstream>

namespace holdfast::director {
namespace {

std::uintmax_t size_of(const std::filesystem::path& file) {
  std::error_code failed;
  const std::uintmax_t size = std::filesystem::file_size(file, failed);
  return failed ? 0 : size;
}

}  // namespace

void ConsoleMessages::add(std::string_view text) {
  lock_.with([&](Lock&) {
    const bool is_full = size_of(file_) > largest;
    std::ofstream out(file_, is_full ? std::ios::trunc : std::ios::app);
    if (is_full)
      out << "Older messages were dropped here. The catalog has the log of each job (list joblog).\n";
    out << text;
  });
}

bool ConsoleMessages::is_empty() const {
  return lock_.read([&](const Lock&) { return size_of(file_) == 0; });
}

std::vector<std::string> ConsoleMessages::take() {
  return lock_.with([&](Lock&) {
    std::vector<std::string> lines;
    std::ifstream in(file_, std::ios::binary);
    for (std::string line; std::getline(in, line);) lines.push_back(line + "\n");
    std::error_code ignored;
    std::filesystem::resize_file(file_, 0, ignored);
    return lines;
  });
}

}  // namespace holdfast::director
