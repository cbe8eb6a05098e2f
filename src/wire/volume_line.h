// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "wire/layout.h"

namespace holdfast::wire {

/// The Director's record of a volume, in answer to FindMedia, GetVolumeInfo and UpdateMedia (interop 03,
/// section 7.6). The Storage Daemon believes it, so it always holds the whole current record.
struct VolumeLine {
  std::string volume;
  std::uint32_t jobs = 0;
  std::uint32_t files = 0;
  std::uint32_t blocks = 0;
  std::uint64_t bytes = 0;
  std::uint32_t mounts = 0;
  std::uint32_t errors = 0;
  std::uint32_t writes = 0;
  std::uint64_t max_bytes = 0;  ///< 0: unlimited
  std::uint64_t capacity_bytes = 0;
  std::string status;  ///< "Append", "Unlabeled", ...; at most 20 characters
  std::int32_t slot = 0;
  std::uint32_t max_jobs = 0;   ///< 0: unlimited
  std::uint32_t max_files = 0;  ///< 0: unlimited
  bool in_changer = false;
  std::int64_t read_time = 0;   ///< microseconds
  std::int64_t write_time = 0;  ///< microseconds
  std::uint32_t end_file = 0;
  std::uint32_t end_block = 0;
  std::int32_t label_type = 0;
  MediaId media_id;
  std::string encryption_key;
  std::uint32_t min_block_size = 0;  ///< 0: the device's
  std::uint32_t max_block_size = 0;  ///< 0: the device's
  template <typename = void>
  static constexpr auto layout() {
    using V = VolumeLine;
    return message(
        "1000 OK VolName=", bashed<&V::volume>, " VolJobs=", field<&V::jobs>, " VolFiles=", field<&V::files>,
        " VolBlocks=", field<&V::blocks>, " VolBytes=", field<&V::bytes>, " VolMounts=", field<&V::mounts>,
        " VolErrors=", field<&V::errors>, " VolWrites=", field<&V::writes>,
        " MaxVolBytes=", field<&V::max_bytes>, " VolCapacityBytes=", field<&V::capacity_bytes>,
        " VolStatus=", field<&V::status>.up_to(20), " Slot=", field<&V::slot>,
        " MaxVolJobs=", field<&V::max_jobs>, " MaxVolFiles=", field<&V::max_files>,
        " InChanger=", field<&V::in_changer>, " VolReadTime=", field<&V::read_time>,
        " VolWriteTime=", field<&V::write_time>, " EndFile=", field<&V::end_file>,
        " EndBlock=", field<&V::end_block>, " LabelType=", field<&V::label_type>,
        " MediaId=", field<&V::media_id>, " EncryptionKey=", field<&V::encryption_key>,
        " MinBlocksize=", field<&V::min_block_size>, " MaxBlocksize=", field<&V::max_block_size>, "\n");
  }
};

/// Answers to FindMedia and GetVolumeInfo that name no volume.
inline constexpr std::string_view no_media = "1901 No Media.\n";

struct VolumeNotInCatalog {
  std::string volume;
  template <typename = void>
  static constexpr auto layout() {
    return message("1997 Volume \"", quoted<&VolumeNotInCatalog::volume>, "\" not in catalog.\n");
  }
};

struct VolumeRefused {
  std::string volume;
  std::string status_and_reason;  ///< "<status>, <reason>."
  template <typename = void>
  static constexpr auto layout() {
    return message("1998 Volume \"", quoted<&VolumeRefused::volume>, "\" catalog status is ",
                   line<&VolumeRefused::status_and_reason>, "\n");
  }
};

/// Other answers of the Director to requests of a Storage Daemon.
inline constexpr std::string_view ok_create_job_media = "1000 OK CreateJobMedia\n";
inline constexpr std::string_view failed_create_job_media = "1992 Create JobMedia error\n";
inline constexpr std::string_view ok_delete_null_job_media = "1000 OK DeleteNullJobmediaRecords\n";
inline constexpr std::string_view failed_delete_null_job_media = "1992 DeleteNullJobMediaRecords error\n";
inline constexpr std::string_view failed_update_media = "1993 Update Media error\n";
inline constexpr std::string_view ok_blast_attributes = "1000 OK BlastAttr\n";
inline constexpr std::string_view refused_blast_attributes = "1990 ERROR BlastAttr\n";

struct InvalidCatalogRequest {
  std::string request;
  template <typename = void>
  static constexpr auto layout() {
    return message("1990 Invalid Catalog Request: ", line<&InvalidCatalogRequest::request>, "\n");
  }
};

struct InvalidCatalogUpdate {
  std::string update;
  template <typename = void>
  static constexpr auto layout() {
    return message("1994 Invalid Catalog Update: ", line<&InvalidCatalogUpdate::update>, "\n");
  }
};

struct CatalogRequestFailed {
  std::string volume_and_reason;  ///< "<volume> failed: <reason>"
  template <typename = void>
  static constexpr auto layout() {
    return message("1991 Catalog Request for vol=", line<&CatalogRequestFailed::volume_and_reason>, "\n");
  }
};

}  // namespace holdfast::wire
