// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/clock.h"
#include "base/ids.h"
#include "device/device.h"
#include "format/label.h"

namespace holdfast::volumes {

/// Who writes labels.
struct LabelStamp {
  std::string program;  ///< name of the Storage Daemon's resource, or of the tool
  std::string host;
  std::string version = "Ver. 25.1.0 03 August 2026";
  std::string build = "Build 2026-08-03 08:44:12";
};

/// What stands at the start of a medium that is not a labelled volume.
struct NoLabel {
  std::string why;        ///< in the words of interop 04, section 4.4
  bool is_empty = false;  ///< there is nothing at all
};

struct FoundLabel {
  format::VolumeLabel label;
  VolumeSession session;
  std::size_t block_length = 0;
  std::uint64_t address = 0;  ///< not 0 on tapes: behind ANSI or IBM labels
};

/// Reads the label block at the start; the position is behind it afterwards.
std::variant<FoundLabel, NoLabel> read_label(device::Device& medium);

/// What follows the label on a tape: new ones have a file mark, rewritten ones none (interop 04, section 8).
enum class AfterLabel { filemark, nothing };

/// Empties the medium, from `address` on, and writes a label block, durable before it returns. Returns its length, or
/// nothing when not even that fits. `session` is that of the job, or none for the operator's label command. On tapes its
/// blocks must have the size of labels.
std::optional<std::size_t> write_label(device::Device& medium, const format::VolumeLabel& label,
                                       VolumeSession session, AfterLabel after = AfterLabel::filemark,
                                       std::uint64_t address = 0);

format::VolumeLabel new_label(const LabelStamp& stamp, const Clock& clock, std::string volume,
                              std::string pool, std::string media_type);

}  // namespace holdfast::volumes
