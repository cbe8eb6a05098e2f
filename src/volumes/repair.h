// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>

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

/// A piece of a record: the address of its block, and where in it its header stands.
using RecordPlace = std::pair<std::uint64_t, std::size_t>;

/// What is worth keeping on a damaged volume.
struct Salvage {
  std::set<RecordPlace> useless;  ///< pieces in good blocks that are of no use without what is lost
  std::uint64_t pieces = 0;       ///< of records of files, in good blocks, also those
  std::optional<format::SessionLabel> first_session;
  std::uint64_t end = 0;  ///< of the volume

  /// Whether anything of any file is left.
  bool saves_files() const { return pieces > useless.size(); }
};

/// Reads the whole volume. `progress` hears the length of each good block.
Salvage find_salvage(device::Device& from, const std::function<void(std::size_t bytes)>& progress = {});

/// Copies a volume without its damaged parts. Every block keeps its address, so that the catalog and all bootstraps stay
/// right: damaged parts are filled with blocks that belong to no session and hold one record of a kind that all readers pass
/// over (FileIndex -7, interop 04, section 3.4). In good blocks, what is of no use without the lost is turned into such
/// records: pieces of records that were cut off, and what follows of a file behind a loss up to the next file. Where the label
/// is lost, `label` takes its place; its pool is that of the first session found.
///
/// `salvage` is what find_salvage() found on `from`. Both are of the same addressing, `to` is empty. On tapes and dedupable volumes every damaged block becomes a small one of that
/// kind. Throws Error{unsupported} where addresses cannot be kept, Error{no_space}, and Error{corrupt} where there is no room for the label.
RepairTotals repair(device::Device& from, const Salvage& salvage, device::Device& to,
                    format::VolumeLabel label, const std::function<void(std::size_t bytes)>& progress = {});

}  // namespace holdfast::volumes
