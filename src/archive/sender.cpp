// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/sender.h"

#include <fmt/format.h>

#include <algorithm>

#include "archive/data_writer.h"
#include "archive/metadata.h"
#include "base/text.h"
#include "format/attributes.h"
#include "format/packed_stat.h"
#include "selection/stored_name.h"

namespace holdfast::archive {

namespace {

/// What the JobBytes of a job count (interop 02, section 6).
bool counts_as_job_bytes(format::StreamId stream) {
  switch (format::traits(stream).kind) {
    case format::StreamKind::data:
    case format::StreamKind::acl:
    case format::StreamKind::xattr: return true;
    default: return false;
  }
}

Notice outgrown(const std::string& path) {
  return {
      MessageType::error,
      fmt::format("     Could not save \"{}\": its first name could not be saved, and it grew meanwhile. The "
                  "next backup will save it",
                  printable(path)),
      Notice::Weight::error};
}

}  // namespace

Sender::Sender(RecordSink& sink, Report& report, std::int32_t last_file_index, std::uint32_t block_size,
               const Protection* protection)
    : sink_(sink), report_(report), file_index_(last_file_index), encoder_(block_size, protection) {}

void Sender::send(Batch& batch) {
  for (auto& item : batch.items) send(batch, item);
  totals_.examined = std::max(totals_.examined, batch.examined);
}

void Sender::send(Batch& batch, Item& item) {
  tell(item.notices);
  if (item.kind == Item::Kind::further_name) return send_further_name(item);
  totals_.read_bytes += item.read_bytes;
  if (item.steps == 0) return;
  if (item.starts_object()) {
    ++file_index_;
    ++totals_.files;
    totals_.current = item.found.path;
  }
  send_steps(batch, item);
  remember(item);
}

void Sender::send_deleted(std::string_view name, const selection::KnownFile& known) {
  format::PackedStat stat;
  stat.modification_time = known.stat.modification_time;
  stat.change_time = known.stat.change_time;
  stat.data_stream = known.stat.data_stream;
  const auto packed = format::pack(stat);
  format::Attributes attributes;
  attributes.file_index = static_cast<std::uint32_t>(++file_index_);
  attributes.type = format::FileType::deleted;
  attributes.name = name;
  attributes.packed_stat = packed;
  Buffer record;
  format::append_attributes(record, attributes);
  sink_.begin(file_index_, format::StreamId::unix_attributes);
  sink_.data(record);
  sink_.end();
  ++totals_.files;
  totals_.current = name;
}

void Sender::send_further_name(Item& item) {
  extra_.clear();
  const auto first = saved_.find(key_of(item.found.stat));
  if (first == saved_.end()) {
    // The first name could not be saved; this one gets its own chance, unless it has become a file that only the walk can read.
    if (is_streamed(item.found)) return tell({outgrown(item.found.path)});
    item.kind = Item::Kind::file;
    encoder_.encode(extra_, item);
    tell(item.notices);
    item.notices.clear();
  } else {
    const auto& saved = first->second;
    add_attributes(extra_, item.found, item.found.stat, format::FileType::hard_link_saved, saved.name,
                   saved.file_index);
    if (item.found.options->signature && !saved.digest.empty())
      add_digest(extra_, *item.found.options->signature, saved.digest);
    item.steps = static_cast<std::uint32_t>(extra_.steps.size());
  }
  if (item.steps == 0) return;
  totals_.read_bytes += item.read_bytes;
  ++file_index_;
  ++totals_.files;
  send_steps(extra_, item);
  if (first == saved_.end()) {
    remember(item);
  } else if (--first->second.names_left == 0) {
    saved_.erase(first);
  }
}

void Sender::send_steps(Batch& batch, const Item& item) {
  for (std::uint32_t i = item.first_step; i < item.first_step + item.steps; ++i) {
    const Step& step = batch.steps[i];
    switch (step.kind) {
      case Step::Kind::begin: sink_.begin(file_index_, step.stream); break;
      case Step::Kind::attributes: send_attributes(batch, step); break;
      case Step::Kind::data:
        sink_.data(batch.arena.view(step.offset, step.size));
        if (counts_as_job_bytes(step.stream)) totals_.job_bytes += step.size;
        break;
      case Step::Kind::end: sink_.end(); break;
    }
  }
}

void Sender::send_attributes(Batch& batch, const Step& step) {
  const fmt::format_int index(file_index_);
  const std::size_t length = index.size() + 1;
  std::byte* start = batch.arena.at(step.offset - length);
  std::memcpy(start, index.data(), index.size());
  start[index.size()] = std::byte{' '};
  sink_.data({start, step.size + length});
}

void Sender::remember(const Item& item) {
  if (!can_have_further_names(item.found)) return;
  const auto key = key_of(item.found.stat);
  auto& saved = saved_[key];
  if (item.starts_object()) {
    saved.file_index = file_index_;
    saved.name = selection::stored_name(item.found.path, item.found.options->strip_path);
    saved.names_left = item.found.stat.links - 1;
  }
  saved.digest = item.digest;
}

void Sender::tell(const std::vector<Notice>& notices) {
  for (const auto& notice : notices) {
    if (notice.weight == Notice::Weight::error) ++totals_.errors;
    if (notice.weight == Notice::Weight::socket) ++totals_.sockets;
    report_.message(notice.type, notice.text);
  }
}

}  // namespace holdfast::archive
