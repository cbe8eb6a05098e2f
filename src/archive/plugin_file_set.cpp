// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/plugin_file_set.h"

#include <iterator>

#include "base/error.h"
#include "selection/fileset_reader.h"

namespace holdfast::archive {

namespace {

using plugins::FileSetChange;
using selection::FileSet;

FileSet read(const FileSetChange& change) {
  selection::FileSetReader reader;
  reader.line(change.place == FileSetChange::Place::excluded ? "E" : "I");
  for (const auto& line : change.lines) {
    // Only a Director names plugins; and a block is one block.
    if (line.starts_with("P ") || line.starts_with("G ") || line == "I" || line == "E")
      throw Error(ErrorKind::invalid, "A plugin may not add \"{}\" to the FileSet", line);
    reader.line(line);
  }
  return reader.finish();
}

template <typename T>
void append(std::vector<T>& to, std::vector<T> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

bool has_options(const FileSetChange& change) {
  for (const auto& line : change.lines)
    if (!line.starts_with("F ")) return true;
  return false;
}

}  // namespace

void change_file_set(FileSet& files, const FileSetChanges& changes) {
  std::vector<selection::Include> before;
  for (const auto& [position, change] : changes) {
    auto added = read(change);
    switch (change.place) {
      case FileSetChange::Place::own:
        append(files.includes[position].files, std::move(added.includes.front().files));
        if (has_options(change))
          append(files.includes[position].options, std::move(added.includes.front().options));
        break;
      case FileSetChange::Place::before: append(before, std::move(added.includes)); break;
      case FileSetChange::Place::behind: append(files.includes, std::move(added.includes)); break;
      case FileSetChange::Place::excluded: append(files.excludes, std::move(added.excludes)); break;
    }
  }
  append(before, std::move(files.includes));
  files.includes = std::move(before);
}

}  // namespace holdfast::archive
