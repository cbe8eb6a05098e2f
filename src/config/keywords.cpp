// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/keywords.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/job_words.h"
#include "base/text.h"
#include "config/value_reader.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace {

template <typename Enum>
struct Keyword {
  std::string_view word;
  Enum value;
};
template <typename Enum>
Keyword(std::string_view, Enum) -> Keyword<Enum>;

/// The words of a kind of keyword; the first of several with the same value is the one that is printed.
template <typename Enum>
struct Keywords;

template <>
struct Keywords<JobType> {
  static constexpr std::string_view expected = "a Job Type keyword";
  static constexpr auto all = [] {
    std::array<Keyword<JobType>, runnable_types.size()> words;
    std::transform(runnable_types.begin(), runnable_types.end(), words.begin(), [](const TypeWords& known) {
      return Keyword{known.text, known.type};
    });
    return words;
  }();
};

template <>
struct Keywords<JobLevel> {
  static constexpr std::string_view expected = "a Job Level keyword";
  static constexpr auto all = [] {
    std::array<Keyword<JobLevel>, level_words.size() + 1> words;
    std::transform(level_words.begin(), level_words.end(), words.begin(), [](const LevelWords& known) {
      return Keyword{known.keyword, known.level};
    });
    words.back() = {" ", JobLevel::none};
    return words;
  }();
};

template <>
struct Keywords<JobProtocol> {
  static constexpr std::string_view expected = "a Protocol Type keyword";
  static constexpr std::array all{
      Keyword{"Native", JobProtocol::native}, Keyword{"NDMP_BAREOS", JobProtocol::ndmp_bareos},
      Keyword{"NDMP", JobProtocol::ndmp_bareos}, Keyword{"NDMP_NATIVE", JobProtocol::ndmp_native}};
};

template <>
struct Keywords<PeerProtocol> {
  static constexpr std::string_view expected = "a Auth Protocol Type keyword";
  static constexpr std::array all{
      Keyword{"Native", PeerProtocol::native}, Keyword{"NDMPV2", PeerProtocol::ndmp_v2},
      Keyword{"NDMPV3", PeerProtocol::ndmp_v3}, Keyword{"NDMPV4", PeerProtocol::ndmp_v4}};
};

template <>
struct Keywords<AuthType> {
  static constexpr std::string_view expected = "a Authentication Type keyword";
  static constexpr std::array all{Keyword{"None", AuthType::none}, Keyword{"Clear", AuthType::clear},
                                  Keyword{"MD5", AuthType::md5}};
};

template <>
struct Keywords<Replace> {
  static constexpr std::string_view expected = "a Restore replacement option";
  static constexpr std::array all{Keyword{"Always", Replace::always}, Keyword{"IfNewer", Replace::if_newer},
                                  Keyword{"IfOlder", Replace::if_older}, Keyword{"Never", Replace::never}};
};

template <>
struct Keywords<SelectionType> {
  static constexpr std::string_view expected = "a Migration Job Type keyword";
  static constexpr std::array all{Keyword{"SmallestVolume", SelectionType::smallest_volume},
                                  Keyword{"OldestVolume", SelectionType::oldest_volume},
                                  Keyword{"PoolOccupancy", SelectionType::pool_occupancy},
                                  Keyword{"PoolTime", SelectionType::pool_time},
                                  Keyword{"PoolUncopiedJobs", SelectionType::pool_uncopied_jobs},
                                  Keyword{"Client", SelectionType::client},
                                  Keyword{"Volume", SelectionType::volume},
                                  Keyword{"Job", SelectionType::job},
                                  Keyword{"SqlQuery", SelectionType::sql_query}};
};

template <>
struct Keywords<ActionOnPurge> {
  static constexpr std::string_view expected = "an Action On Purge option";
  static constexpr std::array all{Keyword{"None", ActionOnPurge::none},
                                  Keyword{"Truncate", ActionOnPurge::truncate}};
};

template <>
struct Keywords<CatalogDriver> {
  static constexpr std::string_view expected = "a catalog driver (postgresql or sqlite)";
  static constexpr std::array all{Keyword{"postgresql", CatalogDriver::postgresql},
                                  Keyword{"sqlite", CatalogDriver::sqlite},
                                  Keyword{"sqlite3", CatalogDriver::sqlite}};
};

