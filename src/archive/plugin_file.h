// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "plugins/plugin.h"
#include "tree/file_target.h"

namespace holdfast::archive {

/// An object that a plugin makes, written like a file. Owner, mode and times were told when it was created; attributes are
/// handed over at the end.
class PluginFile final : public tree::WritableFile {
 public:
  /// `failure` gets the reason where something fails.
  PluginFile(plugins::ObjectTarget& target, std::string& failure) : target_(target), failure_(failure) {}

  tree::Outcome<void> set_owner(tree::Owner) override { return {}; }
  tree::Outcome<void> set_mode(std::uint32_t) override { return {}; }
  tree::Outcome<void> set_times(tree::Timestamp, tree::Timestamp) override { return {}; }
  tree::Outcome<void> set_attribute(const std::string& name, Bytes value) override;
  tree::Outcome<void> remove_attribute(const std::string&) override { return {}; }
  tree::Outcome<void> set_flags(std::uint32_t) override { return {}; }
  tree::Outcome<void> write_at(std::uint64_t offset, Bytes data) override;
  tree::Outcome<void> set_size(std::uint64_t) override { return {}; }
  tree::Outcome<tree::FileStat> stat() override { return tree::FileStat{}; }
  tree::Outcome<void> close() override;

 private:
  tree::Outcome<void> outcome_of(const plugins::Outcome<void>& outcome);

  plugins::ObjectTarget& target_;
  std::string& failure_;
  plugins::Extras extras_;
};

}  // namespace holdfast::archive
