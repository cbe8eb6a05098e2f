// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

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
  Outcome<void> set_owner(tree::Owner) override { return {}; }
  Outcome<void> set_mode(std::uint32_t) override { return {}; }
  Outcome<void> set_times(tree::Timestamp, tree::Timestamp) override { return {}; }
  Outcome<void> set_attribute(const std::string&, Bytes) override { return {}; }
  Outcome<void> remove_attribute(const std::string&) override { return {}; }
};

/// Where restored files go: only which names exist is kept, whatever their size.
class NowhereTarget final : public tree::FileTarget {
 public:
  Outcome<tree::FileStat> stat(const std::string& path) override {
    if (names_.contains(path)) return tree::FileStat{};
    return unexpected(std::make_error_code(std::errc::no_such_file_or_directory));
  }
  Outcome<std::unique_ptr<tree::WritableFile>> create_file(const std::string& path, std::uint32_t) override {
    if (const auto added = add(path); !added) return unexpected(added.error());
    return std::make_unique<NowhereFile>();
  }
  Outcome<std::unique_ptr<tree::WritableFile>> open_existing(const std::string&) override {
    return std::make_unique<NowhereFile>();
  }
  Outcome<void> make_directory(const std::string& path, std::uint32_t) override { return add(path); }
  Outcome<void> make_symlink(const std::string&, const std::string& path) override { return add(path); }
  Outcome<void> make_hard_link(const std::string&, const std::string& path) override { return add(path); }
  Outcome<void> make_node(const std::string& path, std::uint32_t, std::uint64_t) override {
    return add(path);
  }
  Outcome<void> remove(const std::string& path) override {
    names_.erase(path);
    return {};
  }
  Outcome<std::unique_ptr<tree::Attributable>> named(const std::string&) override {
    return std::make_unique<NowhereFile>();
  }
  std::unique_ptr<tree::FileTarget> another() override { return std::make_unique<NowhereTarget>(); }

 private:
  Outcome<void> add(const std::string& path) {
    if (names_.insert(path).second) return {};
    return unexpected(std::make_error_code(std::errc::file_exists));
  }
  std::set<std::string> names_;
};

}  // namespace holdfast::fuzz
