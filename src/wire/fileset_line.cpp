// SPDX-License-Identifier: AGPL-3.0-or-later
#include "wire/fileset_line.h"

#include <array>

namespace holdfast::wire {

namespace {
enum class Text { none, behind_blank };

struct Code {
  std::string_view code;
  FileSetLineKind kind;
  Text text;
};

// Longer codes before those they begin with.
constexpr std::array codes{
    Code{"I", FileSetLineKind::include, Text::none},
    Code{"E", FileSetLineKind::exclude, Text::none},
    Code{"N", FileSetLineKind::end, Text::none},
    Code{"Z", FileSetLineKind::excluding_file, Text::behind_blank},
    Code{"O", FileSetLineKind::options, Text::behind_blank},
    Code{"RD", FileSetLineKind::regex_directory, Text::behind_blank},
    Code{"RF", FileSetLineKind::regex_file, Text::behind_blank},
    Code{"R", FileSetLineKind::regex, Text::behind_blank},
    Code{"WD", FileSetLineKind::wild_directory, Text::behind_blank},
    Code{"WF", FileSetLineKind::wild_file, Text::behind_blank},
    Code{"WB", FileSetLineKind::wild_base, Text::behind_blank},
    Code{"W", FileSetLineKind::wild, Text::behind_blank},
    Code{"XD", FileSetLineKind::drive_type, Text::behind_blank},
    Code{"X", FileSetLineKind::file_system_type, Text::behind_blank},
    Code{"G", FileSetLineKind::options_plugin, Text::behind_blank},
    Code{"D", FileSetLineKind::reader, Text::behind_blank},
    Code{"T", FileSetLineKind::writer, Text::behind_blank},
    Code{"B", FileSetLineKind::base_path, Text::behind_blank},
    Code{"F", FileSetLineKind::file, Text::behind_blank},
    Code{"P", FileSetLineKind::plugin, Text::behind_blank},
};

std::string_view without_end(std::string_view text) {
  const auto last = text.find_last_not_of(" \r\n");
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}
}  // namespace

std::string encode(const FileSetLine& line) {
  std::string packet;
  for (const Code& code : codes) {
    if (code.kind != line.kind) continue;
    packet = code.code;
    if (code.text == Text::behind_blank) packet += ' ' + line.text;
  }
  if (line.kind != FileSetLineKind::file && line.kind != FileSetLineKind::plugin) packet += '\n';
  return packet;
}

Expected<FileSetLine, DecodeError> decode_fileset_line(std::string_view packet) {
  const std::string_view line = without_end(packet);
  for (const Code& code : codes) {
    if (!line.starts_with(code.code)) continue;
    const std::string_view behind = line.substr(code.code.size());
    if (behind.empty()) return FileSetLine{code.kind, {}};
    if (behind.front() == ' ') return FileSetLine{code.kind, std::string(behind.substr(1))};
  }
  Scanner from(line);
  from.fail("not a line of a file set");
  return unexpected(from.error());
}

}  // namespace holdfast::wire
