// SPDX-License-Identifier: AGPL-3.0-or-later
#include "selection/bounded_known_files.h"

namespace holdfast::selection {

void BoundedKnownFiles::add(std::string_view name, const KnownFile& file) {
  memory_.add(name, file);
  if (memory_.memory() > place_.memory) spill();
}

void BoundedKnownFiles::complete() {
  if (disk_ || memory_.count() > place_.most_in_memory) spill();
  list().complete();
}

void BoundedKnownFiles::spill() {
  if (!disk_) disk_ = std::make_unique<KnownFilesOnDisk>(place_.directory);
  memory_.drain([this](std::string_view name, const KnownFile& file) { disk_->add(name, file); });
}

}  // namespace holdfast::selection
