// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "messages/outlets.h"

namespace holdfast::testing_support {

/// A folder that is removed at the end.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string path() const { return folder_.string(); }
  /// Empty where there is none.
  std::string read(const std::string& name) const;
  std::vector<std::string> names() const;

 private:
  std::filesystem::path folder_;
};

/// What is told about deliveries.
class Reports {
 public:
  messages::Report taker();
  /// Waits until there are `count`.
  std::vector<std::string> wait_for(std::size_t count);
  std::vector<std::string> all() { return wait_for(0); }

 private:
  Guarded<std::vector<std::string>> texts_;
};

/// Settings for outlets that write into `folder` and lose no time.
messages::OutletSettings quick_outlets(const ScratchFolder& folder);

}  // namespace holdfast::testing_support
