// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

#include "archive/restore.h"
#include "archive/write_failures.h"
#include "base/guarded.h"
#include "base/renaming.h"

namespace holdfast::archive {

/// Where objects go, and what happens to those that are there already. Any thread.
class RestorePlan {
 public:
  /// Throws Error{invalid} for a regex_where without a valid expression.
  explicit RestorePlan(RestoreOptions options);

  Replace replace() const { return options_.replace; }
  RestoreOptions::Existing existing() const { return options_.existing; }
  /// Null for none.
  const crypto::KeyRing* keys() const { return options_.keys.get(); }
  plugins::PluginSet* plugins() const { return options_.plugins; }
  selection::KnownFiles* paths() const { return options_.paths; }
  const Erase& erase() const { return options_.erase; }
  Signatures signatures() const { return options_.signatures; }
  /// The absolute path for a stored name, without slash at the end.
  std::string path_for(std::string_view name) const;
  /// What a symlink with this target points to.
  std::string symlink_target(const std::string& target) const;

 private:
  RestoreOptions options_;
  std::optional<RegexWhere> renaming_;
};

/// The directories that a restore made itself: what is in their way is its own. Any thread.
class NewDirectories {
 public:
  /// Runs `make`, and remembers the path when that succeeds, before another thread can ask for it.
  template <typename Make>
  auto make(const std::string& path, Make&& action) {
    return hashes_.with([&](auto& hashes) {
      auto made = action();
      if (made) hashes.insert(std::hash<std::string>{}(path));
      return made;
    });
  }
  bool contains(const std::string& path) const {
    return hashes_.read([&](const auto& hashes) { return hashes.contains(std::hash<std::string>{}(path)); });
  }

 private:
  Guarded<std::unordered_set<std::size_t>> hashes_;  ///< of paths, which would take much more memory
};

/// The device nodes and FIFOs that a restore made itself: nothing is written through them, for their number came from the
/// same stream as the data. Any thread.
class NewNodes {
 public:
  void add(const tree::FileStat& node) {
    known_.with([&](auto& known) { known.insert({node.device, node.inode}); });
  }
  bool contains(const tree::FileStat& node) const {
    return known_.read([&](const auto& known) { return known.contains({node.device, node.inode}); });
  }

 private:
  Guarded<std::set<std::pair<std::uint64_t, std::uint64_t>>> known_;
};

/// What the engines of one restore have to know of each other.
struct NewObjects {
  NewDirectories directories;
  NewNodes nodes;
  WriteFailures failures;
};

}  // namespace holdfast::archive
