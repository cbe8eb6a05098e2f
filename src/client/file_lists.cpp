// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/file_lists.h"

#include "base/error.h"
#include "base/text.h"
#include "os/process.h"
#include "os/text_file.h"

namespace holdfast::client {

namespace {

using Lines = std::vector<std::string>;

// Millions of names; more would be a device or an endless file.
constexpr std::size_t longest_list = 1024 * 1024 * 1024;

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
  try {
    const auto text = os::read_text(path, longest_list);
    Lines lines;
    for (const auto line : split(text, '\n')) lines.emplace_back(line);
    return lines;
  } catch (const Error&) {
    rethrow_with("Cannot open FileSet input file: {}", path);
  }
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
      // Blanks before a name would not be part of an absolute path; those behind it are taken off as in the Director's lines.
      const auto name = trim(line);
      if (!name.empty()) result.emplace_back(name);
    }
  }
  return result;
}

}  // namespace

void expand_file_lists(selection::FileSet& files, const JobCodes& codes, std::stop_token stop) {
  for (selection::Include& include : files.includes) include.files = expanded(include.files, codes, stop);
  for (selection::Exclude& exclude : files.excludes) exclude.files = expanded(exclude.files, codes, stop);
}

}  // namespace holdfast::client
