// SPDX-License-Identifier: AGPL-3.0-or-later
#include "selection/known_files_in_memory.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "selection/known_entry.h"

namespace holdfast::selection {

namespace {

constexpr std::size_t chunk_size = 1024 * 1024;
constexpr std::size_t first_table = 1024;

std::uint32_t hash_of(std::string_view name) {
  const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>()(name));
  return hash == 0 ? 1 : hash;  // 0 marks free slots
}

}  // namespace

/// In a chunk: a byte that is 1 once the file was seen, the length of the name, the name, and known_entry.h.
struct KnownFilesInMemory::Entry {
  char* seen;
  std::string_view name;
  std::string_view rest;

  KnownFile file() const {
    auto left = rest;
    const auto taken = take_entry(left);
    if (!taken) throw Error(ErrorKind::internal, "a known file cannot be read from memory");
    return *taken;
  }
};

void KnownFilesInMemory::add(std::string_view name, const KnownFile& file) {
  if ((count_ + 1) * 4 > slots_.size() * 3) grow_table();
  const auto hash = hash_of(name);
  Slot* slot = slot_of(name, hash);
  if (slot->hash == 0) ++count_;
  *slot = {hash, store(name, file)};
}

std::optional<KnownFile> KnownFilesInMemory::find(std::string_view name, Mark mark) {
  if (count_ == 0) return std::nullopt;
  const Slot* slot = slot_of(name, hash_of(name));
  if (slot->hash == 0) return std::nullopt;
  const Entry entry = entry_at(slot->place);
  if (mark != Mark::none) *entry.seen = mark == Mark::seen ? 1 : 0;
  return entry.file();
}

void KnownFilesInMemory::forget_marks() {
  for (const Slot& slot : slots_)
    if (slot.hash != 0) *entry_at(slot.place).seen = 0;
}

void KnownFilesInMemory::list_unseen(const Visitor& visit) {
  for (const Slot& slot : slots_) {
    if (slot.hash == 0) continue;
    const Entry entry = entry_at(slot.place);
    if (*entry.seen == 0) visit(entry.name, entry.file());
  }
}

void KnownFilesInMemory::drain(const Visitor& visit) {
  std::erase_if(slots_, [](const Slot& slot) { return slot.hash == 0; });
  std::sort(slots_.begin(), slots_.end(),
            [this](const Slot& a, const Slot& b) { return entry_at(a.place).name < entry_at(b.place).name; });
  for (const Slot& slot : slots_) {
    const Entry entry = entry_at(slot.place);
    visit(entry.name, entry.file());
  }
  *this = KnownFilesInMemory();
}

KnownFilesInMemory::Slot* KnownFilesInMemory::slot_of(std::string_view name, std::uint32_t hash) {
  const auto mask = slots_.size() - 1;
  for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
    Slot& slot = slots_[i];
    if (slot.hash == 0 || (slot.hash == hash && entry_at(slot.place).name == name)) return &slot;
  }
}

KnownFilesInMemory::Place KnownFilesInMemory::store(std::string_view name, const KnownFile& file) {
  scratch_.assign(1, '\0');
  append_varint(scratch_, name.size());
  scratch_ += name;
  append_entry(scratch_, file);
  if (chunks_.empty() || chunks_.back().size - chunks_.back().used < scratch_.size()) {
    const auto size = std::max(chunk_size, scratch_.size());
    chunks_.push_back({std::make_unique_for_overwrite<char[]>(size), size, 0});
    chunk_bytes_ += size;
  }
  Chunk& chunk = chunks_.back();
  const Place place{static_cast<std::uint32_t>(chunks_.size() - 1), static_cast<std::uint32_t>(chunk.used)};
  std::memcpy(chunk.bytes.get() + chunk.used, scratch_.data(), scratch_.size());
  chunk.used += scratch_.size();
  return place;
}

KnownFilesInMemory::Entry KnownFilesInMemory::entry_at(Place place) const {
  const Chunk& chunk = chunks_[place.chunk];
  char* start = chunk.bytes.get() + place.offset;
  std::string_view left(start + 1, chunk.used - place.offset - 1);
  const auto length = static_cast<std::size_t>(take_varint(left).value_or(0));
  return {start, left.substr(0, length), left.substr(length)};
}

void KnownFilesInMemory::grow_table() {
  const std::vector<Slot> old =
      std::exchange(slots_, std::vector<Slot>(std::max(first_table, slots_.size() * 2)));
  const auto mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.hash == 0) continue;
    std::size_t i = slot.hash & mask;
    while (slots_[i].hash != 0) i = (i + 1) & mask;
    slots_[i] = slot;
  }
}

}  // namespace holdfast::selection
