// SPDX-License-Identifier: AGPL-3.0-or-later
#include "selection/walk.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "selection/entering.h"

namespace holdfast::selection {

using format::FileType;
using tree::Kind;

/// A directory that is being read.
struct Walk::Level {
  std::size_t include = 0;
  const Level* above = nullptr;  ///< outlives this one
  std::unique_ptr<tree::Directory> directory;
  Found self;
  bool is_saved = false;  ///< the directory itself is handed out at the end
  bool has_names = false;
  bool is_mount_point = false;

  std::string path_of(std::string_view name) const {
    std::string path;
    path.reserve(self.path.size() + 1 + name.size());
    path = self.path;
    if (path != "/") path += '/';
    return path.append(name);
  }
};

namespace {

// Each directory that is open keeps its path, so a tree of any depth would take any memory; and its records must fit into packets.
constexpr std::size_t longest_path = 64 * 1024;

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

}  // namespace

void Walk::run(std::stop_token stop) {
  stop_ = std::move(stop);
  const auto& includes = selection_.files().includes;
  const auto shadowed = shadowed_entries(source_, selection_);
  for (std::size_t include = 0; include < includes.size(); ++include)
    for (std::size_t i = 0; i < includes[include].files.size(); ++i) {
      if (stop_.stop_requested()) return;
      auto path = without_trailing_slashes(includes[include].files[i]);
      const auto shadow = shadowed.find({include, i});
      if (shadow != shadowed.end() && is_removed(path, shadow->second)) continue;
      entry(include, std::move(path));
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
  if (!parent) {
    changes_.not_looked_at(path, selection_.for_entry(include));
    return not_saved("Could not open directory", top.self.path, parent.error());
  }
  top.directory = std::move(*parent);
  try {
    entry_in(top, std::move(path));
  } catch (...) {
    visitor_.leave(std::move(top.directory));
    throw;
  }
  visitor_.leave(std::move(top.directory));
}

void Walk::entry_in(Level& top, std::string path) {
  Found found{
      std::move(path), top.directory.get(), {}, FileType::regular, &selection_.for_entry(top.include)};
  const auto stat =
      found.path == "/" ? top.directory->stat() : top.directory->stat(std::string(found.name()));
  if (!stat) {
    // Also where it does not exist: what lies on a disk that is not mounted was not deleted.
    changes_.not_looked_at(found.path, *found.options);
    not_saved("Could not stat", found.path, stat.error());
  } else {
    found.stat = *stat;
    found.type = listed_type_of(*stat, *found.options);
    top.self.stat = top.directory->stat().value_or(*stat);
    if (found.type == FileType::directory) {
      descend(enter(top, std::move(found), EntryKind::listed));
    } else {
      file(std::move(found));
    }
  }
}

void Walk::descend(std::unique_ptr<Level> top) {
  // A stack of our own: trees can be deeper than a thread's stack is.
  Levels levels;
  if (top) levels.push_back(std::move(top));
  try {
    descend_all(levels);
  } catch (...) {
    // Others may still work on what was found in them.
    for (; !levels.empty(); levels.pop_back())
      if (levels.back()->directory) visitor_.leave(std::move(levels.back()->directory));
    throw;
  }
}

void Walk::descend_all(Levels& levels) {
  while (!levels.empty()) {
    Level& level = *levels.back();
    const bool is_stopped = stop_.stop_requested();
    if (!is_stopped) {
      const auto next = level.directory->next();
      if (!next) {
        level.has_names = true;  // as far as anybody knows
        not_looked_at("Could not read directory", level.self, next.error());
      }
      if (next && *next) {
        if (auto below = child(level, (*next)->name, (*next)->kind)) levels.push_back(std::move(below));
        continue;
      }
    }
    if (!is_stopped) leave(level);
    visitor_.leave(std::move(level.directory));
    levels.pop_back();
  }
}

void Walk::leave(Level& level) {
  if (!level.has_names && !level.is_mount_point && changes_.was_mount_point(level.self)) {
    changes_.not_looked_at(level.self.path, *level.self.options);
    visitor_.trouble(
        Visitor::Trouble::not_saved, MessageType::not_saved,
        fmt::format("     \"{}\" was a mount point when it was saved and is an empty directory now. "
                    "It is not saved, and nothing below it counts as deleted: mount what belongs there, "
                    "or take it out of the FileSet",
                    printable(level.self.path)));
  } else if (level.is_saved) {
    visitor_.found(std::move(level.self), level.directory.get());
  }
}

std::unique_ptr<Walk::Level> Walk::child(Level& level, std::string_view name, Kind hint) {
  visitor_.examined();
  level.has_names = true;
  Found found{level.path_of(name), level.directory.get(), {}, FileType::regular, nullptr};
  // Where the file system tells the kind, what is not wanted costs no call.
  if (hint != Kind::unknown) {
    found.options = selection_.choose(level.include, found.path, hint);
    if (found.options == nullptr) return nullptr;
  }
  const auto stat = level.directory->stat(std::string(found.name()));
  if (!stat) {
    if (found.options == nullptr) found.options = level.self.options;
    not_looked_at("Could not stat", found, stat.error());
    return nullptr;
  }
  found.stat = *stat;
  if (stat->kind() != hint) found.options = selection_.choose(level.include, found.path, stat->kind());
  if (found.options == nullptr || is_not_to_be_dumped(*found.options, *stat)) return nullptr;
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
  if (!is_of_wanted_size(*found.options, found.stat) || is_unchanged(found)) return;
  visitor_.found(std::move(found), nullptr);
}

std::unique_ptr<Walk::Level> Walk::enter(const Level& parent, Found directory, EntryKind kind) {
  const auto save_entry_only = [&]() -> std::unique_ptr<Level> {
    if (!is_unchanged(directory)) visitor_.found(std::move(directory), nullptr);
    return nullptr;
  };
  if (kind == EntryKind::walked && must_not_enter(parent, directory)) return save_entry_only();
  if (directory.path.size() > longest_path) {
    not_looked_at("Could not open directory", directory, std::make_error_code(std::errc::filename_too_long));
    return nullptr;
  }
  auto contents = directory.path == "/" ? source_.open_directory("/")
                                        : parent.directory->open_directory(std::string(directory.name()));
  if (!contents) {
    not_looked_at("Could not open directory", directory, contents.error());
    return nullptr;
  }
  auto level = std::make_unique<Level>();
  level->include = parent.include;
  level->directory = std::move(*contents);
  level->above = kind == EntryKind::listed ? nullptr : &parent;
  const auto& unwanted = selection_.files().includes[parent.include].exclude_directories_containing;
  if (holds_one_of(*level->directory, unwanted)) return nullptr;
  if (is_of_unwanted_type(parent, directory, *level->directory, kind)) return save_entry_only();
  level->is_mount_point = directory.stat.device != parent.self.stat.device;
  level->is_saved = !is_unchanged(directory);
  level->self = std::move(directory);
  return level;
}

bool Walk::must_not_enter(const Level& parent, const Found& directory) {
  if (const char* reason = reason_not_to_enter(*directory.options, directory.stat, parent.self.stat)) {
    not_entered(reason, parent, directory);
    return true;
  }
  // A file system may show a directory inside of itself: by bind mounts, through FUSE and network file systems.
  for (const auto* level = &parent; level != nullptr; level = level->above) {
    if (!level->self.stat.is_same_file(directory.stat)) continue;
    visitor_.trouble(Visitor::Trouble::skipped_as_wanted, MessageType::warning,
                     fmt::format("     {} is {} once more. Will not descend into it",
                                 printable(directory.path), printable(level->self.path)));
    return true;
  }
  return false;
}

bool Walk::is_of_unwanted_type(const Level& parent, const Found& directory, tree::Directory& contents,
                               EntryKind kind) {
  std::string type;
  const bool is_new = kind == EntryKind::listed || directory.stat.device != parent.self.stat.device;
  if (!is_new || !is_unwanted_file_system(*directory.options, contents, type)) return false;
  not_entered(fmt::format("Disallowed filesystem {}.", type), parent, directory);
  return true;
}

void Walk::not_entered(std::string_view reason, const Level& parent, const Found& directory) {
  visitor_.trouble(Visitor::Trouble::skipped_as_wanted, MessageType::info,
                   fmt::format("     {} Will not descend from {} into {}", reason,
                               printable(parent.self.path), printable(directory.path)));
}

bool Walk::is_removed(const std::string& path, const Shadowed& shadowed) {
  const bool is_removed = shadowed.what == Shadowed::What::removed;
  visitor_.trouble(
      Visitor::Trouble::skipped_as_wanted, is_removed ? MessageType::info : MessageType::warning,
      fmt::format("     File entry \"{}\" of the FileSet is {}: \"{}\" contains it", printable(path),
                  is_removed ? "left out" : "saved twice", printable(shadowed.by)));
  return is_removed;
}

bool Walk::is_unchanged(Found& file) { return changes_.judge(file) == Changes::Verdict::leave_out; }

/// What vanished between reading the directory and looking at it is gone; of all others nothing is known.
void Walk::not_looked_at(const char* what, const Found& found, std::error_code reason) {
  if (reason != std::errc::no_such_file_or_directory) changes_.not_looked_at(found.path, *found.options);
  not_saved(what, found.path, reason);
}

void Walk::not_saved(const char* what, const std::string& path, std::error_code reason) {
  visitor_.trouble(Visitor::Trouble::not_saved, MessageType::not_saved,
                   fmt::format("     {} \"{}\": ERR={}", what, printable(path), reason.message()));
}

}  // namespace holdfast::selection
