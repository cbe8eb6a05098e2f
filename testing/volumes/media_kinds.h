// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <ostream>
#include <string>

#include "base/ids.h"

#include "testing/device/memory_dedup.h"
#include "testing/device/memory_device.h"
#include "testing/device/tape_library.h"

namespace holdfast::testing_support {

/// What the volumes of a world are: outlives its daemons, and loses power with them.
class MediaKind {
 public:
  virtual ~MediaKind() = default;
  virtual std::unique_ptr<device::Drive> drive() = 0;
  /// The volume with that number, wherever it is now.
  virtual std::unique_ptr<device::Device> look_at(MediaId volume) = 0;
  /// Null: nobody moves volumes.
  virtual std::unique_ptr<device::Changer> robot() { return nullptr; }
  /// Drops what was not flushed, except `surviving` bytes of each volume.
  virtual void lose_power(std::size_t surviving) = 0;
  /// So much has room on each volume.
  virtual void set_capacity(std::size_t bytes) = 0;
};

/// Files of a directory.
std::unique_ptr<MediaKind> files_in_memory();
/// Directories of five files each.
std::unique_ptr<MediaKind> dedup_volumes_in_memory();
/// Forty slots and one drive.
std::unique_ptr<MediaKind> tapes_in_memory();

/// For suites that run over all of them.
struct NamedMedia {
  const char* name;
  std::unique_ptr<MediaKind> (*make)();
};
inline void PrintTo(const NamedMedia& media, std::ostream* out) { *out << media.name; }
inline constexpr NamedMedia all_media[] = {
    {"files", files_in_memory}, {"tapes", tapes_in_memory}, {"dedupable", dedup_volumes_in_memory}};

}  // namespace holdfast::testing_support
