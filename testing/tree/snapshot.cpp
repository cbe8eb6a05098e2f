// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/tree/snapshot.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace holdfast::tree {

namespace {

template <typename T>
T value_or_throw(Outcome<T> outcome, const std::string& path) {
  if (!outcome) throw Error(ErrorKind::io, "snapshot of {}: {}", path, outcome.error().message());
  return std::move(*outcome);
}

class Snapshot {
 public:
  explicit Snapshot(Compare compare) : compare_(compare) {}

  void directory(Directory& directory, const std::string& path) {
    add(path, value_or_throw(directory.stat(), path), "", directory.attributes());
    for (;;) {
      const auto entry = value_or_throw(directory.next(), path);
      if (!entry) return;
      const std::string name(entry->name);
      child(directory, name, path == "." ? name : path + "/" + name);
    }
  }
  /// Names of one file are known only in the end: the first in alphabetical order stands for it.
  std::map<std::string, std::string> finish() {
    for (auto& [key, names] : names_) {
      std::sort(names.begin(), names.end());
      if (names.size() > 1)
        for (const auto& name : names) lines_[name] += " is " + names.front();
    }
    return std::move(lines_);
  }

 private:
  void child(Directory& parent, const std::string& name, const std::string& path) {
    const auto stat = value_or_throw(parent.stat(name), path);
    if (stat.kind() == Kind::directory) {
      directory(*value_or_throw(parent.open_directory(name), path), path);
      return;
    }
    std::string detail;
    if (stat.kind() == Kind::symlink) detail = " -> " + value_or_throw(parent.read_link(name), path);
    if (stat.kind() == Kind::regular) detail = content(parent, name, path);
    add(path, stat, detail, parent.attributes(name));
    names_[{stat.device, stat.inode}].push_back(path);
  }

  std::string content(Directory& parent, const std::string& name, const std::string& path) {
    const auto file = value_or_throw(parent.open_file(name, Directory::AccessTime::keep), path);
    Buffer block(65536);
    std::uint64_t hash = 0, size = 0;
    for (;;) {
      const auto count = value_or_throw(file->read(block), path);
      hash = hash * 31 + std::hash<std::string_view>{}(as_text(Bytes(block).first(count)));
      size += count;
      if (count < block.size()) return fmt::format(" size {} hash {:016x}", size, hash);
    }
  }

  void add(const std::string& path, const FileStat& stat, const std::string& detail,
           Outcome<ExtendedAttributes> attributes) {
    auto line = fmt::format("{:o}", stat.mode);
    if (compare_ == Compare::everything) line += fmt::format(" {}:{}", stat.uid, stat.gid);
    line += fmt::format(" mtime {}", stat.modification.seconds);
    if (stat.kind() == Kind::character_device || stat.kind() == Kind::block_device)
      line += fmt::format(" rdev {}", stat.rdev);
    line += detail;
    auto known = value_or_throw(std::move(attributes), path);
    std::sort(known.begin(), known.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    for (const auto& attribute : known)
      line += fmt::format(" {}={}", attribute.name, printable(as_text(attribute.value)));
    lines_[path] = line;
  }

  Compare compare_;
  std::map<std::string, std::string> lines_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::vector<std::string>> names_;
};

}  // namespace

std::map<std::string, std::string> snapshot(FileSource& source, const std::string& root, Compare compare) {
  Snapshot result(compare);
  result.directory(*value_or_throw(source.open_directory(root), root), ".");
  return result.finish();
}

}  // namespace holdfast::tree