template <>
struct Keywords<PoolType> {
  static constexpr std::string_view expected = "a Pool Type option";
  static constexpr std::array all{
      Keyword{"Backup", PoolType::backup},       Keyword{"Copy", PoolType::copy},
      Keyword{"Cloned", PoolType::cloned},       Keyword{"Archive", PoolType::archive},
      Keyword{"Migration", PoolType::migration}, Keyword{"Scratch", PoolType::scratch}};
};

template <>
struct Keywords<LabelType> {
  static constexpr std::string_view expected = "a Tape Label keyword";
  static constexpr std::array all{Keyword{"bareos", LabelType::bareos}, Keyword{"ansi", LabelType::ansi},
                                  Keyword{"ibm", LabelType::ibm}};
};

template <>
struct Keywords<IoDirection> {
  static constexpr std::string_view expected = "a IO direction keyword";
  static constexpr std::array all{
      Keyword{"readonly", IoDirection::read},  Keyword{"read", IoDirection::read},
      Keyword{"in", IoDirection::read},        Keyword{"writeonly", IoDirection::write},
      Keyword{"write", IoDirection::write},    Keyword{"out", IoDirection::write},
      Keyword{"readwrite", IoDirection::both}, Keyword{"both", IoDirection::both}};
};

template <>
struct Keywords<CompressionAlgorithm> {
  static constexpr std::string_view expected = "a Compression algorithm keyword";
  static constexpr std::array all{
      Keyword{"gzip", CompressionAlgorithm::gzip},     Keyword{"lzo", CompressionAlgorithm::lzo},
      Keyword{"lzfast", CompressionAlgorithm::lzfast}, Keyword{"lz4", CompressionAlgorithm::lz4},
      Keyword{"lz4hc", CompressionAlgorithm::lz4hc},   Keyword{"zstd", CompressionAlgorithm::zstd}};
};

template <>
struct Keywords<Cipher> {
  static constexpr std::string_view expected = "a Crypto Cipher option";
  static constexpr std::array all{Keyword{"blowfish", Cipher::blowfish},
                                  Keyword{"3des", Cipher::triple_des},
                                  Keyword{"aes128", Cipher::aes128},
                                  Keyword{"aes192", Cipher::aes192},
                                  Keyword{"aes256", Cipher::aes256},
                                  Keyword{"camellia128", Cipher::camellia128},
                                  Keyword{"camellia192", Cipher::camellia192},
                                  Keyword{"camellia256", Cipher::camellia256},
                                  Keyword{"aes128hmacsha1", Cipher::aes128_hmac_sha1},
                                  Keyword{"aes256hmacsha1", Cipher::aes256_hmac_sha1}};
};

template <>
struct Keywords<RunsWhen> {
  [[maybe_unused]] static constexpr std::string_view expected = "Before, After, AfterVSS or Always";
  static constexpr std::array all{Keyword{"Before", RunsWhen::before}, Keyword{"After", RunsWhen::after},
                                  Keyword{"Always", RunsWhen::always},
                                  Keyword{"AfterVSS", RunsWhen::after_vss}};
};

template <typename Enum>
std::string_view word_of(Enum value) {
  for (const auto& known : Keywords<Enum>::all) {
    if (known.value == value) return known.word;
  }
  return {};
}

constexpr std::array with_levels{
    LevelOfType{JobLevel::full, JobType::backup},
    LevelOfType{JobLevel::base, JobType::backup},
    LevelOfType{JobLevel::incremental, JobType::backup},
    LevelOfType{JobLevel::differential, JobType::backup},
    LevelOfType{JobLevel::since, JobType::backup},
    LevelOfType{JobLevel::virtual_full, JobType::backup},
    LevelOfType{JobLevel::verify_catalog, JobType::verify},
    LevelOfType{JobLevel::verify_init, JobType::verify},
    LevelOfType{JobLevel::verify_volume, JobType::verify},
    LevelOfType{JobLevel::verify_disk, JobType::verify},
    LevelOfType{JobLevel::verify_data, JobType::verify},
    LevelOfType{JobLevel::full, JobType::copy},
    LevelOfType{JobLevel::incremental, JobType::copy},
    LevelOfType{JobLevel::differential, JobType::copy},
    LevelOfType{JobLevel::full, JobType::migrate},
    LevelOfType{JobLevel::incremental, JobType::migrate},
    LevelOfType{JobLevel::differential, JobType::migrate},
};

}  // namespace

