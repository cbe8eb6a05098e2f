// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/record_copier.h"

namespace holdfast::storage {
namespace {

// Labels of other sessions that stand before the first record wanted: a reading begins near it.
constexpr std::size_t most_labels = 1000;

}  // namespace

void RecordCopier::label(const format::Record& record, const volumes::Block&) {
  if (append_.is_begun() || record.label_type() != format::LabelType::session_start) return;
  if (labels_.size() >= most_labels) return;
  if (auto label = format::parse_session_label(record.payload, format::SessionEdge::start))
    labels_.insert_or_assign(record.session, std::move(*label));
}

void RecordCopier::record(const format::Record& record, const volumes::Block&) {
  if (!append_.is_begun()) {
    const auto found = labels_.find(record.session);
    append_.begin(found == labels_.end() ? std::nullopt : std::optional(found->second));
    labels_.clear();
  }
  if (record.session != session_ || record.file_index != source_index_) {
    session_ = record.session;
    source_index_ = record.file_index;
    ++index_;
  }
  append_.record(index_, record.stream, record.payload);
}

}  // namespace holdfast::storage
