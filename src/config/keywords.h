// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/job_codes.h"

namespace holdfast::config {

// Where a value has a code on the wire or in the catalog, the enumerator has that value (interop 06, section
// 4).

enum class JobProtocol : std::uint8_t { native = 0, ndmp_bareos = 1, ndmp_native = 2 };
enum class PeerProtocol : std::uint8_t { native = 0, ndmp_v2 = 1, ndmp_v3 = 2, ndmp_v4 = 3 };
enum class AuthType : std::uint8_t { none = 0, clear = 1, md5 = 2 };

/// What a restore does to files that exist; the letter is sent to the File Daemon.
enum class Replace : char { always = 'a', if_newer = 'w', if_older = 'o', never = 'n' };

enum class SelectionType : std::uint8_t {
  none = 0,
  smallest_volume = 1,
  oldest_volume = 2,
  pool_occupancy = 3,
  pool_time = 4,
  pool_uncopied_jobs = 5,
  client = 6,
  volume = 7,
  job = 8,
  sql_query = 9,
};

enum class ActionOnPurge : std::uint8_t { none = 0, truncate = 1 };
/// Not in Bareos 25.1, which knows PostgreSQL only; what is absent means that, so its files keep their
/// meaning.
enum class CatalogDriver : std::uint8_t { postgresql, sqlite };
enum class PoolType : std::uint8_t { backup, copy, cloned, archive, migration, scratch };
enum class LabelType : std::uint8_t { bareos = 0, ansi = 1, ibm = 2 };
enum class IoDirection : std::uint8_t { none = 0, read = 1, write = 2, both = 3 };
enum class CompressionAlgorithm : std::uint8_t { none, gzip, lzo, lzfast, lz4, lz4hc, zstd };

enum class Cipher : std::uint8_t {
  blowfish = 1,
  triple_des = 2,
  aes128 = 3,
  aes192 = 4,
  aes256 = 5,
  camellia128 = 6,
  camellia192 = 7,
  camellia256 = 8,
  aes128_hmac_sha1 = 9,
  aes256_hmac_sha1 = 10,
};

/// When a RunScript runs; the number is sent to the File Daemon.
enum class RunsWhen : std::uint8_t { never = 0, after = 1, before = 2, always = 3, after_vss = 4 };

/// The word that stands in a configuration, "IfNewer"; empty for none. Static storage.
std::string_view to_string(JobType type);
std::string_view to_string(JobLevel level);
std::string_view to_string(JobProtocol protocol);
std::string_view to_string(PeerProtocol protocol);
std::string_view to_string(AuthType type);
std::string_view to_string(Replace replace);
std::string_view to_string(SelectionType type);
std::string_view to_string(ActionOnPurge action);
std::string_view to_string(CatalogDriver driver);
std::string_view to_string(PoolType type);
std::string_view to_string(LabelType type);
std::string_view to_string(IoDirection direction);
std::string_view to_string(CompressionAlgorithm algorithm);
std::string_view to_string(Cipher cipher);
std::string_view to_string(RunsWhen when);

/// A level that jobs of a type can have.
struct LevelOfType {
  JobLevel level;
  JobType type;
};
/// All of them, in the order in which consoles list them.
std::span<const LevelOfType> levels_of_types();

/// The value of a word, whatever its case; for JobType, JobLevel, Replace, PoolType and RunsWhen.
template <typename Enum>
std::optional<Enum> parse_keyword(std::string_view word);

}  // namespace holdfast::config
