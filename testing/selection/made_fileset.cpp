// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/selection/made_fileset.h"

#include "selection/fileset_reader.h"

namespace holdfast::selection {

FileSet made_fileset(const std::string& letters, const std::vector<std::string>& paths) {
  FileSetReader reader;
  reader.line("I");
  reader.line("O " + letters);
  reader.line("N");
  for (const auto& path : paths) reader.line("F " + path);
  reader.line("N");
  return reader.finish();
}

}  // namespace holdfast::selection
