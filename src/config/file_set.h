// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "config/resource.h"

namespace holdfast::config {

/// One keyword = value of an Options block, in the order written.
struct FileSetOption {
  std::string keyword;  ///< canonical: "OneFs"
  std::string value;    ///< as written: "yes"
  std::string letters;  ///< what it adds to the "O" line: "f", "Z6", "P2:"

  bool operator==(const FileSetOption&) const = default;
};

/// Whether the job's Storage wants data as the clients compress them (AllowCompression).
enum class ClientCompression { allowed, refused };

/// Options { } of an Include: how the files it applies to are treated (interop 06, section 8.1).
struct FileSetOptions {
  std::vector<FileSetOption> options;
  std::vector<std::string> regex;
  std::vector<std::string> regex_dir;
  std::vector<std::string> regex_file;
  std::vector<std::string> wild;
  std::vector<std::string> wild_dir;
  std::vector<std::string> wild_file;
  std::vector<std::string> fs_type;
  std::vector<std::string> drive_type;
  std::vector<std::string> meta;
  std::string plugin;

  /// What follows "O " on the wire, with the defaults H, A and X where nothing else was said: "S4Zf4sHAX".
  std::string letters(ClientCompression compression = ClientCompression::allowed) const;

  bool operator==(const FileSetOptions&) const = default;
};

/// Include { } or Exclude { }.
struct FileSetBlock {
  enum class Kind : std::uint8_t { include, exclude };

  Kind kind = Kind::include;
  std::vector<FileSetOptions> options;  ///< none in Exclude
  std::vector<std::string> files;       ///< also "|command", "<list", "\|command", "\<list"
  std::vector<std::string> plugins;
  std::vector<std::string> exclude_dir_containing;

  bool operator==(const FileSetBlock&) const = default;
};

struct FileSet : Resource {
  std::vector<FileSetBlock> blocks;  ///< in the order of the file, which counts for `entries`
  bool ignore_file_set_changes = false;
  bool enable_vss = true;

  std::string entries;  ///< every File and Plugin in the order parsed, without separators

  /// What decides whether the next job must be a Full: the MD5 over this text, in the peer's own base64, is
  /// the FileSet's key in the catalog (interop 06, section 8.3).
  const std::string& identity_text() const { return entries; }
};

/// The lines that tell a File Daemon what to back up (interop 06, section 8.2), each as one packet, from
/// "I\n" to the last "N\n". `File` entries that begin with | or < stand in them as they are: resolve them
/// first.
std::vector<std::string> file_set_lines(const FileSet& file_set,
                                        ClientCompression compression = ClientCompression::allowed);

}  // namespace holdfast::config
