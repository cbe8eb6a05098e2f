// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/tool_reading.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "volumes/volume_label.h"

namespace holdfast::volumes {

void ToolReading::damage(const std::string& volume, const std::string& what) {
  if (on_damage_ == OnDamage::stop) {
    throw Error(ErrorKind::corrupt, "Volume \"{}\" on device {}: {} (-p reads on)", volume, device_, what);
  }
  ++passed_damage_;
  tell_(fmt::format("Error: {}\n", what));
}

std::unique_ptr<device::Device> ToolReading::open(const std::string& volume) {
  auto medium = drive_.open(volume, device::Drive::Access::read);
  const auto found = read_label(*medium);
  if (const auto* none = std::get_if<NoLabel>(&found)) {
    damage(volume,
           fmt::format("Requested Volume \"{}\" on {} is not a Bareos labeled Volume, because: ERR={}",
                       volume, device_, none->why));
  } else if (const auto& label = std::get<FoundLabel>(found).label; label.volume != volume) {
    damage(volume, fmt::format("Wrong Volume mounted on device {}: Wanted {} have {}", device_, volume,
                               printable(label.volume)));
  }
  medium->seek(0);
  tell_(fmt::format("Ready to read from volume \"{}\" on device {}.\n", volume, device_));
  return medium;
}

void ToolReading::read(const std::vector<std::string>& volumes, format::BootstrapMatcher* matcher,
                       RecordVisitor& visitor) {
  RecordReader reader(matcher);
  for (const auto& volume : volumes) {
    const auto medium = open(volume);
    BlockReader blocks(*medium, BlockReader::Checksums::checked,
                       [&](const std::string& what) { damage(volume, what); });
    if (matcher != nullptr) {
      // The label comes before what the bootstrap jumps to.
      if (const auto label = blocks.next()) RecordReader(nullptr).read_block(*label, visitor);
      matcher->mount(volume);
    }
    reader.read_volume(blocks, visitor);
    tell_(fmt::format("End of Volume at file {} on device {}, Volume \"{}\"\n", blocks.position() >> 32,
                      device_, volume));
  }
  tell_("End of all volumes.\n");
}

void ToolReading::read_blocks(const std::string& volume, RecordVisitor& visitor) {
  const auto medium = open(volume);
  BlockReader blocks(*medium, BlockReader::Checksums::checked,
                     [&](const std::string& what) { damage(volume, what); });
  while (const auto block = blocks.next()) visitor.block(*block);
  const auto file = blocks.position() >> 32;
  tell_(fmt::format("End of file {} on device {}, Volume \"{}\"\n", file, device_, volume));
  tell_(fmt::format("Got EOM at file {} on device {}, Volume \"{}\"\n", file, device_, volume));
}

}  // namespace holdfast::volumes
