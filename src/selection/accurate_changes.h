// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "selection/changes.h"
#include "selection/known_files.h"
#include "tree/file_stat.h"

namespace holdfast::selection {

/// Whether a file differs from what is known of it, by the letters of the Accurate option (interop 02, section 4), its
/// content aside.
bool differs(const FileOptions& options, const tree::FileStat& now, const KnownFile& then);

/// Compares files with those of a list, and finds out which of the list are gone.
class AccurateChanges final : public Changes {
 public:
  /// The list is complete, and outlives this.
  explicit AccurateChanges(KnownFiles& known) : known_(known) {}

  Verdict judge(Found& found) override;
  std::optional<KnownFile> known(const Found& file) override;
  void set_met(const Found& file, Met met) override;
  void set_all_met(Met met) override;
  void not_looked_at(const std::string& path, const FileOptions& options) override;
  bool was_mount_point(const Found& directory) override;
  std::uint64_t list_deleted(const KnownFiles::Visitor& visit) override;

 private:
  std::string_view stored(const Found& found);
  bool may_be_there(std::string_view name) const;

  KnownFiles& known_;
  std::string name_;  ///< of the last file, where it had to be made
  // Stored names without slash at the end. As many as there were errors, each of which is a message too.
  std::set<std::string, std::less<>> not_looked_at_;
  bool all_are_met_ = false;
  bool is_blind_ = false;  ///< something was not looked at that cannot be told by its stored name
};

/// What decides for a job: the list, where there is one, else the time, where there is one, else everything is saved.
std::unique_ptr<Changes> make_changes(KnownFiles* known, std::optional<Time> since);

}  // namespace holdfast::selection
