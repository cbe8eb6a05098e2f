// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "volumes/record_reader.h"

namespace holdfast::volumes {

/// Reads volumes for the volume tools: without a catalog, from a drive that nobody else uses.
class ToolReading {
 public:
  enum class OnDamage { stop, go_on };
  /// A message for the user, with its line end.
  using Tell = std::function<void(const std::string& text)>;

  /// `device`: how messages call it, "\"File\" (/srv/volumes)".
  ToolReading(device::Drive& drive, std::string device, OnDamage on_damage, Tell tell)
      : drive_(drive), device_(std::move(device)), on_damage_(on_damage), tell_(std::move(tell)) {}

  /// All volumes in order; with a matcher only what it selects, from the volumes it names. Labels of volumes are
  /// visited first. Throws Error: a volume is not there, no volume, or damaged.
  void read(const std::vector<std::string>& volumes, format::BootstrapMatcher* matcher,
            RecordVisitor& visitor);

  /// Every block of one volume, records not put together.
  void read_blocks(const std::string& volume, RecordVisitor& visitor);

  /// How often damage was told and read past.
  std::uint64_t passed_damage() const { return passed_damage_; }

 private:
  std::unique_ptr<device::Device> open(const std::string& volume);
  void damage(const std::string& volume, const std::string& what);

  device::Drive& drive_;
  std::string device_;
  OnDamage on_damage_;
  Tell tell_;
  std::uint64_t passed_damage_ = 0;
};

}  // namespace holdfast::volumes
