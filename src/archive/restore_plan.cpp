// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/restore_plan.h"

namespace holdfast::archive {

namespace {

std::string without_trailing_slashes(std::string path) {
  while (path.ends_with('/')) path.pop_back();
  return path;
}

}  // namespace

RestorePlan::RestorePlan(RestoreOptions options) : options_(std::move(options)) {
  if (!options_.regex_where.empty()) renaming_.emplace(options_.regex_where);
  options_.where = without_trailing_slashes(std::move(options_.where));
}

std::string RestorePlan::path_for(std::string_view name) const {
  std::string path = renaming_ ? renaming_->apply(std::string(name)) : options_.where;
  if (!renaming_) {
    if (!name.starts_with('/')) path += '/';
    path += name;
  }
  if (!path.starts_with('/')) path.insert(0, "/");
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::string RestorePlan::symlink_target(const std::string& target) const {
  if (options_.links == RestoreOptions::Links::as_stored) return target;
  if (renaming_) return renaming_->apply(target);
  return target.starts_with('/') ? options_.where + target : target;
}

}  // namespace holdfast::archive
