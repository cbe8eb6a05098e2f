// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "volumes/checker/expected_ranges.h"

namespace holdfast::apps {

/// What a catalog knows of volumes and their jobs, for comparing. One thread.
class VolumeFacts {
 public:
  explicit VolumeFacts(std::unique_ptr<catalog::Catalog> catalog) : catalog_(std::move(catalog)) {}

  std::optional<catalog::VolumeRow> volume(const std::string& name) { return catalog_->volumes().find(name); }
  /// The JobMedia rows of the volume.
  std::vector<volumes::ExpectedRange> ranges(MediaId volume);
  /// The job of a session.
  std::optional<JobId> job(VolumeSession session);
  /// Names of its files with an index from `first` to `last`, at most `limit` of them.
  std::vector<std::pair<std::uint32_t, std::string>> names(JobId job, std::uint32_t first, std::uint32_t last,
                                                           std::size_t limit);

 private:
  std::unique_ptr<catalog::Catalog> catalog_;
};

}  // namespace holdfast::apps
