// SPDX-License-Identifier: AGPL-3.0-or-later
#include <algorithm>
#include <cstdlib>

#include "base/endian.h"
#include "base/error.h"
#include "device/dedup_device.h"
#include "testing/device/memory_dedup.h"

using namespace holdfast;

// The files of a dedupable volume: three lengths (u16) of config, blocks and parts, these files, and the rest is both
// data files. Whatever they hold, reading ends and gives no more than there is; what is written then can be read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader input(Bytes(reinterpret_cast<const std::byte*>(data), size));
  testing_support::MemoryDedup volume;
  std::size_t lengths[3] = {};
  for (auto& length : lengths) length = input.take<std::uint16_t>().value_or(0);
  testing_support::MemoryMedium* files[] = {&volume.config, &volume.blocks, &volume.parts};
  for (std::size_t i = 0; i < 3; ++i)
    files[i]->contents = to_buffer(*input.take_bytes(std::min(lengths[i], input.left().size())));
  volume.aligned.contents = volume.unaligned.contents = to_buffer(input.left());
  try {
    const auto device = volume.open();
    // A block size that large makes the first payload fill the memory of this machine.
    const auto config = device::parse_dedup_config(volume.config.contents);
    if (config && config->config.aligned_block > 1 << 20) return 0;
    Buffer block;
    for (int i = 0; i < 1000; ++i) {
      if (std::holds_alternative<device::EndOfData>(device->read_block(block))) break;
    }
    device->seek_to_end();
    const auto address = device->position();
    const auto written = testing_support::block_of(100, 1);
    device->write_block(written);
    device->seek(address);
    const auto outcome = device->read_block(block);
    const auto* read = std::get_if<device::BlockRead>(&outcome);
    if (read == nullptr || !equal(Bytes(block).first(read->length), written)) std::abort();
  } catch (const Error&) {
    // What is no volume is refused.
  }
  return 0;
}
