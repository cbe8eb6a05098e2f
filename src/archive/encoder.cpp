// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/encoder.h"

#include <fmt/core.h>

#include "archive/change_watch.h"
#include "archive/data_writer.h"
#include "archive/metadata.h"
#include "base/text.h"

namespace holdfast::archive {

using format::FileType;
using tree::Kind;

bool is_streamed(const selection::Found& found) {
  if (found.options->attributes_only) return false;
  return found.type == FileType::raw_device || found.type == FileType::fifo ||
         (found.type == FileType::regular && found.stat.size > largest_whole_file);
}

tree::Directory::AccessTime access_time(const selection::FileOptions&) {
  // A backup is no reading that anybody wants to know of, whatever the options say; where the system does not
  // allow it, the file is read all the same.
  return tree::Directory::AccessTime::keep;
}

void Encoder::prepare(Batch& batch) {
  if (batch.is_prepared) return;
  encode_raw_blocks(batch, tools_);
  for (auto& item : batch.items)
    if (item.kind == Item::Kind::file) encode(batch, item);
  batch.is_prepared = true;
}

void Encoder::encode(Batch& batch, Item& item) {
  item.first_step = static_cast<std::uint32_t>(batch.steps.size());
  start_ = batch.arena.size();
  if (item.found.type == FileType::regular && item.found.stat.size > 0 &&
      !item.found.options->attributes_only) {
    regular(batch, item);
  } else {
    other(batch, item);
  }
  item.steps = static_cast<std::uint32_t>(batch.steps.size() - item.first_step);
}

const std::string& Encoder::leaf(const selection::Found& found) { return tools_.name() = found.name(); }

void Encoder::regular(Batch& batch, Item& item) {
  const selection::Found& found = item.found;
  ChangeWatch watch;
  auto file = found.parent->open_file(leaf(found), access_time(*found.options));
  if (!file) {
    item.notices.push_back(not_saved("Cannot open", found.path, file.error()));
    return;
  }
  auto stat = (*file)->stat();
  if (!stat || stat->kind() != Kind::regular) {
    const auto reason = stat ? std::make_error_code(std::errc::no_such_file_or_directory) : stat.error();
    item.notices.push_back(not_saved("Cannot open", found.path, reason));
    return;
  }
  const auto opened = *stat;
  // What grew out of proportion since the walk is saved as long as it was then.
  if (stat->size > largest_whole_file) stat->size = found.stat.size;
  add_attributes(batch, found, *stat, found.type, {}, 0);
  add_session_record(batch, found, tools_);
  ContentDigest digest(*found.options, tools_);
  if (stat->size > 0) contents(batch, item, **file, stat->size, digest, watch);
  if (item.notices.empty()) watch.finish(found, opened, **file, item.notices);
  digest.finish(item);
  if (has_known_content(item)) return forget(batch, item);
  if (wants_attributes(*found.options)) add_extended_attributes(batch, item, (*file)->attributes());
  digest.store(batch, item);
}

void Encoder::contents(Batch& batch, Item& item, tree::ReadableFile& file, std::int64_t file_size,
                       ContentDigest& digest, ChangeWatch& watch) {
  const auto& options = *item.found.options;
  const auto size = static_cast<std::uint64_t>(file_size);
  DataWriter writer(batch, item.found, tools_, DataWriter::When::encode_here);
  const auto stream = data_stream(options, item.found.type);
  batch.steps.push_back({Step::Kind::begin, stream});
  std::uint64_t position = 0;
  while (position < size) {
    const auto wanted = std::min<std::uint64_t>(size - position, block_length(options, block_size_));
    const bool is_end = position + wanted == size;
    // One byte more than there should be tells of a file that grew.
    const auto read =
        is_end ? file.read_at_least(writer.room(wanted + 1), wanted) : file.read(writer.room(wanted));
    if (read) watch.read(*read > wanted ? ChangeWatch::Length::longer : ChangeWatch::Length::as_expected);
    const auto count = read ? tree::Outcome<std::size_t>(std::min(*read, wanted)) : read;
    if (!count) {
      item.notices.push_back(not_saved("Read error on file", item.found.path, count.error()));
      break;
    }
    const bool is_last = *count < wanted || position + *count >= size;
    if (*count > 0 &&
        writer.put(*count, position, is_last ? DataWriter::Place::last : DataWriter::Place::inner))
      digest.update(writer.block());
    position += *count;
    if (*count < wanted) {
      item.notices.push_back(shrunk(item.found.path, position, size));
      break;
    }
  }
  writer.finish();
  item.read_bytes = position;
  batch.steps.push_back({Step::Kind::end, stream});
}

void Encoder::other(Batch& batch, Item& item) {
  const selection::Found& found = item.found;
  std::string link;
  if (found.type == FileType::symlink) {
    auto target = found.parent->read_link(leaf(found));
    if (!target) {
      item.notices.push_back(not_saved("Could not read link", found.path, target.error()));
      return;
    }
    link = std::move(*target);
  }
  add_attributes(batch, found, found.stat, found.type, link, 0);
  const bool is_file = found.stat.kind() == Kind::regular;
  if (is_file) add_session_record(batch, found, tools_);
  if (wants_attributes(*found.options))
    add_extended_attributes(
        batch, item,
        item.contents != nullptr ? item.contents->attributes() : found.parent->attributes(leaf(found)));
  if (!is_file) return;
  ContentDigest digest(*found.options, tools_);
  digest.finish(item);
  if (has_known_content(item)) return forget(batch, item);
  digest.store(batch, item);
}

bool Encoder::has_known_content(const Item& item) const {
  return !item.found.known_digest.empty() && item.notices.empty() &&
         as_text(item.digest.bytes()) == item.found.known_digest;
}

void Encoder::forget(Batch& batch, const Item& item) {
  batch.steps.resize(item.first_step, {});
  batch.arena.cut(start_);
}

}  // namespace holdfast::archive
