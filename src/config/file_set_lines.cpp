// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/file_set.h"

#include <fmt/core.h>

namespace holdfast::config {

namespace {

using Lines = std::vector<std::string>;

constexpr const char* end_of_part = "N\n";

void add_all(Lines& lines, const std::string& command, const Lines& values) {
  for (const auto& value : values) lines.push_back(fmt::format("{} {}\n", command, value));
}

/// WildFile patterns that name a path come before those that name a file in any folder.
void add_wild_files(Lines& lines, const Lines& patterns, bool is_enhanced) {
  const auto has_path = [](const std::string& pattern) {
    return pattern.find_first_of("/\\") != std::string::npos;
  };
  for (const auto& pattern : patterns) {
    if (has_path(pattern)) lines.push_back("WF " + pattern + "\n");
  }
  for (const auto& pattern : patterns) {
    if (!has_path(pattern)) lines.push_back((is_enhanced ? "WB " : "WF ") + pattern + "\n");
  }
}

void add_options(Lines& lines, const FileSetOptions& options, ClientCompression compression) {
  const std::string letters = options.letters(compression);
  lines.push_back("O " + letters + "\n");
  add_all(lines, "R", options.regex);
  add_all(lines, "RD", options.regex_dir);
  add_all(lines, "RF", options.regex_file);
  add_all(lines, "W", options.wild);
  add_all(lines, "WD", options.wild_dir);
  add_wild_files(lines, options.wild_file, letters.find('W') != std::string::npos);
  add_all(lines, "X", options.fs_type);
  add_all(lines, "XD", options.drive_type);
  if (!options.plugin.empty()) lines.push_back("G " + options.plugin + "\n");
  lines.push_back(end_of_part);
}

void add_block(Lines& lines, const char* kind, const FileSetBlock& block, ClientCompression compression) {
  lines.push_back(kind);
  add_all(lines, "Z", block.exclude_dir_containing);
  for (const auto& options : block.options) add_options(lines, options, compression);
  if (block.options.empty()) add_options(lines, {}, compression);
  for (const auto& file : block.files) lines.push_back("F " + file);
  lines.push_back(end_of_part);
  for (const auto& plugin : block.plugins) lines.push_back("P " + plugin);
  lines.push_back(end_of_part);
}

}  // namespace

std::vector<std::string> file_set_lines(const FileSet& file_set, ClientCompression compression) {
  Lines lines;
  for (const auto kind : {FileSetBlock::Kind::include, FileSetBlock::Kind::exclude}) {
    const char* const begin = kind == FileSetBlock::Kind::include ? "I\n" : "E\n";
    for (const auto& block : file_set.blocks) {
      if (block.kind == kind) add_block(lines, begin, block, compression);
    }
  }
  return lines;
}

}  // namespace holdfast::config
