// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "os/unique_fd.h"
#include "tree/posix_target.h"

namespace holdfast::tree {

/// An open directory that outlives the way it stands on, for as long as something made in it is in use.
using SharedFd = std::shared_ptr<const os::UniqueFd>;

/// A directory and the last component of a path in it.
struct Place {
  SharedFd directory;
  std::string name;
  bool inherits_acl = false;  ///< the directory has a default ACL, which what is made in it gets
};

/// The directories from the root to that of the last path asked for, kept open. See PosixTarget for the rules.
class PosixTarget::Way {
 public:
  explicit Way(std::string_view inside);

  Outcome<Place> to(std::string_view path);
  /// After what stands at `path` was removed.
  void forget(std::string_view path);

 private:
  struct Step {
    std::string name;
    SharedFd directory;
    bool has_default_acl = false;
  };

  Outcome<SharedFd> enter(int from, const std::string& name, std::size_t depth) const;
  bool may_follow(int from, const std::string& name, std::size_t depth) const;

  std::size_t trusted_depth_ = 0;  ///< so many components from the root are the administrator's
  std::vector<Step> steps_;
  SharedFd root_;
};

}  // namespace holdfast::tree
