// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "base/bytes.h"
#include "base/job_codes.h"
#include "wire/layout.h"
#include "wire/volume_line.h"

// What a Storage Daemon asks of the catalog on a job's connection (interop 03, sections 7.4 to 7.11). Answers
// are in volume_line.h; UpdateFileList, UpdateJobRecord and AttributesUpdate have none.

namespace holdfast::wire {

struct FindMedia {
  std::string job;
  std::uint32_t index = 1;
  std::string pool;
  std::string media_type;
  std::string unwanted;  ///< names of volumes, separated by commas
  template <typename = void>
  static constexpr auto layout() {
    return message("CatReq Job=", field<&FindMedia::job>, " FindMedia=", field<&FindMedia::index>,
                   " pool_name=", bashed<&FindMedia::pool>, " media_type=", bashed<&FindMedia::media_type>,
                   " unwanted_volumes=", bashed<&FindMedia::unwanted>.up_to(no_limit), "\n");
  }
};

struct GetVolumeInfo {
  std::string job;
  std::string volume;
  bool write = false;
  template <typename = void>
  static constexpr auto layout() {
    return message("CatReq Job=", field<&GetVolumeInfo::job>,
                   " GetVolInfo VolName=", bashed<&GetVolumeInfo::volume>,
                   " write=", field<&GetVolumeInfo::write>, "\n");
  }
};

struct UpdateMedia {
  std::string job;
  std::string volume;
  std::uint32_t jobs = 0;
  std::uint32_t files = 0;
  std::uint32_t blocks = 0;
  std::uint64_t bytes = 0;
  std::uint32_t mounts = 0;
  std::uint32_t errors = 0;
  std::uint32_t writes = 0;
  std::uint64_t max_bytes = 0;
  std::uint64_t end_time = 0;  ///< Unix seconds
  std::string status;
  std::int32_t slot = 0;
  bool relabel = false;
  bool in_changer = false;
  std::int64_t read_time = 0;       ///< microseconds
  std::int64_t write_time = 0;      ///< microseconds
  std::uint64_t first_written = 0;  ///< Unix seconds
  template <typename = void>
  static constexpr auto layout() {
    using U = UpdateMedia;
    return message(
        "CatReq Job=", field<&U::job>, " UpdateMedia VolName=", bashed<&U::volume>,
        " VolJobs=", field<&U::jobs>, " VolFiles=", field<&U::files>, " VolBlocks=", field<&U::blocks>,
        " VolBytes=", field<&U::bytes>, " VolMounts=", field<&U::mounts>, " VolErrors=", field<&U::errors>,
        " VolWrites=", field<&U::writes>, " MaxVolBytes=", field<&U::max_bytes>,
        " EndTime=", field<&U::end_time>, " VolStatus=", field<&U::status>.up_to(20),
        " Slot=", field<&U::slot>, " relabel=", field<&U::relabel>, " InChanger=", field<&U::in_changer>,
        " VolReadTime=", field<&U::read_time>, " VolWriteTime=", field<&U::write_time>,
        " VolFirstWritten=", field<&U::first_written>, "\n");
  }
};

struct CreateJobMedia {
  std::string job;
  std::uint32_t first_index = 0;
  std::uint32_t last_index = 0;
  std::uint32_t start_file = 0;
  std::uint32_t end_file = 0;
  std::uint32_t start_block = 0;
  std::uint32_t end_block = 0;
  std::uint32_t copy = 0;
  std::uint32_t stripe = 0;
  MediaId media_id;
  template <typename = void>
  static constexpr auto layout() {
    using C = CreateJobMedia;
    return message("CatReq Job=", field<&C::job>, " CreateJobMedia FirstIndex=", field<&C::first_index>,
                   " LastIndex=", field<&C::last_index>, " StartFile=", field<&C::start_file>,
                   " EndFile=", field<&C::end_file>, " StartBlock=", field<&C::start_block>,
                   " EndBlock=", field<&C::end_block>, " Copy=", field<&C::copy>,
                   " Strip=", field<&C::stripe>, " MediaId=", field<&C::media_id>, "\n");
  }
};

struct DeleteNullJobMedia {
  std::string job;
  JobId job_id;
  template <typename = void>
  static constexpr auto layout() {
    return message("CatReq Job=", field<&DeleteNullJobMedia::job>,
                   " DeleteNullJobmediaRecords jobid=", field<&DeleteNullJobMedia::job_id>);
  }
};

struct UpdateJobRecord {
  std::string job;
  std::uint32_t files = 0;
  std::uint64_t bytes = 0;
  template <typename = void>
  static constexpr auto layout() {
    return message("Catreq Job=", field<&UpdateJobRecord::job>,
                   " UpdateJobRecord JobFiles=", field<&UpdateJobRecord::files>,
                   " JobBytes=", field<&UpdateJobRecord::bytes>, "\n");
  }
};

struct UpdateFileList {
  std::string job;
  template <typename = void>
  static constexpr auto layout() {
    return message("Catreq Job=", field<&UpdateFileList::job>, " UpdateFileList\n");
  }
};

/// The attributes lie in this file of the Storage Daemon's host; a Director may refuse to read it.
struct BlastAttributes {
  std::string job;
  std::string file;
  template <typename = void>
  static constexpr auto layout() {
    return message("BlastAttr Job=", field<&BlastAttributes::job>,
                   " File=", bashed<&BlastAttributes::file>.up_to(no_limit), "\n");
  }
};

/// Ours alone: what a client or a Storage Daemon counted of a job's records, sent just before its last word on the job
/// and only where the peer takes it (docs/protocol/own-extensions.md). Has no answer.
struct RecordProof {
  std::string job;
  std::uint32_t files = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  std::string digest;  ///< 32 hexadecimal digits
  template <typename = void>
  static constexpr auto layout() {
    return message("Proof Job=", field<&RecordProof::job>, " Files=", field<&RecordProof::files>,
                   " Records=", field<&RecordProof::records>, " Bytes=", field<&RecordProof::bytes>,
                   " Digest=", field<&RecordProof::digest>.up_to(32), "\n");
  }
};

/// What the Storage Daemon passes on of a file for the catalog: text, then binary numbers. `job` and `data`
/// point into the decoded message.
struct AttributesUpdate {
  std::string_view job;
  VolumeSession session;
  std::int32_t file_index = 0;
  std::int32_t stream = 0;
  Bytes data;
};

/// Everything before `data`, which may then be sent without a copy.
void encode_head_to(std::string& to, const AttributesUpdate& update);
std::string encode(const AttributesUpdate& update);
Expected<AttributesUpdate, DecodeError> decode_attributes_update(Bytes message);

/// What kind of request or message begins so; by the first letter, as the Director tells them apart (interop
/// 03, section 7.1).
enum class RequestKind {
  reply,  ///< begins with a digit
  job_message,
  catalog_request,
  attributes,
  blast_attributes,
  status,
  proof,
  malformed,
};
RequestKind request_kind(std::string_view message);

}  // namespace holdfast::wire
