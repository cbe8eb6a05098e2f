// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/tree.h"

#include <algorithm>
#include <atomic>
#include <list>
#include <map>

#include "base/text.h"
#include "director/console/glob.h"
#include "format/packed_stat.h"

namespace holdfast::director::console {
namespace {

std::vector<std::string_view> components_of(std::string_view path) {
  std::vector<std::string_view> components;
  for (const auto part : split(path, '/'))
    if (!part.empty() && part != ".") components.push_back(part);
  return components;
}

std::string full_path(const catalog::FileRow& row) { return std::string(row.path) + std::string(row.name); }

/// "/srv/demo/" -> "/srv/", "/" -> "", "C:/" -> "".
std::string parent_of(std::string_view directory) {
  if (directory.empty()) return "";
  directory.remove_suffix(1);
  const auto slash = directory.rfind('/');
  return slash == std::string_view::npos ? "" : std::string(directory.substr(0, slash + 1));
}

}  // namespace

std::vector<RestoreTree::Entry> RestoreTree::entries(std::string_view directory) const {
  std::vector<Entry> found;
  for (const std::string& path : files_.directories(jobs_, directory)) {
    if (directory.empty() && path == "/") {
      auto of_root = entries("/");
      std::move(of_root.begin(), of_root.end(), std::back_inserter(found));
      continue;
    }
    found.push_back({path.substr(directory.size()), path, true, ""});
  }
  if (!directory.empty())
    files_.list_directory(jobs_, directory, [&](const catalog::FileRow& row) {
      if (!row.name.empty())
        found.push_back({std::string(row.name), full_path(row), false, std::string(row.stat)});
      return true;
    });
  std::sort(found.begin(), found.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  std::map<std::string_view, Entry*> directories;
  std::vector<std::string> paths;
  for (Entry& entry : found)
    if (entry.is_directory && directories.emplace(entry.path, &entry).second) paths.push_back(entry.path);
  files_.list_directories_alone(jobs_, paths, [&](const catalog::FileRow& row) {
    directories.at(row.path)->stat = row.stat;
    return true;
  });
  return found;
}

std::string RestoreTree::start_of(std::string_view from, std::string_view& path) const {
  if (path.starts_with('/')) {
    path.remove_prefix(1);
    from = "";
  }
  return std::string(from);
}

std::optional<std::string> RestoreTree::directory(std::string_view from, std::string_view path) const {
  std::string at = start_of(from, path);
  for (const auto component : components_of(path)) {
    if (component == "..") {
      at = parent_of(at);
      continue;
    }
    const std::string name = std::string(component) + "/";
    std::optional<std::string> next;
    for (const std::string& base :
         at.empty() ? std::vector<std::string>{"", "/"} : std::vector<std::string>{at}) {
      const auto known = files_.directories(jobs_, base);
      if (std::find(known.begin(), known.end(), base + name) != known.end()) next = base + name;
    }
    if (!next) return std::nullopt;
    at = *next;
  }
  return at;
}

std::vector<RestoreTree::Entry> RestoreTree::matching(std::string_view from, std::string_view pattern) const {
  const std::string start = start_of(from, pattern);
  const auto components = components_of(pattern);
  std::vector<Entry> found;
  if (!components.empty()) expand(start, components, found);
  return found;
}

void RestoreTree::expand(std::string_view directory, std::span<const std::string_view> components,
                         std::vector<Entry>& found) const {
  if (components[0] == "**") return expand_any_depth(directory, components.subspan(1), found);
  if (components[0] == "..") {
    if (components.size() > 1) expand(parent_of(directory), components.subspan(1), found);
    return;
  }
  for (Entry& entry : entries(directory)) {
    std::string_view name = entry.name;
    if (entry.is_directory) name.remove_suffix(1);
    if (!glob_matches(components[0], name)) continue;
    if (components.size() == 1)
      found.push_back(std::move(entry));
    else if (entry.is_directory)
      expand(entry.path, components.subspan(1), found);
  }
}

void RestoreTree::expand_any_depth(std::string_view directory, std::span<const std::string_view> rest,
                                   std::vector<Entry>& found) const {
  // A loop, not a recursion: a tree may be deeper than a stack.
  std::vector<std::string> waiting{std::string(directory)};
  while (!waiting.empty()) {
    const std::string at = std::move(waiting.back());
    waiting.pop_back();
    auto here = entries(at);
    for (const Entry& entry : here)
      if (entry.is_directory) waiting.push_back(entry.path);
    if (rest.empty())
      std::move(here.begin(), here.end(), std::back_inserter(found));
    else
      expand(at, rest, found);
  }
}

std::uint64_t RestoreTree::count(std::uint64_t at_most) const { return files_.count_current(jobs_, at_most); }

char RestoreTree::tag(std::string_view path) const {
  if (marks_.is_marked(path)) return '*';
  return path.ends_with('/') && marks_.has_marked_below(path) ? '+' : ' ';
}

char RestoreTree::tag(const Entry& entry) const { return tag(std::string_view(entry.path)); }

std::uint64_t RestoreTree::mark(const std::vector<Entry>& chosen, bool marked) {
  std::atomic<std::uint64_t> changed = 0;
  for (const Entry& entry : chosen) {
    if (!entry.is_directory) {
      if (marks_.is_marked(entry.path) != marked) ++changed;
      marks_.set(entry.path, marked);
      continue;
    }
    using Paths = catalog::FileCatalog::Paths;
    files_.scan_current(jobs_, entry.path, Paths::given, [&]() -> catalog::FileCatalog::Visitor {
      return [this, marked, &changed, path = std::string()](const catalog::FileRow& row) mutable {
        path.assign(row.path).append(row.name);
        if (marks_.is_marked(path) != marked) ++changed;
        return true;
      };
    });
    marks_.set_below(entry.path, marked);
  }
  return changed;
}

std::uint64_t RestoreTree::mark_directories(const std::vector<Entry>& chosen, bool marked) {
  std::uint64_t changed = 0;
  for (const Entry& entry : chosen) {
    if (!entry.is_directory || marks_.is_marked(entry.path) == marked) continue;
    ++changed;
    marks_.set(entry.path, marked);
  }
  return changed;
}

jobs::RestoreSelection RestoreTree::selection() const {
  jobs::RestoreSelection selection;
  if (marks_.empty()) return selection;
  const bool is_everything = marks_.is_everything();
  // Each thread selects for itself.
  std::list<jobs::RestoreSelection> parts;
  const auto new_visitor = [&]() -> catalog::FileCatalog::Visitor {
    return [this, is_everything, &part = parts.emplace_back(),
            path = std::string()](const catalog::FileRow& row) mutable {
      if (!is_everything && !marks_.is_marked(path.assign(row.path).append(row.name))) return true;
      part.add(row);
      if (const auto first_name = format::unpack_link_file_index(row.stat)) part.add(row.job, *first_name);
      return true;
    };
  };
  using Paths = catalog::FileCatalog::Paths;
  files_.scan_current(jobs_, "", is_everything ? Paths::left_out : Paths::given, new_visitor);
  for (const auto& part : parts) selection.add(part);
  selection.order_by(jobs_);
  return selection;
}

}  // namespace holdfast::director::console
