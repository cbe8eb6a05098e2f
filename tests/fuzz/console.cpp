// SPDX-License-Identifier: AGPL-3.0-or-later
// Lines from consoles: the grammar, patterns, relocation expressions, and JSON of any bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "director/console/command.h"
#include "director/console/command_line.h"
#include "director/console/glob.h"
#include "director/console/json.h"
#include "director/console/marks.h"
#include "director/console/times.h"

using namespace holdfast::director::console;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const CommandLine line(text);
  find_command(line.command());
  for (const Word& word : line.words()) {
    const CommandLine again("c v=" + quoted(word.text()));
    if (again.value("v") != word.text()) std::abort();
    parse_short_time(word.keyword);
  }
  const auto half = text.substr(0, size / 2);
  glob_matches(half, text.substr(half.size()));
  Json object = Json::object();
  object.set("text", text);
  object.text(Json::Layout::compact);
  Marks marks;
  marks.set_below(half, true);
  marks.set(text, false);
  marks.is_marked(text);
  marks.has_marked_below(half);
  return 0;
}
