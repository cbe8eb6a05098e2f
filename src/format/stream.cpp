// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/stream.h"

#include <algorithm>
#include <array>

namespace holdfast::format {
namespace {

constexpr StreamTraits plain(StreamId id, std::string_view name, StreamKind kind) {
  return {.id = id, .name = name, .kind = kind};
}

enum Form : unsigned { raw = 0, encrypted = 1, offset = 2, header = 4, zlib = 8, windows = 16 };

constexpr StreamTraits data(StreamId id, std::string_view name, unsigned form) {
  return {.id = id,
          .name = name,
          .kind = StreamKind::data,
          .has_encryption = (form & encrypted) != 0,
          .has_offset = (form & offset) != 0,
          .has_compression_header = (form & header) != 0,
          .has_bare_zlib = (form & zlib) != 0,
          .has_windows_headers = (form & windows) != 0};
}

// Indexed by the stream id up to 40; ids without entry are unknown.
constexpr std::array known{
    plain(StreamId::unix_attributes, "Unix attributes", StreamKind::attributes),
    data(StreamId::file_data, "File data", raw),
    plain(StreamId::md5_digest, "MD5 digest", StreamKind::digest),
    data(StreamId::gzip_data, "GZIP data", zlib),
    plain(StreamId::windows_attributes, "Windows attributes", StreamKind::attributes),
    data(StreamId::sparse_data, "Sparse data", offset),
    data(StreamId::sparse_gzip_data, "GZIP sparse data", offset | zlib),
    plain(StreamId::sha1_digest, "SHA1 digest", StreamKind::digest),
    data(StreamId::windows_data, "Windows data", windows),
    data(StreamId::windows_gzip_data, "Windows GZIP data", windows | zlib),
    plain(StreamId::mac_resource_fork, "macOS resource fork", StreamKind::platform),
    plain(StreamId::mac_finder_info, "macOS Finder info", StreamKind::platform),
    plain(StreamId::unix_access_acl, "Unix access ACL", StreamKind::acl),
    plain(StreamId::unix_default_acl, "Unix default ACL", StreamKind::acl),
    plain(StreamId::sha256_digest, "SHA256 digest", StreamKind::digest),
    plain(StreamId::sha512_digest, "SHA512 digest", StreamKind::digest),
    plain(StreamId::signature, "Signature", StreamKind::signature),
    data(StreamId::encrypted_data, "Encrypted data", encrypted),
    data(StreamId::encrypted_windows_data, "Encrypted Windows data", encrypted | windows),
    plain(StreamId::encryption_session, "Encryption session", StreamKind::encryption_session),
    data(StreamId::encrypted_gzip_data, "Encrypted GZIP data", encrypted | zlib),
    data(StreamId::encrypted_windows_gzip_data, "Encrypted Windows GZIP data", encrypted | windows | zlib),
    plain(StreamId::encrypted_resource_fork, "Encrypted macOS resource fork", StreamKind::platform),
    plain(StreamId::plugin_name, "Plugin name", StreamKind::plugin),
    plain(StreamId::plugin_data, "Plugin data", StreamKind::plugin),
    plain(StreamId::restore_object, "Restore object", StreamKind::restore_object),
    data(StreamId::compressed_data, "Compressed data", header),
    data(StreamId::sparse_compressed_data, "Compressed sparse data", offset | header),
    data(StreamId::windows_compressed_data, "Compressed Windows data", windows | header),
    data(StreamId::encrypted_compressed_data, "Encrypted compressed data", encrypted | header),
    data(StreamId::encrypted_windows_compressed_data, "Encrypted compressed Windows data",
         encrypted | windows | header),
    plain(StreamId::xxh128_digest, "XXH128 digest", StreamKind::digest),
    plain(StreamId::ndmp_separator, "NDMP separator", StreamKind::separator),
};

constexpr std::size_t small_ids = 41;

// The common ids are looked up for every record, so by index.
constexpr auto by_id = [] {
  std::array<StreamTraits, small_ids> table{};
  for (const auto& entry : known) {
    if (const auto index = static_cast<std::size_t>(entry.id); index < small_ids) table[index] = entry;
  }
  return table;
}();

constexpr StreamTraits acl = plain(StreamId::acl_linux_access, "ACL", StreamKind::acl);
constexpr StreamTraits xattr = plain(StreamId::xattr_linux, "Extended attributes", StreamKind::xattr);
constexpr StreamTraits ndmp = plain(StreamId::ndmp_separator, "NDMP separator", StreamKind::separator);
constexpr StreamTraits unknown{};

}  // namespace

const StreamTraits& traits(StreamId id) {
  const auto value = number(id);
  if (value < 0) return unknown;
  if (static_cast<std::size_t>(value) < small_ids) return by_id[static_cast<std::size_t>(value)];
  if (value == number(StreamId::ndmp_separator)) return ndmp;
  if (value >= 1000 && value <= 1020) return acl;
  if (value >= 1988 && value <= 1999) return xattr;
  return unknown;
}

bool belongs_into_catalog(StreamId id) {
  switch (traits(id).kind) {
    case StreamKind::attributes:
    case StreamKind::digest:
    case StreamKind::restore_object: return true;
    default: return false;
  }
}

std::string listing_name(std::int32_t stream) {
  static constexpr std::pair<StreamId, std::string_view> names[] = {
      {StreamId::unix_attributes, "UATTR"},
      {StreamId::file_data, "DATA"},
      {StreamId::md5_digest, "MD5"},
      {StreamId::sparse_data, "SPARSE-DATA"},
      {StreamId::sha1_digest, "SHA1"},
      {StreamId::sha256_digest, "SHA256"},
      {StreamId::sha512_digest, "SHA512"},
      {StreamId::xxh128_digest, "XXH128"},
      {StreamId::signature, "SIGNED-DIGEST"},
      {StreamId::encryption_session, "ENCRYPTED-SESSION-DATA"},
      {StreamId::encrypted_data, "ENCRYPTED-FILE"},
      {StreamId::compressed_data, "COMPRESSED"},
      {StreamId::sparse_compressed_data, "SPARSE-COMPRESSED"},
      {StreamId::encrypted_compressed_data, "ENCRYPTED-COMPRESSED"},
  };
  const auto id = static_cast<StreamId>(stream & stream_id_mask);
  for (const auto& [known_id, name] : names) {
    if (known_id == id) return std::string(name);
  }
  return std::to_string(stream);
}

std::size_t digest_size(StreamId id) {
  switch (id) {
    case StreamId::md5_digest:
    case StreamId::xxh128_digest: return 16;
    case StreamId::sha1_digest: return 20;
    case StreamId::sha256_digest: return 32;
    case StreamId::sha512_digest: return 64;
    default: return 0;
  }
}

}  // namespace holdfast::format
