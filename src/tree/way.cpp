// SPDX-License-Identifier: AGPL-3.0-or-later
#include "tree/way.h"

#include <algorithm>

#include "base/text.h"
#include "os/files_at.h"
#include "os/xattr.h"

namespace holdfast::tree {

namespace {

// Deeper trees than this are walked anew from the root for every path.
constexpr std::size_t most_open_steps = 200;

std::vector<std::string_view> components(std::string_view path) {
  auto parts = split(path, '/');
  std::erase_if(parts, [](std::string_view part) { return part.empty() || part == "."; });
  return parts;
}

auto failure(std::errc reason) { return unexpected(std::make_error_code(reason)); }

}  // namespace

PosixTarget::Way::Way(std::string_view inside) : trusted_depth_(components(inside).size()) {}

Outcome<Place> PosixTarget::Way::to(std::string_view path) {
  if (!path.starts_with('/') || path.find('\0') != path.npos) return failure(std::errc::invalid_argument);
  auto parts = components(path);
  // A name from the archive must not climb out of the directory it is restored to.
  if (std::find(parts.begin(), parts.end(), "..") != parts.end()) return failure(std::errc::invalid_argument);
  if (!root_) {
    auto root = os::open_at(os::no_directory, "/", os::OpenFor::pass);
    if (!root) return unexpected(root.error());
    root_ = std::make_shared<const os::UniqueFd>(std::move(*root));
  }
  if (parts.empty()) return Place{root_, "."};
  const std::string_view name = parts.back();
  parts.pop_back();

  std::size_t common = 0;
  while (common < std::min(parts.size(), steps_.size()) && steps_[common].name == parts[common]) ++common;
  steps_.resize(common);
  if (!steps_.empty() && !steps_.back().directory) steps_.clear();

  while (steps_.size() < parts.size()) {
    const auto& from = steps_.empty() ? root_ : steps_.back().directory;
    std::string next(parts[steps_.size()]);
    auto directory = enter(from->get(), next, steps_.size());
    if (!directory) return unexpected(directory.error());
    const bool has_acl = os::has_attribute_at((*directory)->get(), ".", "system.posix_acl_default");
    steps_.push_back({std::move(next), std::move(*directory), has_acl});
    if (steps_.size() > most_open_steps) steps_[steps_.size() - 1 - most_open_steps].directory.reset();
  }
  if (steps_.empty()) return Place{root_, std::string(name)};
  return Place{steps_.back().directory, std::string(name), steps_.back().has_default_acl};
}

void PosixTarget::Way::forget(std::string_view path) {
  const auto parts = components(path);
  if (parts.empty() || steps_.size() < parts.size()) return;
  if (std::equal(parts.begin(), parts.end(), steps_.begin(),
                 [](std::string_view part, const Step& step) { return step.name == part; }))
    steps_.resize(parts.size() - 1);
}

Outcome<SharedFd> PosixTarget::Way::enter(int from, const std::string& name, std::size_t depth) const {
  auto fd = os::open_at(from, name.c_str(), os::OpenFor::pass);
  if (!fd &&
      (fd.error() == std::errc::not_a_directory || fd.error() == std::errc::too_many_symbolic_link_levels)) {
    const auto status = os::stat_at(from, name.c_str());
    if (!status || status->kind() != Kind::symlink) return unexpected(fd.error());
    if (!may_follow(from, name, depth)) return failure(std::errc::too_many_symbolic_link_levels);
    fd = os::open_at(from, name.c_str(), os::OpenFor::pass_following);
  }
  if (!fd) return unexpected(fd.error());
  return std::make_shared<const os::UniqueFd>(std::move(*fd));
}

bool PosixTarget::Way::may_follow(int from, const std::string& name, std::size_t depth) const {
  if (depth < trusted_depth_) return true;
  if (trusted_depth_ > 0) return false;
  const auto status = os::stat_at(from, name.c_str());
  return status && (status->uid == 0 || status->uid == os::effective_user());
}

}  // namespace holdfast::tree
