// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast-volume/scan_records.h"

#include <fmt/core.h>

#include "base/text.h"
#include "crypto/base64.h"
#include "format/attributes.h"

namespace holdfast::apps {
namespace {

constexpr std::size_t batch_rows = 5'000;
constexpr std::size_t batch_bytes = 1U << 20U;
constexpr std::string_view no_digest = "0";

std::pair<std::string_view, std::string_view> split_name(std::string_view whole) {
  const auto slash = whole.rfind('/');
  if (slash == std::string_view::npos) return {whole, {}};
  return {whole.substr(0, slash + 1), whole.substr(slash + 1)};
}

/// Takes texts and numbers from the front of a restore object.
class ObjectFields {
 public:
  explicit ObjectFields(std::string_view text) : left_(text) {}

  std::string_view until(char end) {
    const auto at = left_.find(end);
    is_good_ = is_good_ && at != std::string_view::npos;
    if (!is_good_) return {};
    const auto text = left_.substr(0, at);
    left_.remove_prefix(at + 1);
    return text;
  }
  template <typename T>
  T number() {
    const auto value = parse_number<T>(until(' '));
    is_good_ = is_good_ && value.has_value();
    return value.value_or(0);
  }
  std::string_view bytes(std::size_t count) {
    is_good_ = is_good_ && left_.size() >= count;
    return is_good_ ? left_.substr(0, count) : std::string_view();
  }
  bool is_good() const { return is_good_; }

 private:
  std::string_view left_;
  bool is_good_ = true;
};

}  // namespace

void SessionRows::piece(const format::RecordPiece& piece, Target& target) {
  const auto id = static_cast<format::StreamId>(piece.stream() & format::stream_id_mask);
  if (!format::belongs_into_catalog(id)) return cut_.reset();
  const auto index = static_cast<std::uint32_t>(piece.header.file_index);
  if (!piece.is_continuation()) {
    cut_.reset();
    if (!piece.is_cut()) return record(index, id, piece.data, target);
    cut_ = Cut{piece.header, to_buffer(piece.data)};
    return;
  }
  const bool belongs = cut_ && cut_->header.file_index == piece.header.file_index &&
                       cut_->header.stream == piece.stream() &&
                       cut_->header.length - cut_->payload.size() == piece.header.length;
  if (!belongs) return cut_.reset();
  append(cut_->payload, piece.data);
  if (piece.is_cut()) return;
  const auto whole = std::move(*cut_);
  cut_.reset();
  record(index, id, whole.payload, target);
}

void SessionRows::record(std::uint32_t file_index, format::StreamId stream, Bytes payload, Target& target) {
  // A volume and a copy of it hold the same session: its files count once.
  const bool was_seen = file_index < last_index_ || (file_index == last_index_ && !format::is_digest(stream));
  if (was_seen) return;
  if (format::is_attributes(stream)) return attributes(file_index, payload, target);
  if (format::is_digest(stream)) return digest(file_index, payload);
  restore_object(file_index, payload, target);
}

void SessionRows::attributes(std::uint32_t file_index, Bytes payload, Target& target) {
  keep_pending(target);
  last_index_ = file_index;
  const auto attributes = format::parse_attributes(payload);
  if (!attributes) return target.skipped(file_index, "broken attributes");
  if (attributes->type == format::FileType::base) return;
  const auto [path, name] = split_name(attributes->name);
  if (path.empty()) return target.skipped(file_index, "Path length is zero");
  const auto length = [](std::string_view text) { return static_cast<std::uint32_t>(text.size()); };
  Row row{file_index,       0, texts_.size(), length(path), length(name), length(attributes->packed_stat),
          length(no_digest)};
  if (attributes->type == format::FileType::deleted) row.file_index = 0;
  if (attributes->type == format::FileType::regular)
    row.delta = static_cast<std::int16_t>(attributes->delta_sequence);
  rows_.push_back(row);
  texts_.append(path).append(name).append(attributes->packed_stat).append(no_digest);
  pending_record_ = file_index;
}

void SessionRows::digest(std::uint32_t file_index, Bytes payload) {
  if (file_index != pending_record_ || rows_.empty() || rows_.back().file_index == 0) return;
  auto& row = rows_.back();
  texts_.resize(texts_.size() - row.digest);
  const auto text = crypto::encode_base64(payload, crypto::Base64::standard);
  row.digest = static_cast<std::uint32_t>(text.size());
  texts_ += text;
}

// "<FileIndex> <FileType> <index> <length> <full length> <compression> <plugin>\0<name>\0<object>\0"
void SessionRows::restore_object(std::uint32_t file_index, Bytes payload, Target& target) {
  keep_pending(target);
  last_index_ = file_index;
  ObjectFields from(as_text(payload));
  catalog::RestoreObjectRow object;
  object.file_index = file_index;
  from.number<std::uint32_t>();
  object.type = from.number<std::int32_t>();
  object.index = from.number<std::int32_t>();
  const auto length = from.number<std::uint32_t>();
  object.full_length = from.number<std::uint32_t>();
  object.compression = from.number<std::int32_t>();
  object.plugin = from.until('\0');
  object.name = from.until('\0');
  object.object = from.bytes(length);
  if (!from.is_good()) return target.skipped(file_index, "broken restore object");
  target.restore_object(object);
}

void SessionRows::keep_pending(Target& target) {
  pending_record_ = 0;
  if (rows_.size() >= batch_rows || texts_.size() >= batch_bytes) flush(target);
}

void SessionRows::flush(Target& target) {
  if (rows_.empty()) return;
  std::vector<catalog::NewFile> files;
  files.reserve(rows_.size());
  for (const auto& row : rows_) {
    std::string_view left = std::string_view(texts_).substr(row.start);
    const auto take = [&](std::uint32_t length) {
      const auto taken = left.substr(0, length);
      left.remove_prefix(length);
      return taken;
    };
    auto& file = files.emplace_back();
    file.file_index = row.file_index;
    file.delta = row.delta;
    file.path = take(row.path);
    file.name = take(row.name);
    file.stat = take(row.stat);
    file.digest = take(row.digest);
  }
  target.files(files);
  rows_.clear();
  texts_.clear();
}

void SessionRows::finish(Target& target) {
  cut_.reset();
  pending_record_ = 0;
  flush(target);
}

}  // namespace holdfast::apps
