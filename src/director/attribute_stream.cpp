// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/attribute_stream.h"

#include "base/error.h"
#include "base/text.h"
#include "catalog/restore_object_row.h"
#include "crypto/base64.h"
#include "format/attributes.h"
#include "format/restore_object.h"

namespace holdfast::director {
namespace {

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
  const auto [path, name] = catalog::split_name(whole);
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

void AttributeStream::add_restore_object(const wire::AttributesUpdate& update) {
  keep_pending();
  ++records_;
  last_index_ = static_cast<std::uint32_t>(update.file_index);
  const auto parsed = format::parse_restore_object(update.data);
  if (!parsed) throw Error(ErrorKind::invalid, "broken restore object of FileIndex {}", update.file_index);
  auto object = catalog::row_of(*parsed);
  object.job = job_;
  object.file_index = last_index_;
  files_.add_restore_object(object);
}

void AttributeStream::keep_pending() {
  if (!pending_.is_filled) return;
  pending_.is_filled = false;
  batch_.add({.file_index = pending_.file_index,
              .path = pending_.path,
              .name = pending_.name,
              .stat = pending_.stat,
              .digest = pending_.digest,
              .delta = pending_.delta});
  ++rows_;
  if (batch_.is_full()) flush();
}

void AttributeStream::flush() {
  if (batch_.is_empty()) return;
  files_.add(job_, batch_.files());
  batch_.clear();
}

void AttributeStream::finish() {
  keep_pending();
  flush();
}

}  // namespace holdfast::director
