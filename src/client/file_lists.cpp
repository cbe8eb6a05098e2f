// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/file_lists.h"

#include <fstream>

#include "base/error.h"
#include "base/text.h"
#include "os/process.h"

namespace holdfast::client {

namespace {

using Lines = std::vector<std::string>;

Lines lines_of_command(const std::string& command, const JobCodes& codes, std::stop_token stop) {
  Lines lines;
  const auto words = os::split_command(expand_codes(command, codes));
  const auto end = os::run_process(
      words, [&](std::string_view line) { lines.emplace_back(line); }, std::move(stop));
  if (!end.succeeded())
    throw Error(ErrorKind::invalid, "Error running program: {}. ERR={}. No list of files to save", command,
                end.text());
  return lines;
}

Lines lines_of_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw Error(ErrorKind::not_found, "Cannot open FileSet input file: {}", path);
  Lines lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

Lines expanded(const Lines& entries, const JobCodes& codes, const std::stop_token& stop) {
  Lines result;
  for (const std::string& entry : entries) {
    const bool is_list = entry.starts_with('|') || entry.starts_with('<');
    if (!is_list) {
      result.push_back(entry);
      continue;
    }
    const std::string what = entry.substr(1);
    for (const std::string& line :
         entry.front() == '|' ? lines_of_command(what, codes, stop) : lines_of_file(what)) {
      const auto name = trim(line);
      if (!name.empty()) result.emplace_back(name);
    }
  }
  return result;
}

}  // namespace

void expand_file_lists(archive::FileSet& files, const JobCodes& codes, std::stop_token stop) {
  for (archive::Include& include : files.includes) include.files = expanded(include.files, codes, stop);
  for (archive::Exclude& exclude : files.excludes) exclude.files = expanded(exclude.files, codes, stop);
}

}  // namespace holdfast::client
