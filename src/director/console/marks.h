// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace holdfast::director::console {

/// Which paths are marked for a restore, as the rules that marking and unmarking left: memory grows with what
/// was said, not with the number of files. Directories end in '/'; "" is the root above all drives.
class Marks {
 public:
  /// The directory and everything below it. Forgets what was said about parts of it.
  void set_below(std::string_view directory, bool marked);
  /// One file, or a directory without what it holds.
  void set(std::string_view path, bool marked);

  bool is_marked(std::string_view path) const;
  /// Something below the directory is marked, whatever holds for itself.
  bool has_marked_below(std::string_view directory) const;
  /// Whether every path is marked, as nothing but that was said.
  bool is_everything() const { return exact_.empty() && below_.size() == 1 && is_marked(""); }
  bool empty() const { return below_.empty() && exact_.empty(); }

 private:
  struct Rule {
    std::uint64_t order = 0;  ///< the newest of those that fit decides
    bool marked = false;
  };
  using Rules = std::map<std::string, Rule, std::less<>>;

  /// What holds for a path by the rules about directories above it, or for a directory about itself.
  Rule inherited(std::string_view path) const;
  static void erase_below(Rules& rules, std::string_view directory);
  static bool any_marked_below(const Rules& rules, std::string_view directory);

  Rules below_;
  Rules exact_;
  std::uint64_t next_ = 1;
};

}  // namespace holdfast::director::console
