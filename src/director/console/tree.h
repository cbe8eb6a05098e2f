// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "director/console/marks.h"
#include "jobs/restore_selection.h"

namespace holdfast::director::console {

/// The files of some jobs as a tree in which one can walk and mark. Directories are read from the catalog when
/// they are looked at; nothing but the marks is kept.
///
/// Paths are those of the catalog; directories end in '/'. The root "" holds what the jobs have as roots: that
/// of Unix is entered without being named, so "/" and "" are the same where there is no other.
class RestoreTree {
 public:
  RestoreTree(catalog::FileCatalog& files, std::vector<JobId> jobs) : files_(files), jobs_(std::move(jobs)) {}

  /// One entry of a directory.
  struct Entry {
    std::string name;  ///< with '/' at the end for directories
    std::string path;  ///< from the root, likewise
    bool is_directory = false;
    std::string stat;  ///< packed; empty where the directory has no record of its own
  };

  /// In order of name.
  std::vector<Entry> entries(std::string_view directory) const;
  /// The directory that `path` means from `from`; empty where there is none.
  std::optional<std::string> directory(std::string_view from, std::string_view path) const;
  /// The entries that a pattern means from `from`: shell patterns per component, `**` for any directories.
  std::vector<Entry> matching(std::string_view from, std::string_view pattern) const;
  /// All records, directory by directory.
  void each(const catalog::FileCatalog::Visitor& visit) const { files_.list_current(jobs_, visit); }
  /// How many records there are; stops counting at `at_most`.
  std::uint64_t count(std::uint64_t at_most) const;

  /// '*' marked, '+' something below is marked, ' ' neither.
  char tag(const Entry& entry) const;
  char tag(std::string_view path) const;
  /// Marks or unmarks entries and what is below them; returns how many records changed.
  std::uint64_t mark(const std::vector<Entry>& entries, bool marked);
  /// Only directories, and not what they hold.
  std::uint64_t mark_directories(const std::vector<Entry>& entries, bool marked);
  void mark_all() { marks_.set_below("", true); }
  bool is_marked(std::string_view path) const { return marks_.is_marked(path); }

  /// What is marked, together with the first names of marked hard links, which carry their data.
  jobs::RestoreSelection selection() const;

 private:
  void expand(std::string_view directory, std::span<const std::string_view> components,
              std::vector<Entry>& found) const;
  void expand_any_depth(std::string_view directory, std::span<const std::string_view> rest,
                        std::vector<Entry>& found) const;
  std::string start_of(std::string_view from, std::string_view& path) const;

  catalog::FileCatalog& files_;
  std::vector<JobId> jobs_;
  Marks marks_;
};

}  // namespace holdfast::director::console
