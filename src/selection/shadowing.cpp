// SPDX-License-Identifier: AGPL-3.0-or-later
#include "selection/shadowing.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "selection/entering.h"

namespace holdfast::selection {

namespace {

using tree::Kind;
using Mode = FileOptions::Shadowing;

struct Entry {
  EntryPlace place;
  std::string path;
};

bool is_global(Mode mode) { return mode == Mode::global_warn || mode == Mode::global_remove; }

/// Goes the way from one entry down to another, as a walk would.
class Descent {
 public:
  Descent(tree::FileSource& source, const Selection& selection, std::size_t include)
      : source_(source), selection_(selection), include_(include) {}

  bool reaches(const std::string& from, const std::string& to) {
    if (from == to) return true;
    if (!begin(from)) return false;
    for (auto end = from.size(); end < to.size();) {
      const auto start = from == "/" && end == 1 ? 1 : end + 1;
      end = std::min(to.find('/', start), to.size());
      if (!step(to.substr(0, end), to.substr(start, end - start), end == to.size())) return false;
    }
    return true;
  }

 private:
  bool begin(const std::string& from) {
    const auto slash = from.rfind('/');
    auto parent = source_.open_directory(slash == 0 ? "/" : from.substr(0, slash));
    if (!parent) return false;
    const auto stat = from == "/" ? (*parent)->stat() : (*parent)->stat(from.substr(slash + 1));
    if (!stat || stat->kind() != Kind::directory) return false;
    auto contents = source_.open_directory(from);
    return contents && enter(std::move(*contents), *stat, selection_.for_entry(include_));
  }

  bool step(const std::string& path, const std::string& name, bool is_last) {
    const auto stat = here_->stat(name);
    if (!stat) return false;
    const auto kind = stat->kind();
    const auto* options = selection_.choose(include_, path, kind);
    if (options == nullptr || is_not_to_be_dumped(*options, *stat)) return false;
    if (kind != Kind::directory)
      return is_last &&
             (kind == Kind::symlink || (kind == Kind::regular && is_of_wanted_size(*options, *stat)));
    if (reason_not_to_enter(*options, *stat, stat_) != nullptr) return false;
    auto contents = here_->open_directory(name);
    return contents && enter(std::move(*contents), *stat, *options);
  }

  bool enter(std::unique_ptr<tree::Directory> contents, const tree::FileStat& stat,
             const FileOptions& options) {
    std::string type;
    if (is_unwanted_file_system(options, *contents, type) ||
        holds_one_of(*contents, selection_.files().includes[include_].exclude_directories_containing))
      return false;
    here_ = std::move(contents);
    stat_ = stat;
    return true;
  }

  tree::FileSource& source_;
  const Selection& selection_;
  std::size_t include_;
  std::unique_ptr<tree::Directory> here_;
  tree::FileStat stat_;
};

/// Who asks about this pair: the Include of both, or either one globally.
Mode mode_of(const Selection& selection, const Entry& outer, const Entry& inner) {
  const auto own = selection.for_entry(inner.place.first).shadowing;
  if (outer.place.first == inner.place.first) return own;
  const auto other = selection.for_entry(outer.place.first).shadowing;
  if (!is_global(own)) return is_global(other) ? other : Mode::none;
  return is_global(other) ? std::max(own, other) : own;
}

std::vector<Entry> entries_of(const FileSet& files) {
  std::vector<Entry> entries;
  for (std::size_t include = 0; include < files.includes.size(); ++include) {
    const auto& paths = files.includes[include].files;
    for (std::size_t i = 0; i < paths.size(); ++i)
      if (paths[i].starts_with('/')) entries.push_back({{include, i}, without_trailing_slashes(paths[i])});
  }
  // Outer ones first: what was removed shadows nothing any more.
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.path.size() < b.path.size(); });
  return entries;
}

}  // namespace

std::string without_trailing_slashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::map<EntryPlace, Shadowed> shadowed_entries(tree::FileSource& source, const Selection& selection) {
  std::map<EntryPlace, Shadowed> found;
  const auto& includes = selection.files().includes;
  bool is_asked = false;
  for (std::size_t include = 0; include < includes.size(); ++include)
    is_asked = is_asked || selection.for_entry(include).shadowing != Mode::none;
  if (!is_asked) return found;

  const auto entries = entries_of(selection.files());
  std::unordered_map<std::string, std::vector<const Entry*>> outer;
  const auto shadow_of = [&](const Entry& entry, const std::string& prefix) {
    const auto at = outer.find(prefix);
    if (at == outer.end()) return false;
    for (const auto* candidate : at->second) {
      const auto mode = mode_of(selection, *candidate, entry);
      if (mode == Mode::none ||
          !Descent(source, selection, candidate->place.first).reaches(candidate->path, entry.path))
        continue;
      const bool is_removed = mode == Mode::local_remove || mode == Mode::global_remove;
      found[entry.place] = {candidate->path, is_removed ? Shadowed::What::removed : Shadowed::What::warned};
      return true;
    }
    return false;
  };
  for (const auto& entry : entries) {
    bool is_shadowed = shadow_of(entry, "/");
    for (std::size_t end = 1; !is_shadowed && end < entry.path.size(); ++end) {
      end = std::min(entry.path.find('/', end), entry.path.size());
      is_shadowed = shadow_of(entry, entry.path.substr(0, end));
    }
    if (!is_shadowed || found[entry.place].what == Shadowed::What::warned)
      outer[entry.path].push_back(&entry);
  }
  return found;
}

}  // namespace holdfast::selection
