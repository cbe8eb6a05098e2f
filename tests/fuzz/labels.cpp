// SPDX-License-Identifier: AGPL-3.0-or-later
#include <cstdlib>

#include "format/label.h"
#include "format/standard_label.h"

using namespace holdfast;

// What is read as a label is written again to something that reads as the same label.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(reinterpret_cast<const std::byte*>(data), size);
  if (const auto label = format::parse_volume_label(input)) {
    auto again = format::parse_volume_label(format::encode(*label));
    if (!again || again->labelled != label->labelled) std::abort();
  }
  for (const auto edge : {format::SessionEdge::start, format::SessionEdge::end}) {
    if (const auto label = format::parse_session_label(input, edge)) {
      auto again = format::parse_session_label(format::encode(*label), edge);
      if (!again || again->job_id != label->job_id || again->end != label->end) std::abort();
    }
  }
  if (format::is_standard_label(input) && size != 80) std::abort();
  return 0;
}
