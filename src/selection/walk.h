// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/job_codes.h"
#include "format/file_type.h"
#include "selection/changes.h"
#include "selection/selection.h"
#include "selection/shadowing.h"
#include "tree/file_source.h"

namespace holdfast::selection {

/// A file that the walk chose.
struct Found {
  std::string path;  ///< full, without slash at the end (but "/" itself)
  /// The open directory it lies in, where path behind the last slash names it. Valid until the one who took
  /// this lets go of the directory (see Visitor::leave()).
  tree::Directory* parent = nullptr;
  tree::FileStat stat;
  format::FileType type = format::FileType::regular;
  const FileOptions* options = nullptr;
  /// Where not empty: the file is left out if its content has this digest.
  std::string known_digest{};
  std::uint32_t delta_sequence = 0;  ///< of objects of plugins

  std::string_view name() const { return std::string_view(path).substr(path.rfind('/') + 1); }
};

/// Takes what a walk finds, in its order: what lies in a directory before the directory itself.
class Visitor {
 public:
  enum class Trouble { skipped_as_wanted, skipped_socket, not_saved };

  virtual ~Visitor() = default;
  /// `contents` is given for directories that were entered, still open, to read attributes from.
  virtual void found(Found file, tree::Directory* contents) = 0;
  /// A name was met, whether it is wanted or not.
  virtual void examined() = 0;
  /// Nothing in this directory will be named any more, also since an exception ends the walk. It must live until everything that was found in it, and
  /// the directory itself, was dealt with; then it is destroyed, which closes it.
  virtual void leave(std::unique_ptr<tree::Directory> directory) = 0;
  /// A text for the operator.
  virtual void trouble(Trouble kind, MessageType type, std::string text) = 0;
};

/// Goes through the files of a FileSet. One thread.
class Walk {
 public:
  Walk(tree::FileSource& source, const Selection& selection, Changes& changes, Visitor& visitor)
      : source_(source), selection_(selection), changes_(changes), visitor_(visitor) {}

  /// Returns at the end, or early after a stop request. What the visitor throws passes through.
  void run(std::stop_token stop);

 private:
  struct Level;
  enum class EntryKind { walked, listed };

  using Levels = std::vector<std::unique_ptr<Level>>;
  void entry(std::size_t include, std::string path);
  void entry_in(Level& top, std::string path);
  void descend(std::unique_ptr<Level> top);
  void descend_all(Levels& levels);
  std::unique_ptr<Level> child(Level& level, std::string_view name, tree::Kind hint);
  void file(Found found);
  std::unique_ptr<Level> enter(const Level& parent, Found directory, EntryKind kind);
  bool must_not_enter(const Level& parent, const Found& directory);
  bool is_of_unwanted_type(const Level& parent, const Found& directory, tree::Directory& contents,
                           EntryKind kind);
  void not_entered(std::string_view reason, const Level& parent, const Found& directory);
  /// Tells of an entry that another one saves too; true where it is to be left out.
  bool is_removed(const std::string& path, const Shadowed& shadowed);
  bool is_unchanged(Found& file);
  void leave(Level& level);
  void not_looked_at(const char* what, const Found& found, std::error_code reason);
  void not_saved(const char* what, const std::string& path, std::error_code reason);

  tree::FileSource& source_;
  const Selection& selection_;
  Changes& changes_;
  Visitor& visitor_;
  std::stop_token stop_;
};

}  // namespace holdfast::selection
