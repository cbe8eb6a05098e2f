// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/restore_object.h"

#include "base/text.h"

namespace holdfast::format {
namespace {

/// Takes texts and numbers from the front.
class Fields {
 public:
  explicit Fields(std::string_view text) : left_(text) {}

  std::string_view until(char end) {
    const auto at = left_.find(end);
    is_good_ = is_good_ && at != std::string_view::npos;
    if (!is_good_) return {};
    const auto text = left_.substr(0, at);
    left_.remove_prefix(at + 1);
    return text;
  }
  template <typename T>
  void number(T& value) {
    const auto parsed = parse_number<T>(until(' '));
    is_good_ = is_good_ && parsed.has_value();
    value = parsed.value_or(0);
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

std::optional<RestoreObject> parse_restore_object(Bytes payload) {
  Fields from(as_text(payload));
  RestoreObject object;
  std::uint32_t length = 0;
  from.number(object.file_index);
  from.number(object.type);
  from.number(object.index);
  from.number(length);
  from.number(object.full_length);
  from.number(object.compression);
  object.plugin = from.until('\0');
  object.name = from.until('\0');
  object.object = from.bytes(length);
  if (!from.is_good()) return std::nullopt;
  return object;
}

}  // namespace holdfast::format
