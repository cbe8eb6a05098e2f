// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "catalog/rows.h"

namespace holdfast::catalog {

/// What verify jobs look up of files, and the marks they leave (interop 08, section 19.1). Errors as those of the
/// other roles (catalog.h).
class VerifyCatalog {
 public:
  struct Known {
    FileId id{};
    JobId job{};
    std::uint32_t file_index = 0;  ///< 0: it was deleted when that job ran
    std::string stat{};
    std::string digest{};
  };

  virtual ~VerifyCatalog() = default;
  /// What the first of these jobs that has the file knows of it; `path` ends in '/', `name` is empty for directories.
  virtual std::optional<Known> find(std::span<const JobId> jobs, std::string_view path,
                                    std::string_view name) = 0;
  /// Notes that `verifier` has met these files, all in one transaction.
  virtual void mark(std::span<const FileId> files, JobId verifier) = 0;
  /// Files of `job`, deleted ones left out, that `verifier` has not marked, in the order saved. Path and name are
  /// joined; the view is valid during the call. A visitor that returns false ends it.
  virtual void list_unmarked(JobId job, JobId verifier,
                             const std::function<bool(std::string_view name)>& visit) = 0;
  /// How many files these jobs together say were deleted, and no later one of them has again.
  virtual std::uint64_t count_deleted(std::span<const JobId> jobs) = 0;
};

}  // namespace holdfast::catalog
