// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>

#include "device/device.h"
#include "volumes/checker/block_sweep.h"
#include "volumes/checker/volume_checker.h"

namespace holdfast::volumes {

/// A damaged part of a volume: no block between these addresses can be read.
struct DamagedPart {
  std::uint64_t address = 0;
  std::uint64_t end = 0;
};

/// Runs one volume through the checker, from its first block to its end. `progress` hears of each block how many bytes it
/// had and may wait or throw.
std::vector<DamagedPart> check_volume(device::Device& medium, const std::string& name, VolumeChecker& checker,
                                      std::span<const ExpectedRange> expected = {},
                                      const std::function<void(std::size_t)>& progress = {});

/// Gathers what is found, for callers that want it all: tests above all.
class FindingList final : public CheckVisitor {
 public:
  void finding(const Finding& finding) override { all.push_back(finding); }
  void lost(const LostFiles& lost) override { lost_files.push_back(lost); }
  void session(const SessionFacts& facts) override { sessions.push_back(facts); }
  /// One a line, of that severity or worse.
  std::string text(Severity least) const;

  std::vector<Finding> all;
  std::vector<LostFiles> lost_files;
  std::vector<SessionFacts> sessions;
};

}  // namespace holdfast::volumes
