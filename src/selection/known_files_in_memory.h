// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "selection/known_files.h"

namespace holdfast::selection {

/// A list in memory: entries one behind the other in large chunks, found by a table of hashes and places. Costs the name
/// and some 50 bytes per file.
class KnownFilesInMemory final : public KnownFiles {
 public:
  void add(std::string_view name, const KnownFile& file) override;
  void complete() override {}
  std::optional<KnownFile> find(std::string_view name, Mark mark) override;
  void forget_marks() override;
  void list_unseen(const Visitor& visit) override;

  std::uint64_t count() const { return count_; }
  /// Bytes taken from the system.
  std::size_t memory() const { return chunk_bytes_ + slots_.capacity() * sizeof(Slot); }
  /// Hands out everything by name in byte order, and forgets it.
  void drain(const Visitor& visit);

 private:
  /// Chunk and place in it; what is replaced stays where it was, unused.
  struct Place {
    std::uint32_t chunk = 0;
    std::uint32_t offset = 0;
  };
  struct Slot {
    std::uint32_t hash = 0;  ///< 0: free
    Place place;
  };
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
    std::size_t used = 0;
  };
  struct Entry;

  Slot* slot_of(std::string_view name, std::uint32_t hash);
  Place store(std::string_view name, const KnownFile& file);
  Entry entry_at(Place place) const;
  void grow_table();

  std::vector<Chunk> chunks_;
  std::vector<Slot> slots_;  ///< a power of two, at most three quarters used
  std::uint64_t count_ = 0;
  std::size_t chunk_bytes_ = 0;
  std::string scratch_;
};

}  // namespace holdfast::selection
