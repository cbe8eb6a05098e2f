// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "wire/layout.h"

// Commands of the console to a Storage Daemon, brought by the Director, and their replies as far as somebody
// reads them (interop 03, sections 12 and 13). Devices are named by their resource; `drive` counts from 0 in
// an autochanger.

namespace holdfast::wire {

struct LabelCommand {
  std::string device;
  std::string volume;
  std::string pool;
  std::string media_type;
  std::int32_t slot = 0;
  std::int32_t drive = 0;
  std::uint32_t min_block_size = 0;
  std::uint32_t max_block_size = 0;
  template <typename = void>
  static constexpr auto layout() {
    using L = LabelCommand;
    return message("label ", bashed<&L::device>, " VolumeName=", bashed<&L::volume>,
                   " PoolName=", bashed<&L::pool>, " MediaType=", bashed<&L::media_type>,
                   " Slot=", field<&L::slot>, " drive=", field<&L::drive>,
                   " MinBlocksize=", field<&L::min_block_size>, " MaxBlocksize=", field<&L::max_block_size>);
  }
};

struct RelabelCommand {
  std::string device;
  std::string old_volume;
  std::string new_volume;
  std::string pool;
  std::string media_type;
  std::int32_t slot = 0;
  std::int32_t drive = 0;
  std::uint32_t min_block_size = 0;
  std::uint32_t max_block_size = 0;
  template <typename = void>
  static constexpr auto layout() {
    using R = RelabelCommand;
    return message("relabel ", bashed<&R::device>, " OldName=", bashed<&R::old_volume>,
                   " NewName=", bashed<&R::new_volume>, " PoolName=", bashed<&R::pool>,
                   " MediaType=", bashed<&R::media_type>, " Slot=", field<&R::slot>,
                   " drive=", field<&R::drive>, " MinBlocksize=", field<&R::min_block_size>,
                   " MaxBlocksize=", field<&R::max_block_size>);
  }
};

struct LabelReply {
  std::uint32_t files = 0;
  std::uint64_t bytes = 0;
  std::string volume;
  std::string device;  ///< the print name, "File" (/srv/volumes)
  template <typename = void>
  static constexpr auto layout() {
    return message("3000 OK label. VolFiles=", field<&LabelReply::files>,
                   " VolBytes=", field<&LabelReply::bytes>, " Volume=\"", quoted<&LabelReply::volume>,
                   "\" Device=", line<&LabelReply::device>, "\n");
  }
};

struct ReadLabelCommand {
  std::string device;
  std::int32_t slot = 0;
  std::int32_t drive = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("readlabel ", bashed<&ReadLabelCommand::device>, " Slot=", field<&ReadLabelCommand::slot>,
                   " drive=", field<&ReadLabelCommand::drive>, "\n");
  }
};

struct ReadLabelReply {
  std::string volume;
  std::int32_t slot = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("3001 Volume=", field<&ReadLabelReply::volume>, " Slot=", field<&ReadLabelReply::slot>,
                   "\n");
  }
};

struct MountCommand {
  std::string device;
  std::int32_t drive = 0;
  std::optional<std::int32_t> slot;
  template <typename = void>
  static constexpr auto layout() {
    return message("mount ", bashed<&MountCommand::device>, " drive=", field<&MountCommand::drive>,
                   optional<&MountCommand::slot>(" slot="), "\n");
  }
};

struct UnmountCommand {
  std::string device;
  std::int32_t drive = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("unmount ", bashed<&UnmountCommand::device>, " drive=", field<&UnmountCommand::drive>,
                   "\n");
  }
};

struct ReleaseCommand {
  std::string device;
  std::int32_t drive = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("release ", bashed<&ReleaseCommand::device>, " drive=", field<&ReleaseCommand::drive>,
                   "\n");
  }
};

struct ListAllSlots {
  std::string device;
  template <typename = void>
  static constexpr auto layout() {
    return message("autochanger listall ", bashed<&ListAllSlots::device>, " \n");
  }
};

