// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/attributes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/endian.h"

namespace holdfast::format {
namespace {

/// Takes "<number> " from the front; the blank is required.
template <typename T>
std::optional<T> take_number(std::string_view& text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stopped, failed] = std::from_chars(text.data(), end, value);
  if (failed != std::errc{} || stopped == end || *stopped != ' ') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stopped - text.data()) + 1);
  return value;
}

}  // namespace

std::optional<Attributes> parse_attributes(Bytes payload) {
  std::string_view head = as_text(payload);
  const auto file_index = take_number<std::int32_t>(head);
  if (!file_index) return std::nullopt;
  const auto type = take_number<std::int32_t>(head);
  if (!type || *type < 0) return std::nullopt;

  ByteReader reader(as_bytes(head));
  const auto name = reader.take_terminated();
  const auto stat = reader.take_terminated();
  const auto link = reader.take_terminated();
  if (!name || !stat || !link) return std::nullopt;
  Attributes result{.file_index = static_cast<std::uint32_t>(std::max(*file_index, 0)),
                    .type = static_cast<FileType>(*type & file_type_mask),
                    .type_flags = *type & ~file_type_mask,
                    .name = *name,
                    .packed_stat = *stat,
                    .link = *link};
  if (const auto extended = reader.take_terminated()) result.extended = *extended;
  if (const auto delta = reader.take_terminated()) {
    std::from_chars(delta->data(), delta->data() + delta->size(), result.delta_sequence);
  }
  return result;
}

void append_attributes(Buffer& to, const Attributes& attributes) {
  char numbers[32];
  const auto end = fmt::format_to(numbers, "{} {} ", attributes.file_index,
                                  number(attributes.type) | attributes.type_flags);
  ByteWriter writer(to);
  writer.put_text({numbers, static_cast<std::size_t>(end - numbers)});
  writer.put_terminated(attributes.name);
  writer.put_terminated(attributes.packed_stat);
  writer.put_terminated(attributes.link);
  writer.put_terminated(attributes.extended);
  const auto delta_end = fmt::format_to(numbers, "{}", attributes.delta_sequence);
  writer.put_terminated({numbers, static_cast<std::size_t>(delta_end - numbers)});
}

}  // namespace holdfast::format
