// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// What lies on volumes and in bootstrap files: labels, blocks, records, the payloads of records that all
// daemons must understand, and bootstraps. Pure: bytes in, structs out. Devices do the I/O; what becomes of a
// file's data (compression, encryption, restore) is the business of codec and archive.

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::format {

/// What the payload of a record is (interop 05, section 2). Any other number may stand on a volume.
enum class StreamId : std::int32_t {
  none = 0,
  unix_attributes = 1,
  file_data = 2,
  md5_digest = 3,
  gzip_data = 4,  ///< old: zlib stream without compression header
  windows_attributes = 5,
  sparse_data = 6,
  sparse_gzip_data = 7,
  program_names = 8,
  program_data = 9,
  sha1_digest = 10,
  windows_data = 11,
  windows_gzip_data = 12,
  mac_resource_fork = 13,
  mac_finder_info = 14,
  unix_access_acl = 15,
  unix_default_acl = 16,
  sha256_digest = 17,
  sha512_digest = 18,
  signature = 19,
  encrypted_data = 20,
  encrypted_windows_data = 21,
  encryption_session = 22,
  encrypted_gzip_data = 23,
  encrypted_windows_gzip_data = 24,
  encrypted_resource_fork = 25,
  plugin_name = 26,
  plugin_data = 27,
  restore_object = 28,
  compressed_data = 29,
  sparse_compressed_data = 30,
  windows_compressed_data = 31,
  encrypted_compressed_data = 32,
  encrypted_windows_compressed_data = 33,
  xxh128_digest = 40,
  ndmp_separator = 999,
  acl_mac_access = 1001,
  acl_linux_default = 1007,
  acl_linux_access = 1008,
  acl_plugin = 1020,
  xattr_plugin = 1988,
  xattr_mac = 1996,
  xattr_freebsd = 1997,
  xattr_linux = 1998,
  xattr_netbsd = 1999,
};

/// Bits above these in the stream field of a record header are flags.
inline constexpr std::int32_t stream_id_mask = 0x7FF;

enum class StreamKind {
  unknown,
  attributes,
  data,  ///< contents of the file, in whatever form
  digest,
  acl,
  xattr,
  encryption_session,
  signature,
  plugin,
  restore_object,
  platform,  ///< resource fork, Finder info: accepted and ignored
  separator,
};

/// How the payload of a data stream must be unwrapped, outermost first: decrypt, take the offset,
/// decompress, strip the Windows headers.
struct StreamTraits {
  StreamId id = StreamId::none;
  std::string_view name;  ///< for people
  StreamKind kind = StreamKind::unknown;
  bool has_encryption = false;
  bool has_offset = false;  ///< each record starts with the u64 file offset
  bool has_compression_header = false;
  bool has_bare_zlib = false;  ///< compressed, but without the compression header (old streams)
  bool has_windows_headers = false;
};

/// Traits of any number; kind unknown where the table does not have it. Never fails.
const StreamTraits& traits(StreamId id);

inline bool is_attributes(StreamId id) {
  return id == StreamId::unix_attributes || id == StreamId::windows_attributes;
}
inline bool is_file_data(StreamId id) { return traits(id).kind == StreamKind::data; }
inline bool is_digest(StreamId id) { return traits(id).kind == StreamKind::digest; }
/// Whether records of the stream go to the catalog: attributes, digests, restore objects.
bool belongs_into_catalog(StreamId id);
/// The short name in listings of volumes, "SPARSE-DATA"; the number where there is none.
std::string listing_name(std::int32_t stream);
/// Length of the raw digest of a digest stream, else 0.
std::size_t digest_size(StreamId id);

inline constexpr std::int32_t number(StreamId id) { return static_cast<std::int32_t>(id); }

}  // namespace holdfast::format
