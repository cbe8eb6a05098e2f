// SPDX-License-Identifier: AGPL-3.0-or-later
// The lines of a FileSet as a Director sends them to a client, and what its patterns choose.
#include <cstdlib>

#include "base/error.h"
#include "base/text.h"
#include "selection/fileset_reader.h"
#include "selection/selection.h"

using namespace holdfast;

namespace {

void choose_files(const selection::Selection& selection) {
  for (std::size_t i = 0; i < selection.files().includes.size(); ++i) {
    selection.choose(i, "/some/path/of a file.txt", tree::Kind::regular);
    selection.choose(i, "/some/path", tree::Kind::directory);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  selection::FileSetReader reader;
  try {
    for (const auto line : split({reinterpret_cast<const char*>(data), size}, '\n')) reader.line(line);
    choose_files(selection::Selection(reader.finish()));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::internal) std::abort();
  }
  return 0;
}
