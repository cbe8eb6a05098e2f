// SPDX-License-Identifier: AGPL-3.0-or-later
// The list of an accurate backup as a Director sends it, line by line, between lookups: it must say what a map says, and
// what is read back must be what was put in.
#include <cstdlib>
#include <map>
#include <string>

#include "format/packed_stat.h"
#include "selection/known_entry.h"
#include "selection/known_files_in_memory.h"
#include "wire/director_to_client.h"

namespace {

using namespace holdfast;
using selection::KnownFile;
using Mark = selection::KnownFiles::Mark;

struct World {
  struct Known {
    std::int64_t size = 0;
    std::string digest;
    bool is_seen = false;
  };
  selection::KnownFilesInMemory list;
  std::map<std::string, Known> model;

  void add(std::string_view line) {
    const auto file = wire::decode<wire::AccurateFile>(line);
    if (!file || file->name.empty()) return;
    KnownFile known;
    if (const auto stat = format::unpack_stat(file->packed_stat)) known.stat = *stat;
    known.digest = file->digest;
    known.delta_sequence = file->delta_sequence;
    list.add(file->name, known);
    model[file->name] = {known.stat.size, file->digest, false};
  }

  void find(std::string_view name, Mark mark) {
    const auto found = list.find(name, mark);
    const auto expected = model.find(std::string(name));
    if (found.has_value() != (expected != model.end())) std::abort();
    if (!found) return;
    if (found->stat.size != expected->second.size || found->digest != expected->second.digest) std::abort();
    if (mark == Mark::seen) expected->second.is_seen = true;
  }

  void check_unseen() {
    std::size_t unseen = 0;
    for (const auto& entry : model) unseen += entry.second.is_seen ? 0 : 1;
    list.list_unseen([&](std::string_view name, const KnownFile&) {
      const auto expected = model.find(std::string(name));
      if (expected == model.end() || expected->second.is_seen) std::abort();
      --unseen;
    });
    if (unseen != 0) std::abort();
  }
};

}  // namespace

/// Pieces of a kind and a length in a byte each, and the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  auto entry = input;
  (void)selection::take_entry(entry);
  World world;
  while (input.size() >= 2) {
    const auto kind = static_cast<unsigned char>(input[0]);
    const std::string_view text = input.substr(2, static_cast<unsigned char>(input[1]));
    input.remove_prefix(2 + text.size());
    if (kind % 3 == 0) world.add(text);
    if (kind % 3 == 1) world.find(text, Mark::seen);
    if (kind % 3 == 2) world.find(text, Mark::none);
  }
  world.check_unseen();
  return 0;
}