struct ListSlots {
  std::string device;
  template <typename = void>
  static constexpr auto layout() {
    return message("autochanger list ", bashed<&ListSlots::device>, " \n");
  }
};

struct CountSlots {
  std::string device;
  template <typename = void>
  static constexpr auto layout() {
    return message("autochanger slots ", bashed<&CountSlots::device>, "\n");
  }
};

struct CountDrives {
  std::string device;
  template <typename = void>
  static constexpr auto layout() {
    return message("autochanger drives ", bashed<&CountDrives::device>, "\n");
  }
};

struct TransferSlot {
  std::string device;
  std::int32_t from = 0;
  std::int32_t to = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("autochanger transfer ", bashed<&TransferSlot::device>, " ", field<&TransferSlot::from>,
                   " ", field<&TransferSlot::to>, " \n");
  }
};

/// No newline ends it.
struct SlotsReply {
  std::int32_t slots = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("slots=", field<&SlotsReply::slots>);
  }
};

struct DrivesReply {
  std::int32_t drives = 1;
  template <typename = void>
  static constexpr auto layout() {
    return message("drives=", field<&DrivesReply::drives>, "\n");
  }
};

/// -1 leaves trace and timestamp as they are.
struct StorageDebugCommand {
  std::int32_t level = 0;
  std::int32_t trace = -1;
  std::optional<std::int32_t> timestamp;
  template <typename = void>
  static constexpr auto layout() {
    return message("setdebug=", field<&StorageDebugCommand::level>,
                   " trace=", field<&StorageDebugCommand::trace>,
                   optional<&StorageDebugCommand::timestamp>(" timestamp="), "\n");
  }
};

struct StorageDebugReply {
  std::int32_t level = 0;
  std::optional<std::int32_t> trace;
  std::optional<std::int32_t> timestamp;
  std::string trace_file;
  template <typename = void>
  static constexpr auto layout() {
    using R = StorageDebugReply;
    return message("3000 OK setdebug=", field<&R::level>, optional<&R::trace>(" trace="),
                   optional<&R::timestamp>(" timestamp="), " tracefile=", line<&R::trace_file>, "\n");
  }
};

/// The name is not bashed, so that it cannot hold blanks.
struct SetDeviceCommand {
  std::string device;
  bool auto_select = true;
  template <typename = void>
  static constexpr auto layout() {
    return message("setdevice device=", field<&SetDeviceCommand::device>,
                   " autoselect=", field<&SetDeviceCommand::auto_select>);
  }
};

struct SetDeviceReply {
  std::string device;
  bool auto_select = true;
  template <typename = void>
  static constexpr auto layout() {
    return message("3000 OK setdevice=", field<&SetDeviceReply::device>,
                   " autoselect=", field<&SetDeviceReply::auto_select>, "\n");
  }
};

/// Only the devices named, separated by commas; all where it is empty.
struct StorageStatusCommand {
  std::string devices;
  template <typename = void>
  static constexpr auto layout() {
    return message("status ", bashed<&StorageStatusCommand::devices>.up_to(no_limit), "\n");
  }
};

/// The reply to the cancel command of a Storage Daemon.
struct StorageCancelled {
  std::uint32_t job_id = 0;
  std::string job;
  template <typename = void>
  static constexpr auto layout() {
    return message("3000 JobId=", field<&StorageCancelled::job_id>, " Job=\"", quoted<&StorageCancelled::job>,
                   "\" marked to be canceled.\n");
  }
};

struct StorageJobNotFound {
  std::string job;
  template <typename = void>
  static constexpr auto layout() {
    return message("3904 Job ", field<&StorageJobNotFound::job>, " not found.\n");
  }
};

inline constexpr std::string_view storage_bad_cancel = "3903 Error scanning cancel command.\n";

/// To the console commands above, where the device cannot be used.
struct DeviceNotFound {
  std::string device;
  template <typename = void>
  static constexpr auto layout() {
    return message("3999 Device \"", quoted<&DeviceNotFound::device>,
                   "\" not found or could not be opened.\n");
  }
};

}  // namespace holdfast::wire
