// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <memory>
#include <set>
#include <string>

#include "tree/file_target.h"

namespace holdfast::fuzz {

using tree::Outcome;

/// Takes everything.
class NowhereFile final : public tree::WritableFile {
 public:
  Outcome<void> write_at(std::uint64_t, Bytes) override { return {}; }
  Outcome<void> set_size(std::uint64_t) override { return {}; }
  Outcome<tree::FileStat> stat() override { return tree::FileStat{}; }
  Outcome<void> close() override { return {}; }
  Outcome<std::size_t> read_at(std::uint64_t, MutableBytes) override { return 0; }
  Outcome<void> clear(std::uint64_t, std::uint64_t) override { return {}; }
  Outcome<void> set_owner(tree::Owner) override { return {}; }
  Outcome<void> set_mode(std::uint32_t) override { return {}; }
  Outcome<void> set_times(tree::Timestamp, tree::Timestamp) override { return {}; }
  Outcome<void> set_attribute(const std::string&, Bytes) override { return {}; }
  Outcome<void> remove_attribute(const std::string&) override { return {}; }
  Outcome<void> set_flags(std::uint32_t) override { return {}; }
};

/// Where restored files go: only which names exist is kept, whatever their size. It ends the run when something is made,
/// opened or removed that does not lie below `inside`; like others it refuses "..".
class NowhereTarget final : public tree::FileTarget {
 public:
  explicit NowhereTarget(std::string inside = {}) : inside_(std::move(inside)) {}

  Outcome<tree::FileStat> stat(const std::string& path) override {
    if (names_.contains(path)) return tree::FileStat{};
    return unexpected(std::make_error_code(std::errc::no_such_file_or_directory));
  }
  Outcome<std::unique_ptr<tree::WritableFile>> create_file(const std::string& path, std::uint32_t) override {
    if (const auto added = add(path); !added) return unexpected(added.error());
    return std::make_unique<NowhereFile>();
  }
  Outcome<std::unique_ptr<tree::WritableFile>> open_existing(const std::string& path) override {
    if (const auto allowed = check(path); !allowed) return unexpected(allowed.error());
    return std::make_unique<NowhereFile>();
  }
  Outcome<std::unique_ptr<tree::WritableFile>> open_to_change(const std::string& path) override {
    return open_existing(path);
  }
  Outcome<void> make_directory(const std::string& path, std::uint32_t) override { return add(path); }
  Outcome<void> make_symlink(const std::string&, const std::string& path) override { return add(path); }
  Outcome<void> make_hard_link(const std::string& existing, const std::string& path) override {
    if (auto allowed = check(existing); !allowed) return allowed;
    return add(path);
  }
  Outcome<void> make_node(const std::string& path, std::uint32_t, std::uint64_t) override {
    return add(path);
  }
  Outcome<void> remove(const std::string& path) override {
    if (auto allowed = check(path); !allowed) return allowed;
    names_.erase(path);
    return {};
  }
  Outcome<std::unique_ptr<tree::Attributable>> named(const std::string& path) override {
    if (const auto allowed = check(path); !allowed) return unexpected(allowed.error());
    return std::make_unique<NowhereFile>();
  }
  std::unique_ptr<tree::FileTarget> another() override { return std::make_unique<NowhereTarget>(inside_); }

 private:
  Outcome<void> check(const std::string& path) const {
    const auto is_inside =
        path.starts_with(inside_) && (path.size() == inside_.size() || path[inside_.size()] == '/');
    if (!inside_.empty() && !is_inside) std::abort();
    if ((path + "/").find("/../") != path.npos)
      return unexpected(std::make_error_code(std::errc::invalid_argument));
    return {};
  }
  Outcome<void> add(const std::string& path) {
    if (auto allowed = check(path); !allowed) return allowed;
    if (names_.insert(path).second) return {};
    return unexpected(std::make_error_code(std::errc::file_exists));
  }
  std::string inside_;
  std::set<std::string> names_;
};

}  // namespace holdfast::fuzz
