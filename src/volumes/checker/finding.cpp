// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/checker/finding.h"

#include <fmt/core.h>

#include "base/text.h"

namespace holdfast::volumes {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::note: return "note";
    case Severity::warning: return "warning";
    case Severity::error: return "error";
  }
  return "error";
}

std::string to_line(const Finding& finding) {
  auto line = fmt::format("{}: {} {}:{}", to_string(finding.severity), printable(finding.volume),
                          finding.address >> 32, finding.address & 0xFFFFFFFF);
  if (finding.offset > 0) line += fmt::format("+{}", finding.offset);
  if (finding.session != VolumeSession{})
    line += fmt::format(" session {}/{}", finding.session.id, finding.session.time);
  if (finding.file_index > 0) line += fmt::format(" file {}", finding.file_index);
  return line + ": " + finding.text;
}

}  // namespace holdfast::volumes
