// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"

namespace holdfast::volumes {

/// Keys of volumes in a file that only its owner may read, for tools that read encrypted tapes without a Director: a line
/// `<volume> TAB <key> TAB <seconds>` for each, the key as in the catalog, and when it was put in. Keys that nobody renewed
/// for 60 days are dropped.
class KeyCache {
 public:
  struct Entry {
    std::string key;
    Time added;
  };

  /// What the file holds; nothing where there is none. Throws Error{invalid} where it is not such a file.
  explicit KeyCache(std::string path);

  const std::map<std::string, Entry>& entries() const { return entries_; }
  /// Throws Error{invalid} for names and keys that a line cannot hold.
  void put(const std::string& volume, const std::string& key, Time now);
  void renew_all(Time now);
  /// Writes the file anew, without what is too old. Throws Error where that fails.
  void save(Time now) const;

 private:
  std::string path_;
  std::map<std::string, Entry> entries_;
};

/// Keeps the keys that a Storage Daemon was given in a cache file, for the tools. Any thread.
class KeyKeeper {
 public:
  explicit KeyKeeper(std::string path) : path_(std::move(path)) {}

  /// The file is read and written anew where it has not this key, or has it for more than a day: what others put in stays,
  /// and whoever reads it sees the old file or the new one. Throws Error where that fails.
  void keep(const std::string& volume, const std::string& key, Time now);

 private:
  std::mutex writing_;
  std::string path_;
};

}  // namespace holdfast::volumes
