// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/checker/check_volume.h"

#include <fmt/core.h>

namespace holdfast::volumes {

std::vector<DamagedPart> check_volume(device::Device& medium, const std::string& name, VolumeChecker& checker,
                                      std::span<const ExpectedRange> expected,
                                      const std::function<void(std::size_t)>& progress) {
  std::vector<DamagedPart> damaged;
  checker.start_volume(name);
  for (const auto& range : expected) checker.expect(range);
  medium.seek(0);
  BlockSweep sweep(medium);
  for (auto found = sweep.next(); !std::holds_alternative<BlockSweep::End>(found); found = sweep.next()) {
    if (const auto* bad = std::get_if<BlockSweep::BadPart>(&found)) {
      damaged.push_back({bad->address, bad->end});
      // On tapes nobody knows how long it is.
      const auto size = bad->end - bad->address;
      checker.damage(bad->address, size == 0 || medium.addressing() != device::Addressing::bytes
                                       ? bad->why
                                       : fmt::format("{}; {} bytes cannot be used", bad->why, size));
      if (progress) progress(bad->end - bad->address);
    } else {
      const auto& block = std::get<BlockSweep::GoodBlock>(found);
      checker.block(block.address, block.last_address, block.bytes);
      if (progress) progress(block.bytes.size());
    }
  }
  checker.finish_volume();
  return damaged;
}

std::string FindingList::text(Severity least) const {
  std::string lines;
  for (const auto& finding : all)
    if (finding.severity >= least) lines += to_line(finding) + "\n";
  return lines;
}

}  // namespace holdfast::volumes
