// SPDX-License-Identifier: AGPL-3.0-or-later
#include "wire/catalog_requests.h"

#include "base/endian.h"

namespace holdfast::wire {

namespace {
constexpr std::string_view before_job = "UpdCat Job=";
constexpr std::string_view after_job = " FileAttributes ";
constexpr std::size_t numbers_size = 20;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
}  // namespace

void encode_head_to(std::string& to, const AttributesUpdate& update) {
  to += before_job;
  to += update.job;
  to += after_job;
  std::byte numbers[numbers_size];
  store(numbers, update.session.id);
  store(numbers + 4, update.session.time);
  store(numbers + 8, update.file_index);
  store(numbers + 12, update.stream);
  store(numbers + 16, static_cast<std::uint32_t>(update.data.size()));
  to += as_text(numbers);
}

std::string encode(const AttributesUpdate& update) {
  std::string to;
  encode_head_to(to, update);
  to += as_text(update.data);
  return to;
}

Expected<AttributesUpdate, DecodeError> decode_attributes_update(Bytes message) {
  // Behind "FileAttributes" stands exactly one blank: the first binary byte may look like white space.
  AttributesUpdate update;
  Scanner from(as_text(message));
  const bool fits =
      from.literal(before_job) && from.word(update.job, name_limit) && from.literal(" FileAttributes");
  if (!fits) return unexpected(from.error());
  const auto fail = [&from](std::string_view reason) {
    from.fail(reason);
    return unexpected(from.error());
  };
  if (!from.left().starts_with(' ')) return fail("expected a blank");
  ByteReader numbers(as_bytes(from.left().substr(1)));
  if (numbers.left().size() < numbers_size) return fail("ends too early");
  update.session.id = *numbers.take<std::uint32_t>();
  update.session.time = *numbers.take<std::uint32_t>();
  update.file_index = *numbers.take<std::int32_t>();
  update.stream = *numbers.take<std::int32_t>();
  const auto length = *numbers.take<std::uint32_t>();
  const auto data = numbers.take_bytes(length);
  if (!data) return fail("data shorter than announced");
  update.data = *data;
  return update;
}

RequestKind request_kind(std::string_view message) {
  if (message.empty()) return RequestKind::malformed;
  if (is_digit(message.front())) return RequestKind::reply;
  Scanner from(message);
  std::string_view word;
  const bool has_job = from.word(word, name_limit) && from.try_literal(" Job=");
  if (!has_job || word.empty()) return RequestKind::malformed;
  switch (word.front()) {
    case 'J': return RequestKind::job_message;
    case 'C': return RequestKind::catalog_request;
    case 'U': return RequestKind::attributes;
    case 'B': return RequestKind::blast_attributes;
    case 'S': return RequestKind::status;
    case 'P': return RequestKind::proof;
    default: return RequestKind::malformed;
  }
}

}  // namespace holdfast::wire
