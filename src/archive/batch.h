// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "archive/arena.h"
#include "crypto/digest.h"
#include "format/stream.h"
#include "selection/walk.h"

namespace holdfast::archive {

class CipherChain;

/// Something to tell the operator, in its place among the files.
struct Notice {
  enum class Weight { notice, error, socket };
  MessageType type;
  std::string text;
  Weight weight = Weight::notice;
};

/// One call to the RecordSink, with the bytes at `offset` in the batch's arena.
struct Step {
  enum class Kind : std::uint8_t { begin, attributes, data, end };
  Kind kind;
  format::StreamId stream;
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

/// Free room before the bytes of an attributes step, where the sender writes the FileIndex, which only it knows.
inline constexpr std::size_t index_room = 11;

/// One file, or a part of a large one, on its way from the walk to the sink.
struct Item {
  enum class Kind : std::uint8_t {
    notices,       ///< nothing to send
    file,          ///< all of it; a worker reads it
    further_name,  ///< of a file met before; the sender makes the record
    large_start,   ///< its attributes
    large_part,    ///< some of its blocks, or the streams behind the data
  };
  Kind kind = Kind::file;
  selection::Found found;
  tree::Directory* contents = nullptr;  ///< of a directory that was entered
  std::vector<Notice> notices;
  std::uint32_t first_step = 0;
  std::uint32_t steps = 0;  ///< 0: it could not be saved, see the notices
  std::uint64_t read_bytes = 0;
  crypto::DigestValue digest{};

  bool starts_object() const { return kind != Kind::large_part; }
};

/// A piece of a file as it was read.
struct RawBlock {
  std::uint32_t offset = 0;  ///< in the arena
  std::uint32_t size = 0;
  std::uint64_t position = 0;  ///< in the file
};

/// What travels through the pipeline together, so that handing over costs little per file. One owner at a time.
struct Batch {
  std::vector<Item> items;
  std::vector<Step> steps;
  Arena arena;
  /// Blocks of a large file that still have to be compressed or encrypted. Then the batch holds nothing but that part
  /// of it.
  std::vector<RawBlock> raw_blocks;
  /// Which encrypts that part, the `part`-th with anything to encrypt; null where it is not encrypted.
  std::shared_ptr<CipherChain> chain;
  std::uint32_t part = 0;
  enum class Part : std::uint8_t { inner, last };  ///< the last one gets the padding
  Part part_kind = Part::inner;
  /// Directories that nobody needs any more once this batch was sent.
  std::vector<std::unique_ptr<tree::Directory>> finished;
  std::size_t cost = 0;        ///< memory it will take, as far as known beforehand
  bool is_prepared = false;    ///< nothing left for a worker
  std::uint64_t examined = 0;  ///< by the walk, when it was handed over

  void clear() {
    items.clear();
    steps.clear();
    arena.clear();
    raw_blocks.clear();
    chain.reset();
    finished.clear();
    cost = 0;
    is_prepared = false;
  }
};

}  // namespace holdfast::archive
