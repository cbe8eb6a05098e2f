// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "selection/fileset.h"
#include "selection/known_files.h"

namespace holdfast::selection {

struct Found;

/// Decides which of the files that a FileSet chooses are saved. Used by the thread of the walk.
class Changes {
 public:
  enum class Verdict {
    save,
    leave_out,
    compare_contents,  ///< Found::known_digest was set: saved where the content has another one
  };

  virtual ~Changes() = default;
  virtual Verdict judge(Found& found) = 0;
  /// What a list says of this file, where there is one.
  virtual std::optional<KnownFile> known(const Found& /*file*/) { return std::nullopt; }
  enum class Met { yes, no };
  /// Somebody who was not asked to judge says that the file is there, or takes that back.
  virtual void set_met(const Found& /*file*/, Met) {}
  /// The same of all files.
  virtual void set_all_met(Met) {}
  /// Nobody knows what there is under this path, nor below it: it could not be looked at. `options` are those that
  /// hold there.
  virtual void not_looked_at(const std::string& /*path*/, const FileOptions& /*options*/) {}
  /// A directory without any names lies on the same device as the directory above it. Whether something was mounted
  /// on it before, so that it is not empty but not mounted.
  virtual bool was_mount_point(const Found& /*directory*/) { return false; }
  /// To be called after the walk: every file saved before that it did not meet, by its stored name. Files that may
  /// well be there, as nobody could look, are left out; returns how many.
  virtual std::uint64_t list_deleted(const KnownFiles::Visitor& /*visit*/) { return 0; }
};

/// Everything is saved.
class EverythingIsNew final : public Changes {
 public:
  Verdict judge(Found&) override { return Verdict::save; }
};

/// What was changed since a moment, by its times.
class ChangedSince final : public Changes {
 public:
  explicit ChangedSince(Time since) : since_(unix_seconds(since)) {}
  Verdict judge(Found& found) override;

 private:
  std::int64_t since_;
};

}  // namespace holdfast::selection
