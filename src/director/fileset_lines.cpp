// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/fileset_lines.h"

#include <fstream>

#include "base/error.h"
#include "os/process.h"

namespace holdfast::director {
namespace {

using Lines = std::vector<std::string>;

/// The output of a command, each line as an entry with its newline.
void add_output(Lines& lines, const std::string& code, const std::string& configured,
                const FileSetCommands& commands) {
  const std::string command = commands.expand ? commands.expand(configured) : configured;
  const auto end = os::run_process(
      os::split_command(command),
      [&](std::string_view line) { lines.push_back(code + std::string(line) + "\n"); }, commands.stop);
  if (!end.succeeded()) throw Error(ErrorKind::io, "FileSet command \"{}\" failed: {}", command, end.text());
}

void add_list(Lines& lines, const std::string& code, const std::string& path) {
  std::ifstream in(path);
  if (!in) throw Error(ErrorKind::not_found, "cannot open the FileSet list {}", path);
  for (std::string line; std::getline(in, line);) lines.push_back(code + line + "\n");
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

}  // namespace holdfast::director
