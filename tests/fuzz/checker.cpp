// SPDX-License-Identifier: AGPL-3.0-or-later
// A volume, read by the strict checker as holdfast-volume check does. The first byte says whether checksums of blocks are
// put right, so that changed blocks are looked into, or stay as they are, so that it must find its way past them.
#include <cstdlib>

#include "base/endian.h"
#include "crypto/crc32.h"
#include "testing/device/memory_device.h"
#include "volumes/checker/check_volume.h"

using namespace holdfast;

namespace {

void put_checksums_right(Buffer& contents) {
  for (std::size_t at = 0; at < contents.size();) {
    const auto block = MutableBytes(contents).subspan(at);
    const auto header = format::parse_block_header(block);
    if (!header || header->length > block.size()) return;
    store(block.data(), crypto::crc32(format::checksummed_part(block.first(header->length))));
    at += header->length;
  }
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  testing_support::MemoryMedium medium;
  medium.contents.assign(reinterpret_cast<const std::byte*>(data + 1),
                         reinterpret_cast<const std::byte*>(data + size));
  if (data[0] % 2 == 0) put_checksums_right(medium.contents);
  testing_support::MemoryDevice device(medium);
  volumes::FindingList found;
  volumes::VolumeChecker checker(found);
  std::uint64_t end = 0;
  for (const auto& part : volumes::check_volume(device, "", checker)) {
    require(part.address >= end && part.address < part.end && part.end <= medium.contents.size());
    end = part.end;
  }
  checker.finish();
  for (const auto& finding : found.all) require(!volumes::to_line(finding).empty());
  for (const auto& lost : found.lost_files) require(lost.first <= lost.last);
  return 0;
}
