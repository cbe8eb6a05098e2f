// SPDX-License-Identifier: AGPL-3.0-or-later
#include <cstdlib>

#include "base/error.h"
#include "device/tape_device.h"
#include "testing/device/memory_tape.h"

using namespace holdfast;

// The file of an emulated tape. Whatever it holds, reading ends, and what is written at its end can be read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  testing_support::MemoryTape tape;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  // Records without the signature in front would all be refused.
  tape.medium().contents = to_buffer("HOLDFAST TAPE 1\n" + std::string(input));
  try {
    const auto volume = tape.drive().open("", device::Drive::Access::append);
    Buffer block;
    while (!std::holds_alternative<device::EndOfData>(volume->read_block(block))) {
    }
    const auto address = volume->seek_to_end();
    const auto written = testing_support::block_of(100, 1);
    volume->write_block(written);
    volume->write_filemark();
    volume->seek(address);
    const auto outcome = volume->read_block(block);
    const auto* read = std::get_if<device::BlockRead>(&outcome);
    if (read == nullptr || read->address != address || !equal(Bytes(block).first(read->length), written))
      std::abort();
  } catch (const Error&) {
    // A damaged block in the last file keeps its end from being found.
  }
  return 0;
}
