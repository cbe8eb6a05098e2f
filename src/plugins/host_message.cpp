// SPDX-License-Identifier: AGPL-3.0-or-later
#include "plugins/host_message.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/endian.h"
#include "base/error.h"
#include "base/text.h"

namespace holdfast::plugins {

namespace {

constexpr std::size_t length_size = 4;
constexpr std::size_t longest_name = 65'000;

void append_length(Buffer& to, std::size_t length) {
  const auto at = to.size();
  to.resize(at + length_size);
  store(to.data() + at, static_cast<std::uint32_t>(length));
}

void append_bytes(Buffer& to, std::string_view text) {
  const auto bytes = as_bytes(text);
  to.insert(to.end(), bytes.begin(), bytes.end());
}

bool is_storable(std::string_view name) {
  return name.size() <= longest_name && name.find('\0') == std::string_view::npos;
}

using Setter = bool (*)(Offer& offer, std::string_view value);
struct OfferField {
  std::string_view name;
  Setter set;
};

template <typename T>
bool set_number(T& to, std::string_view value) {
  const auto number = parse_number<T>(value);
  to = number.value_or(T{});
  return number.has_value();
}

bool set_flag(bool& to, std::string_view value) {
  to = value == "1";
  return to || value == "0";
}

bool set_name(Offer& offer, std::string_view value) {
  while (value.size() > 1 && value.ends_with('/')) value.remove_suffix(1);
  offer.name = value;
  return !value.empty() && is_storable(value);
}

bool set_type(Offer& offer, std::string_view value) {
  using format::FileType;
  static constexpr std::array known{
      FileType::regular_empty, FileType::regular,       FileType::symlink,
      FileType::directory,     FileType::special,       FileType::raw_device,
      FileType::fifo,          FileType::restore_first, FileType::plugin_config};
  std::int32_t number = 0;
  if (!set_number(number, value)) return false;
  offer.type = static_cast<FileType>(number);
  return std::find(known.begin(), known.end(), offer.type) != known.end();
}

bool set_stat(Offer& offer, std::string_view value) {
  const auto stat = read_description(value);
  if (stat) offer.stat = *stat;
  return stat.has_value();
}

bool set_object(Offer& offer, std::string_view value) {
  const auto bytes = as_bytes(value);
  offer.object.assign(bytes.begin(), bytes.end());
  return true;
}

constexpr std::array offer_fields{
    OfferField{"name", set_name},
    OfferField{"type", set_type},
    OfferField{"stat", set_stat},
    OfferField{"object", set_object},
    OfferField{"link",
               [](Offer& offer, std::string_view value) {
                 offer.link = value;
                 return is_storable(value);
               }},
    OfferField{"data", [](Offer& offer, std::string_view value) { return set_flag(offer.has_data, value); }},
    OfferField{"portable",
               [](Offer& offer, std::string_view value) { return set_flag(offer.is_portable, value); }},
    OfferField{"object_name",
               [](Offer& offer, std::string_view value) {
                 offer.object_name = value;
                 return is_storable(value);
               }},
    OfferField{"delta",
               [](Offer& offer, std::string_view value) { return set_number(offer.delta_sequence, value); }},
    OfferField{"object_index",
               [](Offer& offer, std::string_view value) { return set_number(offer.object_index, value); }},
};

/// One number of a description.
struct StatField {
  std::string_view name;
  bool (*set)(os::FileStat& stat, std::string_view value);
  std::int64_t (*get)(const os::FileStat& stat);
};

template <auto Member>
constexpr StatField number_field(std::string_view name) {
  return {name, [](os::FileStat& stat, std::string_view value) { return set_number(stat.*Member, value); },
          [](const os::FileStat& stat) { return static_cast<std::int64_t>(stat.*Member); }};
}
template <auto Member>
constexpr StatField time_field(std::string_view name) {
  return {
      name,
      [](os::FileStat& stat, std::string_view value) { return set_number((stat.*Member).seconds, value); },
      [](const os::FileStat& stat) { return (stat.*Member).seconds; }};
}

using os::FileStat;
constexpr std::array stat_fields{number_field<&FileStat::device>("dev"),
                                 number_field<&FileStat::inode>("ino"),
                                 number_field<&FileStat::mode>("mode"),
                                 number_field<&FileStat::links>("nlink"),
                                 number_field<&FileStat::uid>("uid"),
                                 number_field<&FileStat::gid>("gid"),
                                 number_field<&FileStat::rdev>("rdev"),
                                 number_field<&FileStat::size>("size"),
                                 number_field<&FileStat::block_size>("blksize"),
                                 number_field<&FileStat::blocks>("blocks"),
                                 time_field<&FileStat::access>("atime"),
                                 time_field<&FileStat::modification>("mtime"),
                                 time_field<&FileStat::change>("ctime")};

}  // namespace

void append_message(Buffer& to, std::span<const std::string_view> fields) {
  std::size_t length = 0;
  for (const auto field : fields) length += length_size + field.size();
  to.reserve(to.size() + length_size + length);
  append_length(to, length);
  for (const auto field : fields) {
    append_length(to, field.size());
    append_bytes(to, field);
  }
}

std::optional<std::size_t> message_length(Bytes received) {
  if (received.size() < length_size) return std::nullopt;
  const auto length = load<std::uint32_t>(received.data());
  if (length > largest_message)
    throw Error(ErrorKind::corrupt, "The plugin host sent a message of {} bytes, which is too long", length);
  return length_size + length;
}

Fields parse_message(Bytes message) {
  Fields fields;
  auto left = message.subspan(length_size);
  while (!left.empty()) {
    const auto length = left.size() < length_size ? left.size() : load<std::uint32_t>(left.data());
    if (left.size() < length_size || left.size() - length_size < length)
      throw Error(ErrorKind::corrupt, "The plugin host sent a message that is cut off");
    fields.push_back(as_text(left.subspan(length_size, length)));
    left = left.subspan(length_size + length);
  }
  if (fields.empty()) throw Error(ErrorKind::corrupt, "The plugin host sent an empty message");
  return fields;
}

Expected<Offer, std::string> read_offer(std::span<const std::string_view> fields) {
  Offer offer;
  for (std::size_t i = 0; i < fields.size(); i += 2) {
    const auto field = std::find_if(offer_fields.begin(), offer_fields.end(),
                                    [&](const OfferField& known) { return known.name == fields[i]; });
    if (field == offer_fields.end() || i + 1 == fields.size() || !field->set(offer, fields[i + 1]))
      return unexpected(
          fmt::format("an object whose {} cannot be stored", printable(fields[i].substr(0, 100))));
  }
  if (offer.name.empty()) return unexpected(std::string("an object without a name"));
  if (offer.is_restore_object() && offer.object_name.empty()) offer.object_name = offer.name;
  return offer;
}

Expected<Extras, std::string> read_extras(std::span<const std::string_view> fields) {
  Extras extras;
  while (!fields.empty()) {
    const bool is_acl = fields[0] == "acl" && fields.size() >= 2;
    const bool is_attribute = fields[0] == "xattr" && fields.size() >= 3;
    if (!is_acl && !is_attribute)
      return unexpected(fmt::format("an unknown addition \"{}\"", printable(fields[0].substr(0, 100))));
    if (is_acl) {
      extras.acl = fields[1];
    } else {
      const auto value = as_bytes(fields[2]);
      extras.attributes.push_back({std::string(fields[1]), Buffer(value.begin(), value.end())});
    }
    fields = fields.subspan(is_acl ? 2 : 3);
  }
  return extras;
}

std::optional<NamedFile> read_named_file(std::span<const std::string_view> fields) {
  Offer offer;
  const bool is_good = fields.size() == 3 && set_name(offer, fields[0]) && set_type(offer, fields[1]) &&
                       set_stat(offer, fields[2]);
  if (!is_good) return std::nullopt;
  return NamedFile{std::move(offer.name), {}, offer.type, offer.stat};
}

std::optional<FileSetChange> read_change(std::span<const std::string_view> fields) {
  using Place = FileSetChange::Place;
  struct Word {
    std::string_view text;
    Place place;
  };
  static constexpr std::array words{Word{"own", Place::own}, Word{"before", Place::before},
                                    Word{"behind", Place::behind}, Word{"excluded", Place::excluded}};
  for (const auto& word : words)
    if (!fields.empty() && fields[0] == word.text)
      return FileSetChange{word.place, {fields.begin() + 1, fields.end()}};
  return std::nullopt;
}

std::string describe(const os::FileStat& stat) {
  std::string text;
  for (const auto& field : stat_fields)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", field.name, field.get(stat));
  return text;
}

std::optional<os::FileStat> read_description(std::string_view text) {
  os::FileStat stat;
  for (const auto part : split(text, ' ')) {
    const auto name = part.substr(0, part.find('='));
    const auto field = std::find_if(stat_fields.begin(), stat_fields.end(),
                                    [&](const StatField& known) { return known.name == name; });
    if (field == stat_fields.end() || name.size() == part.size() ||
        !field->set(stat, part.substr(name.size() + 1)))
      return std::nullopt;
  }
  return stat;
}

}  // namespace holdfast::plugins
