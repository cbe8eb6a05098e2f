// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/walk.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace holdfast::archive {

using format::FileType;
using tree::Kind;

/// A directory that is being read.
struct Walk::Level {
  std::size_t include = 0;
  std::unique_ptr<tree::Directory> directory;
  Found self;
  bool is_saved = false;  ///< the directory itself is handed out at the end

  std::string path_of(std::string_view name) const {
    std::string path;
    path.reserve(self.path.size() + 1 + name.size());
    path = self.path;
    if (path != "/") path += '/';
    return path.append(name);
  }
};

namespace {

FileType type_of(const tree::FileStat& stat) {
  switch (stat.kind()) {
    case Kind::directory: return FileType::directory;
    case Kind::symlink: return FileType::symlink;
    case Kind::regular:
      return stat.size == 0 && (stat.mode & 0444) == 0444 ? FileType::regular_empty : FileType::regular;
    default: return FileType::special;
  }
}

/// Of devices and FIFOs that are named in the FileSet, the content is meant.
FileType listed_type_of(const tree::FileStat& stat, const FileOptions& options) {
  if (stat.kind() == Kind::block_device) return FileType::raw_device;
  if (stat.kind() == Kind::fifo && options.read_fifo) return FileType::fifo;
  return type_of(stat);
}

std::string without_trailing_slashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

}  // namespace

Walk::Walk(tree::FileSource& source, const Selection& selection, std::optional<Time> since, Visitor& visitor)
    : source_(source), selection_(selection), visitor_(visitor) {
  if (since) since_ = unix_seconds(*since);
}

void Walk::run(std::stop_token stop) {
  stop_ = std::move(stop);
  const auto& includes = selection_.files().includes;
  for (std::size_t include = 0; include < includes.size(); ++include)
    for (const auto& path : includes[include].files) {
      if (stop_.stop_requested()) return;
      entry(include, without_trailing_slashes(path));
    }
}

void Walk::entry(std::size_t include, std::string path) {
  if (!path.starts_with('/')) {
    visitor_.trouble(Visitor::Trouble::not_saved, MessageType::not_saved,
                     fmt::format("     Not an absolute path: \"{}\"", printable(path)));
    return;
  }
  visitor_.examined();
  Level top;
  top.include = include;
  top.self.path = std::max<std::string>(path.substr(0, path.rfind('/')), "/");
  auto parent = source_.open_directory(top.self.path);
  if (!parent) return not_saved("Could not open directory", top.self.path, parent.error());
  top.directory = std::move(*parent);

  Found found{std::move(path), top.directory.get(), {}, FileType::regular, &selection_.for_entry(include)};
  const auto stat =
      found.path == "/" ? top.directory->stat() : top.directory->stat(std::string(found.name()));
  if (!stat) {
    not_saved("Could not stat", found.path, stat.error());
  } else {
    found.stat = *stat;
    found.type = listed_type_of(*stat, *found.options);
    top.self.stat = *stat;
    if (found.type == FileType::directory) {
      descend(enter(top, std::move(found), EntryKind::listed));
    } else {
      file(std::move(found));
    }
  }
  visitor_.leave(std::move(top.directory));
}

void Walk::descend(std::unique_ptr<Level> top) {
  // A stack of our own: trees can be deeper than a thread's stack is.
  std::vector<std::unique_ptr<Level>> levels;
  if (top) levels.push_back(std::move(top));
  while (!levels.empty()) {
    Level& level = *levels.back();
    const bool is_stopped = stop_.stop_requested();
    if (!is_stopped) {
      const auto next = level.directory->next();
      if (!next) not_saved("Could not read directory", level.self.path, next.error());
      if (next && *next) {
        if (auto below = child(level, (*next)->name, (*next)->kind)) levels.push_back(std::move(below));
        continue;
      }
    }
    if (level.is_saved && !is_stopped) visitor_.found(std::move(level.self), level.directory.get());
    visitor_.leave(std::move(level.directory));
    levels.pop_back();
  }
}

