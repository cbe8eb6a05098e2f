// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/deferred_directories.h"

#include <array>

#include "base/endian.h"
#include "os/errno.h"

namespace holdfast::archive {

namespace {

constexpr std::size_t most_in_memory = 4 * 1024 * 1024;

// One directory: u32 length of what follows; path NUL; packed stat NUL; fine attributes NUL; then per stream u32 id, u32 length, bytes.
void put(Buffer& to, const ObjectAttributes& directory) {
  const auto start = to.size();
  ByteWriter writer(to);
  writer.put(std::uint32_t{0});
  writer.put_terminated(directory.path);
  writer.put_terminated(format::pack(directory.stat));
  std::string fine;
  format::append_fine(fine, directory.fine);
  writer.put_terminated(fine);
  for (const auto& stream : directory.streams) {
    writer.put(format::number(stream.id));
    writer.put(static_cast<std::uint32_t>(stream.payload.size()));
    writer.put_bytes(stream.payload);
  }
  store(&to[start], static_cast<std::uint32_t>(to.size() - start - sizeof(std::uint32_t)));
}

ObjectAttributes parsed(Bytes record) {
  ByteReader reader(record);
  ObjectAttributes directory;
  directory.path = *reader.take_terminated();
  directory.stat = *format::unpack_stat(*reader.take_terminated());
  directory.fine = format::parse_fine(*reader.take_terminated());
  while (!reader.at_end()) {
    const auto id = static_cast<format::StreamId>(*reader.take<std::int32_t>());
    directory.streams.push_back({id, to_buffer(*reader.take_bytes(*reader.take<std::uint32_t>()))});
  }
  return directory;
}

}  // namespace

void DeferredDirectories::add(const ObjectAttributes& directory) {
  put(recent_, directory);
  if (recent_.size() > most_in_memory) spill();
}

void DeferredDirectories::spill() {
  if (!file_) file_.reset(std::tmpfile());
  if (!file_) os::throw_errno("Making a temporary file for the directories of a restore");
  if (std::fwrite(recent_.data(), 1, recent_.size(), file_.get()) != recent_.size())
    os::throw_errno("Writing the temporary file for the directories of a restore");
  recent_.clear();
}

void DeferredDirectories::take(const std::function<void(const ObjectAttributes&)>& each) {
  if (file_) {
    std::rewind(file_.get());
    std::array<std::byte, 4> length;
    Buffer record;
    while (std::fread(length.data(), 1, length.size(), file_.get()) == length.size()) {
      record.resize(load<std::uint32_t>(length.data()));
      if (std::fread(record.data(), 1, record.size(), file_.get()) != record.size())
        os::throw_errno("Reading the temporary file for the directories of a restore");
      each(parsed(record));
    }
    file_.reset();
  }
  ByteReader reader(recent_);
  while (const auto length = reader.take<std::uint32_t>()) each(parsed(*reader.take_bytes(*length)));
  recent_.clear();
}

}  // namespace holdfast::archive
