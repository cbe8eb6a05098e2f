// SPDX-License-Identifier: AGPL-3.0-or-later
// A volume as a file, read as the volume tools do: a bootstrap up to a NUL, then the volume. Checksums of blocks are
// put right, so that changed blocks are looked into.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/endian.h"
#include "base/error.h"
#include "crypto/crc32.h"
#include "device/file_device.h"
#include "volumes/listing.h"
#include "volumes/tool_reading.h"

using namespace holdfast;

namespace {

constexpr const char* volume = "Volume";

/// A folder of its own for this process, removed at its end.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-fuzz-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string path() const { return path_.string(); }
  void write(Bytes contents) const {
    std::ofstream file(path_ / volume, std::ios::binary | std::ios::trunc);
    file << as_text(contents);
  }

 private:
  std::filesystem::path path_;
};

void put_checksums_right(Buffer& contents) {
  for (std::size_t at = 0; at < contents.size();) {
    const auto block = MutableBytes(contents).subspan(at);
    const auto header = format::parse_block_header(block);
    if (!header || header->length > block.size()) return;
    store(block.data(), crypto::crc32(format::checksummed_part(block.first(header->length))));
    at += header->length;
  }
}

void read(device::Drive& drive, format::BootstrapMatcher* matcher, volumes::RecordVisitor& visitor) {
  const auto nobody = [](const std::string&) {};
  volumes::ToolReading reading(drive, "fuzz", volumes::ToolReading::OnDamage::go_on, nobody);
  reading.read({volume}, matcher, visitor);
  if (matcher == nullptr) reading.read_blocks(volume, visitor);
}

void list(device::Drive& drive, std::string_view bootstrap) {
  const auto nobody = [](std::string_view) {};
  volumes::FileListing files(nobody, {});
  read(drive, nullptr, files);
  volumes::LabelListing labels(nobody, volumes::Detail::full);
  read(drive, nullptr, labels);
  volumes::BlockListing blocks(nobody, volumes::BlockListing::Contents::all_records);
  read(drive, nullptr, blocks);
  if (auto parsed = format::parse_bootstrap(bootstrap)) {
    format::BootstrapMatcher matcher(std::move(*parsed));
    read(drive, &matcher, files);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Folder folder;
  ByteReader input({reinterpret_cast<const std::byte*>(data), size});
  const auto bootstrap = input.take_terminated();
  Buffer contents = to_buffer(input.left());
  put_checksums_right(contents);
  folder.write(contents);
  device::DirectoryDrive drive(folder.path());
  try {
    list(drive, bootstrap.value_or(""));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::internal) std::abort();
  }
  return 0;
}
