// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/attribute_stream.h"

#include "base/error.h"
#include "base/text.h"
#include "crypto/base64.h"
#include "format/attributes.h"

namespace holdfast::director {
namespace {

constexpr std::size_t batch_rows = 5'000;
constexpr std::size_t batch_bytes = 2U << 20U;
constexpr std::int32_t stream_mask = 0x7ff;

enum class Content { attributes, digest, restore_object, other };

Content content_of(std::int32_t stream) {
  switch (stream & stream_mask) {
    case 1:
    case 5: return Content::attributes;
    case 3:
    case 10:
    case 17:
    case 18:
    case 40: return Content::digest;
    case 28: return Content::restore_object;
    default: return Content::other;
  }
}

}  // namespace

std::pair<std::string_view, std::string_view> split_name(std::string_view whole) {
  const auto slash = whole.rfind('/');
  if (slash == std::string_view::npos) return {whole, {}};
  return {whole.substr(0, slash + 1), whole.substr(slash + 1)};
}

void AttributeStream::add(const wire::AttributesUpdate& update) {
  if (update.file_index <= 0)
    throw Error(ErrorKind::invalid, "attributes with FileIndex {}", update.file_index);
  tally_.add(update.file_index, update.stream, update.data);
  switch (content_of(update.stream)) {
    case Content::attributes: return add_attributes(update);
    case Content::digest: return add_digest(update);
    case Content::restore_object: return add_restore_object(update);
    case Content::other:
      log_.add(MessageType::warning,
               fmt::format("Attributes of unknown stream {} were ignored.\n", update.stream));
  }
}

void AttributeStream::add_attributes(const wire::AttributesUpdate& update) {
  const auto attributes = format::parse_attributes(update.data);
  if (!attributes) throw Error(ErrorKind::invalid, "broken attributes of FileIndex {}", update.file_index);
  if (attributes->type == format::FileType::base)
    throw Error(ErrorKind::unsupported, "Cannot Copy/Migrate job using BaseJob.");
  add_file(static_cast<std::uint32_t>(update.file_index), attributes->name, attributes->packed_stat);
  if (attributes->type == format::FileType::deleted) pending_.file_index = 0;
  if (attributes->type == format::FileType::regular)
    pending_.delta = static_cast<std::int16_t>(attributes->delta_sequence);
}

void AttributeStream::add_file(std::uint32_t file_index, std::string_view whole, std::string_view stat) {
  keep_pending();
  ++records_;
  last_index_ = file_index;
  const auto [path, name] = split_name(whole);
  if (path.empty()) {
    log_.add(MessageType::error, fmt::format("Path length is zero. File={}\n", printable(whole)));
    return;
  }
  pending_.is_filled = true;
  pending_.record_index = pending_.file_index = file_index;
  pending_.path = path;
  pending_.name = name;
  pending_.stat = stat;
  pending_.digest = "0";
  pending_.delta = 0;
}

void AttributeStream::add_digest(const wire::AttributesUpdate& update) {
  const auto index = static_cast<std::uint32_t>(update.file_index);
  if (has_attributes_of(index, fmt::format("stream {}", update.stream)) && pending_.file_index != 0)
    pending_.digest = crypto::encode_base64(update.data, crypto::Base64::standard);
}

void AttributeStream::add_digest_text(std::uint32_t file_index, std::string_view digest) {
  if (has_attributes_of(file_index, "a verified file")) pending_.digest = digest;
}

bool AttributeStream::has_attributes_of(std::uint32_t file_index, std::string_view digest_of) {
  if (pending_.is_filled && pending_.record_index == file_index) return true;
  log_.add(MessageType::warning, fmt::format("Digest of {} not same File={} as attributes={}\n", digest_of,
                                             file_index, pending_.record_index));
  return false;
}

// "<FileIndex> <FileType> <index> <length> <full length> <compression> <plugin>\0<name>\0<object>\0"
void AttributeStream::add_restore_object(const wire::AttributesUpdate& update) {
  keep_pending();
  ++records_;
  last_index_ = static_cast<std::uint32_t>(update.file_index);
  wire::Scanner from(as_text(update.data));
  catalog::RestoreObjectRow object;
  std::uint32_t index = 0, length = 0;
  std::string_view plugin, name;
  char nul{};
  const bool fits =
      from.number(index) && from.literal(" ") && from.number(object.type) && from.literal(" ") &&
      from.number(object.index) && from.literal(" ") && from.number(length) && from.literal(" ") &&
      from.number(object.full_length) && from.literal(" ") && from.number(object.compression) &&
      from.literal(" ") && from.until('\0', plugin, wire::no_limit) && from.character(nul) &&
      from.until('\0', name, wire::no_limit) && from.character(nul) && from.left().size() >= length;
  if (!fits) throw Error(ErrorKind::invalid, "broken restore object of FileIndex {}", update.file_index);
  object.job = job_;
  object.file_index = last_index_;
  object.plugin = plugin;
  object.name = name;
  object.object = from.left().substr(0, length);
  files_.add_restore_object(object);
}

void AttributeStream::keep_pending() {
  if (!pending_.is_filled) return;
  pending_.is_filled = false;
  const auto length = [](const std::string& text) { return static_cast<std::uint32_t>(text.size()); };
  batch_.push_back({pending_.file_index, pending_.delta, texts_.size(), length(pending_.path),
                    length(pending_.name), length(pending_.stat), length(pending_.digest)});
  texts_.append(pending_.path).append(pending_.name).append(pending_.stat).append(pending_.digest);
  ++rows_;
  if (batch_.size() >= batch_rows || texts_.size() >= batch_bytes) flush();
}

void AttributeStream::flush() {
  if (batch_.empty()) return;
  std::vector<catalog::NewFile> files;
  files.reserve(batch_.size());
  for (const Row& row : batch_) {
    std::string_view left = std::string_view(texts_).substr(row.start);
    const auto take = [&](std::uint32_t length) {
      const std::string_view taken = left.substr(0, length);
      left.remove_prefix(length);
      return taken;
    };
    catalog::NewFile& file = files.emplace_back();
    file.file_index = row.file_index;
    file.delta = row.delta;
    file.path = take(row.path);
    file.name = take(row.name);
    file.stat = take(row.stat);
    file.digest = take(row.digest);
  }
  files_.add(job_, files);
  batch_.clear();
  texts_.clear();
}

void AttributeStream::finish() {
  keep_pending();
  flush();
}

}  // namespace holdfast::director
