// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "wire/scanner.h"

namespace holdfast::wire {

/// What a line of the file set dialogue says; by its first word (interop 02, section 4).
enum class FileSetLineKind {
  include,         ///< "I": opens an Include block
  exclude,         ///< "E": opens an Exclude block
  excluding_file,  ///< "Z": Exclude Dir Containing
  options,         ///< "O": opens an option block, with its letters
  end,             ///< "N": ends an option block or a list
  regex,           ///< "R", also "RD" for directories and "RF" for files
  regex_directory,
  regex_file,
  wild,  ///< "W", also "WD", "WF" and "WB" for base names
  wild_directory,
  wild_file,
  wild_base,
  file_system_type,  ///< "X"
  drive_type,        ///< "XD"
  options_plugin,    ///< "G"
  reader,            ///< "D": accepted, ignored
  writer,            ///< "T": accepted, ignored
  base_path,         ///< "B": never sent
  file,              ///< "F"
  plugin,            ///< "P"
};

/// One packet of the list between "fileset" and end of data.
struct FileSetLine {
  FileSetLineKind kind = FileSetLineKind::end;
  std::string text;  ///< without the code, the blank behind it, and trailing blanks or line ends
};

/// Ends in a newline except for the kinds file and plugin.
std::string encode(const FileSetLine& line);
Expected<FileSetLine, DecodeError> decode_fileset_line(std::string_view packet);

}  // namespace holdfast::wire
