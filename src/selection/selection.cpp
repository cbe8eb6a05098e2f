// SPDX-License-Identifier: AGPL-3.0-or-later
#include "selection/selection.h"

#include <algorithm>
#include <array>

#include "base/error.h"

namespace holdfast::selection {

namespace {

LetterCase letter_case(const FileOptions& options) {
  return options.ignore_case ? LetterCase::ignored : LetterCase::exact;
}

bool applies_to(Pattern::Applies applies, tree::Kind kind) {
  if (applies == Pattern::Applies::to_all) return true;
  return (applies == Pattern::Applies::to_directories) == (kind == tree::Kind::directory);
}

/// Narrow patterns are asked before wide ones, wildcards before regular expressions.
int rank(const Pattern& pattern) {
  return (pattern.language == Pattern::Language::regex ? 2 : 0) +
         (pattern.applies == Pattern::Applies::to_all ? 1 : 0);
}

constexpr std::array merged_flags{
    &FileOptions::ignore_case,
    &FileOptions::enhanced_wild,
    &FileOptions::cross_file_systems,
    &FileOptions::sparse,
    &FileOptions::read_fifo,
    &FileOptions::portable,
    &FileOptions::modification_time_only,
    &FileOptions::keep_access_time,
    &FileOptions::no_access_time,
    &FileOptions::acl,
    &FileOptions::extended_attributes,
    &FileOptions::check_changes,
    &FileOptions::honor_no_dump,
    &FileOptions::force_encryption,
    &FileOptions::encrypted,
    &FileOptions::fine_attributes,
};

FileOptions merged(const std::vector<FileOptions>& blocks) {
  FileOptions all;
  for (const auto& block : blocks) {
    for (const auto flag : merged_flags) all.*flag = all.*flag || block.*flag;
    all.recurse = all.recurse && block.recurse;
    all.hard_links = all.hard_links && block.hard_links;
    if (block.signature) all.signature = block.signature;
    if (block.compression) all.compression = block.compression;
    if (block.size) all.size = block.size;
    if (block.shadowing != FileOptions::Shadowing::none) all.shadowing = block.shadowing;
    if (block.strip_path > 0) all.strip_path = block.strip_path;
    all.accurate_letters = block.accurate_letters;
    all.verify_letters = block.verify_letters;
    all.file_system_types.insert(all.file_system_types.end(), block.file_system_types.begin(),
                                 block.file_system_types.end());
  }
  all.attributes_only = std::all_of(blocks.begin(), blocks.end(),
                                    [](const FileOptions& block) { return block.attributes_only; });
  return all;
}

}  // namespace

Selection::Selection(FileSet files) : files_(std::move(files)) {
  for (auto& include : files_.includes) {
    if (include.options.empty()) include.options.emplace_back();
    auto& blocks = blocks_.emplace_back();
    for (const auto& options : include.options) blocks.push_back(prepared(options));
    for_entries_.push_back(merged(include.options));
  }
}

Selection::Block Selection::prepared(const FileOptions& options) const {
  auto patterns = options.patterns;
  std::stable_sort(patterns.begin(), patterns.end(),
                   [](const Pattern& a, const Pattern& b) { return rank(a) < rank(b); });
  Block block;
  for (auto& pattern : patterns) {
    auto& ready = block.emplace_back();
    ready.language = pattern.language;
    ready.applies = pattern.applies;
    ready.text = std::move(pattern.text);
    if (ready.language != Pattern::Language::regex) continue;
    auto compiled = Regex::compile(ready.text, letter_case(options));
    if (!compiled)
      throw Error(ErrorKind::invalid, "The regular expression \"{}\" of the FileSet is wrong: {}", ready.text,
                  compiled.error());
    ready.regex.push_back(std::move(*compiled));
  }
  return block;
}

const FileOptions* Selection::choose(std::size_t include, const std::string& path, tree::Kind kind) const {
  const auto& blocks = files_.includes[include].options;
  const FileOptions* chosen = nullptr;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    chosen = &blocks[i];
    const bool rejects_all = chosen->exclude && chosen->patterns.empty();
    if (rejects_all) return nullptr;
    if (!matches(blocks_[include][i], *chosen, path, kind)) continue;
    if (chosen->exclude) return nullptr;
    break;
  }
  return is_excluded(path) ? nullptr : chosen;
}

bool Selection::matches(const Block& block, const FileOptions& options, const std::string& path,
                        tree::Kind kind) const {
  const auto slashes = options.enhanced_wild ? Slashes::only_by_themselves : Slashes::matched_by_wildcards;
  return std::any_of(block.begin(), block.end(), [&](const Ready& ready) {
    if (!applies_to(ready.applies, kind)) return false;
    if (!ready.regex.empty()) return ready.regex.front().matches(path);
    if (ready.applies == Pattern::Applies::to_base_names)
      return wild_matches(ready.text, path.substr(path.rfind('/') + 1), letter_case(options), slashes);
    return wild_matches(ready.text, path, letter_case(options), slashes);
  });
}

bool Selection::is_excluded(const std::string& path) const {
  for (const auto& exclude : files_.excludes) {
    const bool ignores_case = std::any_of(exclude.options.begin(), exclude.options.end(),
                                          [](const FileOptions& options) { return options.ignore_case; });
    for (const auto& pattern : exclude.files)
      if (wild_matches(pattern, path, ignores_case ? LetterCase::ignored : LetterCase::exact,
                       Slashes::matched_by_wildcards))
        return true;
  }
  return false;
}

}  // namespace holdfast::selection