template <typename Enum>
std::optional<Enum> parse_keyword(std::string_view word) {
  for (const auto& known : Keywords<Enum>::all) {
    if (equal_ignoring_case(known.word, word)) return known.value;
  }
  return std::nullopt;
}

std::span<const LevelOfType> levels_of_types() { return with_levels; }

template <typename Enum>
void KeywordType<Enum>::read_typed(ValueReader& from, Enum& value) const {
  const Token token = from.name();
  const auto known = parse_keyword<Enum>(token.text);
  if (!known)
    fail(token, fmt::format("Expected {}, got: {}", Keywords<Enum>::expected, printable(token.text)));
  value = *known;
  from.finish_line();
}

template <typename Enum>
std::vector<KeywordCode> KeywordType<Enum>::keywords() const {
  std::vector<KeywordCode> codes;
  for (const auto& known : Keywords<Enum>::all) codes.push_back({known.word, static_cast<int>(known.value)});
  return codes;
}

std::string_view to_string(JobType type) { return word_of(type); }
std::string_view to_string(JobLevel level) { return level_keyword(level); }
std::string_view to_string(JobProtocol protocol) { return word_of(protocol); }
std::string_view to_string(PeerProtocol protocol) { return word_of(protocol); }
std::string_view to_string(AuthType type) { return word_of(type); }
std::string_view to_string(Replace replace) { return word_of(replace); }
std::string_view to_string(SelectionType type) { return word_of(type); }
std::string_view to_string(ActionOnPurge action) { return word_of(action); }
std::string_view to_string(CatalogDriver driver) { return word_of(driver); }
std::string_view to_string(PoolType type) { return word_of(type); }
std::string_view to_string(LabelType type) { return word_of(type); }
std::string_view to_string(IoDirection direction) { return word_of(direction); }
std::string_view to_string(CompressionAlgorithm algorithm) { return word_of(algorithm); }
std::string_view to_string(Cipher cipher) { return word_of(cipher); }
std::string_view to_string(RunsWhen when) { return word_of(when); }

template std::optional<JobType> parse_keyword<JobType>(std::string_view);
template std::optional<JobLevel> parse_keyword<JobLevel>(std::string_view);
template std::optional<Replace> parse_keyword<Replace>(std::string_view);
template std::optional<PoolType> parse_keyword<PoolType>(std::string_view);
template std::optional<RunsWhen> parse_keyword<RunsWhen>(std::string_view);

namespace types {
constinit const KeywordType<JobType> job_type{"JOB_TYPE"};
constinit const KeywordType<JobLevel> level{"BACKUP_LEVEL"};
constinit const KeywordType<JobProtocol> job_protocol{"PROTOCOL_TYPE"};
constinit const KeywordType<PeerProtocol> peer_protocol{"AUTH_PROTOCOL_TYPE"};
constinit const KeywordType<AuthType> auth_type{"AUTH_TYPE"};
constinit const KeywordType<Replace> replace{"REPLACE_OPTION"};
constinit const KeywordType<SelectionType> selection_type{"MIGRATION_TYPE"};
constinit const KeywordType<ActionOnPurge> action_on_purge{"ACTION_ON_PURGE"};
constinit const KeywordType<CatalogDriver> catalog_driver{"CATALOG_DRIVER"};
constinit const KeywordType<PoolType> pool_type{"POOLTYPE"};
constinit const KeywordType<LabelType> label_type{"LABEL"};
constinit const KeywordType<IoDirection> io_direction{"IO_DIRECTION"};
constinit const KeywordType<CompressionAlgorithm> compression_algorithm{"COMPRESSION_ALGORITHM"};
constinit const KeywordType<Cipher> cipher{"ENCRYPTION_CIPHER"};
}  // namespace types

}  // namespace holdfast::config
