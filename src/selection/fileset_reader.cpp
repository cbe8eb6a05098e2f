// SPDX-License-Identifier: AGPL-3.0-or-later
#include "selection/fileset_reader.h"

#include <fmt/core.h>

#include <array>

#include "base/error.h"
#include "base/text.h"
#include "selection/option_letters.h"

namespace holdfast::selection {

namespace {

std::string_view without_line_end(std::string_view line) {
  const auto end = line.find_last_not_of(" \r\n");
  return line.substr(0, end == line.npos ? 0 : end + 1);
}

struct PatternLine {
  std::string_view prefix;
  Pattern::Language language;
  Pattern::Applies applies;
};
constexpr std::array pattern_lines{
    PatternLine{"R ", Pattern::Language::regex, Pattern::Applies::to_all},
    PatternLine{"RD ", Pattern::Language::regex, Pattern::Applies::to_directories},
    PatternLine{"RF ", Pattern::Language::regex, Pattern::Applies::to_files},
    PatternLine{"W ", Pattern::Language::wild, Pattern::Applies::to_all},
    PatternLine{"WD ", Pattern::Language::wild, Pattern::Applies::to_directories},
    PatternLine{"WF ", Pattern::Language::wild, Pattern::Applies::to_files},
    PatternLine{"WB ", Pattern::Language::wild, Pattern::Applies::to_base_names},
};

[[noreturn]] void refuse(std::string_view line) {
  throw Error(ErrorKind::invalid, "Invalid FileSet command: {}", printable(line));
}

/// What stands behind a prefix like "F ", or nothing where the line has another one.
std::optional<std::string> behind(std::string_view line, std::string_view prefix) {
  if (!line.starts_with(prefix)) return std::nullopt;
  return std::string(line.substr(prefix.size()));
}

}  // namespace

FileOptions& FileSetReader::options() {
  auto& all = block_ == Block::include ? fileset_.includes.back().options : fileset_.excludes.back().options;
  if (!options_open_) all.emplace_back();
  options_open_ = true;
  return all.back();
}

void FileSetReader::open_block(Block block) {
  block_ = block;
  options_open_ = false;
  if (block == Block::include) {
    fileset_.includes.emplace_back();
  } else {
    fileset_.excludes.emplace_back();
  }
}

bool FileSetReader::add_pattern(std::string_view line) {
  for (const auto& known : pattern_lines)
    if (const auto text = behind(line, known.prefix)) {
      options().patterns.push_back({known.language, known.applies, *text});
      return true;
    }
  return false;
}

bool FileSetReader::add_item(std::string_view line) {
  if (const auto path = behind(line, "F ")) {
    (block_ == Block::include ? fileset_.includes.back().files : fileset_.excludes.back().files)
        .push_back(*path);
    return true;
  }
  if (block_ != Block::include) return false;
  auto& include = fileset_.includes.back();
  if (const auto command = behind(line, "P ")) {
    include.plugins.push_back(*command);
  } else if (const auto name = behind(line, "Z ")) {
    include.exclude_directories_containing.push_back(*name);
  } else {
    return false;
  }
  return true;
}

bool FileSetReader::add_option(std::string_view line) {
  if (const auto letters = line == "O" ? std::string() : behind(line, "O ")) {
    // Patterns that came before belong to this block too; the letters say how they are read.
    auto patterns = options_open_ ? std::move(options().patterns) : std::vector<Pattern>();
    auto& block = options();
    block = parse_option_letters(*letters, &warnings_);
    block.patterns = std::move(patterns);
    return true;
  }
  if (const auto type = behind(line, "X ")) {
    options().file_system_types.push_back(*type);
    return true;
  }
  if (const auto plugin = behind(line, "G ")) {
    options().plugin = *plugin;
    return true;
  }
  // Drive types are of Windows; readers and writers are accepted and ignored.
  return line.starts_with("XD ") || line.starts_with("D ") || line.starts_with("T ");
}

void FileSetReader::line(std::string_view text) {
  const auto line = without_line_end(text);
  if (line.empty()) return;
  if (line == "I") return open_block(Block::include);
  if (line == "E") return open_block(Block::exclude);
  if (block_ == Block::none) refuse(line);
  if (line == "N") {
    options_open_ = false;
    return;
  }
  if (!add_pattern(line) && !add_item(line) && !add_option(line)) refuse(line);
}

FileSet FileSetReader::finish() {
  for (auto& include : fileset_.includes)
    if (include.options.empty()) include.options.emplace_back();
  return std::move(fileset_);
}

}  // namespace holdfast::selection
