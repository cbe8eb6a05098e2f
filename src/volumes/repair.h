// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include "device/device.h"
#include "volumes/volume_label.h"

namespace holdfast::volumes {

struct RepairTotals {
  std::uint64_t blocks = 0;           ///< that were good
  std::uint64_t blanked_parts = 0;    ///< damaged places
  std::uint64_t blanked_bytes = 0;    ///< of volumes in files
  std::uint64_t blanked_records = 0;  ///< in good blocks: pieces of no use without what is lost
  bool has_new_label = false;
};

/// Copies a volume without its damaged parts. Every block keeps its address, so that the catalog and all bootstraps stay
/// right: damaged parts are filled with blocks that belong to no session and hold one record of a kind that all readers pass
/// over (FileIndex -7, interop 04, section 3.4). In good blocks, what is of no use without the lost is turned into such
/// records: pieces of records that were cut off, and what follows of a file behind a loss up to the next file. Where the label
/// is lost, `label` takes its place; its pool is that of the first session found.
///
/// Both are of the same addressing, `to` is empty. On tapes and dedupable volumes every damaged block becomes a small one of that
/// kind. Throws Error{unsupported} where addresses cannot be kept, Error{no_space}, and Error{corrupt} where there is no room for the label.
RepairTotals repair(device::Device& from, device::Device& to, format::VolumeLabel label,
                    const std::function<void(std::size_t bytes)>& progress = {});

}  // namespace holdfast::volumes
