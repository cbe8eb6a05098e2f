// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/batcher.h"

#include "archive/content_comparison.h"
#include "archive/encoder.h"
#include "archive/large_file.h"

namespace holdfast::archive {

namespace {

constexpr std::size_t most_items = 64;
constexpr std::size_t most_directories = 16;  // open at one time, in one batch
constexpr std::size_t full_cost = 512 * 1024;
// Attributes, steps and the item itself; session key and signature where there are any.
constexpr std::size_t cost_of_any = 2048;

}  // namespace

bool can_have_further_names(const selection::Found& found) {
  return found.options->hard_links && found.stat.links > 1 && found.stat.kind() != tree::Kind::directory &&
         found.stat.kind() != tree::Kind::symlink;
}

Batcher::Batcher(Pipeline& pipeline, std::uint32_t block_size, const Protection* protection)
    : pipeline_(pipeline), block_size_(block_size), tools_(protection), batch_(pipeline.fresh()) {}

void Batcher::found(selection::Found file, tree::Directory* contents) {
  Item item;
  item.found = std::move(file);
  item.contents = contents;
  if (can_have_further_names(item.found)) {
    auto [known, is_first] =
        names_.try_emplace(key_of(item.found.stat), Names{item.found.path, item.found.stat.links});
    auto& names = known->second;
    if (!is_first && names.first == item.found.path) return;  // the same name, by another File entry
    const bool is_last = --names.left == 0;
    if (names.is_passed_over) {
      names.first = item.found.path;
      names.is_passed_over = false;
    } else if (!is_first) {
      item.kind = Item::Kind::further_name;
    }
    if (is_last) names_.erase(known);
  }
  if (item.kind == Item::Kind::file && is_streamed(item.found)) {
    const auto key = key_of(item.found.stat);
    if (stream(std::move(item)) == Streamed::saved) return;
    if (const auto names = names_.find(key); names != names_.end()) names->second.is_passed_over = true;
    return;
  }
  const bool is_read = item.kind == Item::Kind::file && item.found.type == format::FileType::regular;
  const auto content = is_read ? static_cast<std::size_t>(item.found.stat.size) : 0;
  add(std::move(item), content);
}

Batcher::Streamed Batcher::stream(Item item) {
  flush();
  const LargeFileContext context{pipeline_, tools_, block_size_};
  Item left_out;
  left_out.kind = Item::Kind::notices;
  const auto compared = compare_content(item.found, context);
  left_out.read_bytes = compared.read_bytes;
  if (!compared.is_known) left_out.notices = stream_large_file(std::move(item), context);
  const bool is_saved = !compared.is_known && left_out.notices.empty();
  if (!left_out.notices.empty() || left_out.read_bytes > 0) add(std::move(left_out), 0);
  return is_saved ? Streamed::saved : Streamed::passed_over;
}

void Batcher::leave(std::unique_ptr<tree::Directory> directory) {
  batch_->finished.push_back(std::move(directory));
  if (batch_->finished.size() >= most_directories) flush();
}

void Batcher::trouble(Trouble kind, MessageType type, std::string text) {
  Item item;
  item.kind = Item::Kind::notices;
  auto weight = Notice::Weight::notice;
  if (kind == Trouble::not_saved) weight = Notice::Weight::error;
  if (kind == Trouble::skipped_socket) weight = Notice::Weight::socket;
  item.notices.push_back({type, std::move(text), weight});
  add(std::move(item), 0);
}

void Batcher::add(Item item, std::size_t content) {
  batch_->items.push_back(std::move(item));
  batch_->cost += content + cost_of_any;
  if (batch_->items.size() >= most_items || batch_->cost >= full_cost) flush();
}

void Batcher::flush() {
  batch_->examined = examined_;
  pipeline_.put(std::move(batch_));
  batch_ = pipeline_.fresh();
}

}  // namespace holdfast::archive
