// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/fileset_lines.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "os/process.h"
#include "os/text_file.h"

namespace holdfast::director {
namespace {

using Lines = std::vector<std::string>;

// Millions of names; more would be a device or an endless file.
constexpr std::size_t longest_list = 1024 * 1024 * 1024;

/// The output of a command, each line as an entry with its newline.
void add_output(Lines& lines, const std::string& code, const std::string& configured,
                const FileSetCommands& commands) {
  const std::string command = commands.expand ? commands.expand(configured) : configured;
  const auto end = os::run_process(
      os::split_command(command),
      [&](std::string_view line) {
        if (!trim(line).empty()) lines.push_back(fmt::format("{}{}\n", code, line));
      },
      commands.stop);
  if (!end.succeeded()) throw Error(ErrorKind::io, "FileSet command \"{}\" failed: {}", command, end.text());
}

void add_list(Lines& lines, const std::string& code, const std::string& path) {
  try {
    const auto text = os::read_text(path, longest_list);
    for (const auto line : split(text, '\n'))
      if (!trim(line).empty()) lines.push_back(fmt::format("{}{}\n", code, line));
  } catch (const Error&) {
    rethrow_with("FileSet list {}", path);
  }
}

/// About as slow, and a little weaker.
int gzip_level_for(int zstd_level) {
  if (zstd_level <= 2) return 1;
  return zstd_level < 10 ? 6 : 9;
}

}  // namespace

Lines fileset_lines(const config::FileSet& fileset, config::ClientCompression compression,
                    const FileSetCommands& commands) {
  Lines resolved;
  for (std::string& line : config::file_set_lines(fileset, compression)) {
    const bool is_item = line.starts_with("F ") || line.starts_with("P ");
    if (!is_item || line.size() < 3) {
      resolved.push_back(std::move(line));
      continue;
    }
    const std::string code = line.substr(0, 2);
    if (line[2] == '|')
      add_output(resolved, code, line.substr(3), commands);
    else if (line[2] == '<')
      add_list(resolved, code, line.substr(3));
    else
      resolved.push_back(line[2] == '\\' ? code + line.substr(3) : std::move(line));
  }
  return resolved;
}

std::optional<std::string> replace_zstd(Lines& lines) {
  std::optional<std::string> done;
  for (auto& line : lines) {
    // No other option has a capital Z in its letters or its argument.
    const auto start = line.starts_with("O ") ? line.find("Zs") : line.npos;
    const auto end = line.find(':', start == line.npos ? 0 : start);
    if (start == line.npos || end == line.npos) continue;
    const auto level = parse_number<int>(line.substr(start + 2, end - start - 2)).value_or(0);
    const int instead = gzip_level_for(level);
    line.replace(start, end + 1 - start, fmt::format("Z{}", instead));
    if (!done) done = fmt::format("ZSTD{} was replaced by GZIP{}", level, instead);
  }
  return done;
}

}  // namespace holdfast::director
