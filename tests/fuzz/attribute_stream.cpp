// SPDX-License-Identifier: AGPL-3.0-or-later
// The attribute records that a Storage Daemon sends, in any order and of any content, on their way into the catalog.
#include "director/attribute_stream.h"

#include <algorithm>

#include "base/error.h"
#include "catalog/catalog.h"
#include "messages/outlets.h"
#include "testing/base/manual_clock.h"
#include "testing/catalog/memory_catalog.h"

namespace {

using namespace holdfast;

/// A catalog in memory, and a log that goes nowhere.
struct World {
  testing_support::ManualClock clock;
  config::Messages nowhere;
  director::ConsoleMessages console{"/dev/null"};
  messages::Outlets outlets{messages::OutletSettings{}};
  director::JobLog log{clock, "fuzz", &nowhere, console, outlets, "", {}};
  std::unique_ptr<catalog::Catalog> catalog = catalog::memory_catalog();
};

/// Each record: FileIndex, stream and length in a byte each, and its data.
template <typename Take>
void split_records(Bytes input, Take&& take) {
  constexpr std::size_t head = 3;
  while (input.size() >= head) {
    const auto number = [&](std::size_t at) { return std::to_integer<std::uint8_t>(input[at]); };
    const std::size_t length = std::min<std::size_t>(number(2), input.size() - head);
    take(number(0), number(1), input.subspan(head, length));
    input = input.subspan(head + length);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  director::AttributeStream stream(world.catalog->files(), world.log);
  stream.start(JobId(1));
  try {
    split_records({reinterpret_cast<const std::byte*>(data), size},
                  [&](std::int32_t index, std::int32_t number, Bytes record) {
                    stream.add({"job", {1, 1}, index, number, record});
                  });
  } catch (const Error&) {
    // A broken record ends the job.
  }
  stream.finish();
  world.catalog->files().discard(JobId(1));
  return 0;
}