std::unique_ptr<Walk::Level> Walk::child(Level& level, std::string_view name, Kind hint) {
  visitor_.examined();
  Found found{level.path_of(name), level.directory.get(), {}, FileType::regular, nullptr};
  // Where the file system tells the kind, what is not wanted costs no call.
  if (hint != Kind::unknown) {
    found.options = selection_.choose(level.include, found.path, hint);
    if (found.options == nullptr) return nullptr;
  }
  const auto stat = level.directory->stat(std::string(found.name()));
  if (!stat) {
    not_saved("Could not stat", found.path, stat.error());
    return nullptr;
  }
  found.stat = *stat;
  if (stat->kind() != hint) found.options = selection_.choose(level.include, found.path, stat->kind());
  if (found.options == nullptr) return nullptr;
  found.type = type_of(*stat);
  if (found.type == FileType::directory) return enter(level, std::move(found), EntryKind::walked);
  file(std::move(found));
  return nullptr;
}

void Walk::file(Found found) {
  const auto kind = found.stat.kind();
  if (kind == Kind::socket) {
    visitor_.trouble(Visitor::Trouble::skipped_socket, MessageType::skipped,
                     fmt::format("     Socket file skipped: {}", printable(found.path)));
    return;
  }
  const auto& limits = found.options->size;
  const auto size = static_cast<std::uint64_t>(std::max<std::int64_t>(found.stat.size, 0));
  if (limits && kind == Kind::regular && (size < limits->at_least || size > limits->at_most)) return;
  if (is_unchanged(found)) return;
  visitor_.found(std::move(found), nullptr);
}

std::unique_ptr<Walk::Level> Walk::enter(const Level& parent, Found directory, EntryKind kind) {
  const auto save_entry_only = [&]() -> std::unique_ptr<Level> {
    if (!is_unchanged(directory)) visitor_.found(std::move(directory), nullptr);
    return nullptr;
  };
  if (kind == EntryKind::walked && must_not_enter(parent, directory)) return save_entry_only();
  auto contents = directory.path == "/" ? source_.open_directory("/")
                                        : parent.directory->open_directory(std::string(directory.name()));
  if (!contents) {
    not_saved("Could not open directory", directory.path, contents.error());
    return nullptr;
  }
  auto level = std::make_unique<Level>();
  level->include = parent.include;
  level->directory = std::move(*contents);
  if (is_excluded_by_content(*level->directory, parent.include)) return nullptr;
  if (is_unwanted_file_system(parent, directory, *level->directory, kind)) return save_entry_only();
  level->is_saved = !is_unchanged(directory);
  level->self = std::move(directory);
  return level;
}

bool Walk::must_not_enter(const Level& parent, const Found& directory) {
  const char* reason = nullptr;
  if (!directory.options->recurse) {
    reason = "Recursion turned off.";
  } else if (!directory.options->cross_file_systems && directory.stat.device != parent.self.stat.device) {
    reason = "It is a different filesystem.";
  }
  if (reason == nullptr) return false;
  visitor_.trouble(Visitor::Trouble::skipped_as_wanted, MessageType::info,
                   fmt::format("     {} Will not descend from {} into {}", reason,
                               printable(parent.self.path), printable(directory.path)));
  return true;
}

bool Walk::is_unwanted_file_system(const Level& parent, const Found& directory, tree::Directory& contents,
                                   EntryKind kind) {
  const auto& wanted = directory.options->file_system_types;
  const bool is_new = kind == EntryKind::listed || directory.stat.device != parent.self.stat.device;
  if (wanted.empty() || !is_new) return false;
  const auto actual = contents.file_system();
  if (std::any_of(wanted.begin(), wanted.end(),
                  [&](const std::string& type) { return equal_ignoring_case(type, actual); }))
    return false;
  visitor_.trouble(Visitor::Trouble::skipped_as_wanted, MessageType::info,
                   fmt::format("     Disallowed filesystem {}. Will not descend from {} into {}", actual,
                               printable(parent.self.path), printable(directory.path)));
  return true;
}

bool Walk::is_excluded_by_content(tree::Directory& contents, std::size_t include) const {
  const auto& names = selection_.files().includes[include].exclude_directories_containing;
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return contents.stat(name).has_value(); });
}

bool Walk::is_unchanged(const Found& file) const {
  if (!since_) return false;
  return file.stat.modification.seconds < *since_ &&
         (file.options->modification_time_only || file.stat.change.seconds < *since_);
}

void Walk::not_saved(const char* what, const std::string& path, std::error_code reason) {
  visitor_.trouble(Visitor::Trouble::not_saved, MessageType::not_saved,
                   fmt::format("     {} \"{}\": ERR={}", what, printable(path), reason.message()));
}

}  // namespace holdfast::archive
