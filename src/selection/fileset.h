// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// What a client does to files: choose them (FileSet), turn them into records (Backup), count them (estimate)
// and make files of records again (Restore). It knows neither sockets nor catalogs: records go to a RecordSink
// and come from whoever calls Restore::record(); messages go to a Report.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "codec/compression.h"
#include "crypto/digest.h"

namespace holdfast::selection {

/// One Wild… or Regex… line of an Options block.
struct Pattern {
  enum class Language : std::uint8_t { wild, regex };
  enum class Applies : std::uint8_t {
    to_all,
    to_directories,
    to_files,       ///< everything that is no directory
    to_base_names,  ///< the part behind the last slash of everything that is no directory
  };
  Language language = Language::wild;
  Applies applies = Applies::to_all;
  std::string text;
};

/// The Size option; applies to regular files.
struct SizeLimits {
  std::uint64_t at_least = 0;
  std::uint64_t at_most = UINT64_MAX;
};

/// One Options block of an Include: patterns, and what is done with the files that they (or, without any
/// match, the last block) choose. The letter is the one of the wire (interop 02, section 4).
struct FileOptions {
  std::optional<crypto::DigestKind> signature;    ///< M S S2 S3 S4
  std::optional<codec::Compression> compression;  ///< Z…
  std::optional<SizeLimits> size;                 ///< z…:
  std::string accurate_letters = "mcs";           ///< C…:
  std::string verify_letters;                     ///< V…:
  std::uint32_t strip_path = 0;                   ///< P…: leading components left out of stored names
  bool exclude = false;                           ///< e
  bool ignore_case = false;                       ///< i
  bool enhanced_wild = false;                     ///< W: '*' does not match '/'
  bool cross_file_systems = false;                ///< f
  bool recurse = true;                            ///< h switches it off
  bool hard_links = true;                         ///< H switches it off
  bool sparse = false;                            ///< s
  bool read_fifo = false;                         ///< r
  bool portable = false;                          ///< p
  bool modification_time_only = false;            ///< m
  bool keep_access_time = false;                  ///< k
  bool no_access_time = false;                    ///< K
  bool acl = false;                               ///< A
  bool extended_attributes = false;               ///< X
  bool check_changes = false;                     ///< c
  bool honor_no_dump = false;                     ///< N
  /// File entries that lie inside of others and would be saved twice: of one Include, or of any. d1 d2 d3 d4
  enum class Shadowing : std::uint8_t { none, local_warn, local_remove, global_warn, global_remove };
  Shadowing shadowing = Shadowing::none;
  bool force_encryption = false;  ///< Ef
  std::string cipher;             ///< E…: "aes256", as PKI Cipher names it; empty for any
  bool encrypted = false;         ///< the job is encrypted: Backup sets it for all, no letter does
  bool fine_attributes = false;   ///< not of the wire: see Precision in archive/backup.h
  /// Not of the wire: the content of files is not read, for jobs that only look at attributes.
  bool attributes_only = false;
  std::vector<Pattern> patterns;
  std::string plugin;                          ///< G line: is asked about each file
  std::vector<std::string> file_system_types;  ///< X lines: only directories of these are entered
};

struct Include {
  std::vector<std::string> exclude_directories_containing;  ///< Z lines
  std::vector<FileOptions> options;                         ///< never empty: FileSetReader adds a default one
  std::vector<std::string> files;                           ///< F lines, absolute paths
  std::vector<std::string> plugins;                         ///< P lines
};

struct Exclude {
  std::vector<FileOptions> options;
  std::vector<std::string> files;  ///< wildcards against the full path; '*' also matches '/'
};

/// What a job saves, as the Director sends it.
struct FileSet {
  std::vector<Include> includes;
  std::vector<Exclude> excludes;
};

}  // namespace holdfast::selection
