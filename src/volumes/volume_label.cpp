// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/volume_label.h"

#include <fmt/core.h>

#include "base/text.h"
#include "crypto/crc32.h"
#include "format/block_builder.h"

namespace holdfast::volumes {
namespace {

NoLabel unreadable(const format::LabelFault& fault) {
  switch (fault.kind) {
    case format::LabelFault::Kind::wrong_id:
      return {fmt::format("Volume Header Id bad: {}", printable(fault.found))};
    case format::LabelFault::Kind::wrong_version:
      return {fmt::format("Volume has wrong Bareos version. Wanted {} got {}", format::label_version,
                          fault.found)};
    case format::LabelFault::Kind::cut_short: break;
  }
  return {"Could not UnSerialize Volume label: it is cut short"};
}

bool is_volume_label(const format::RecordPiece& piece) {
  const auto type = static_cast<format::LabelType>(piece.header.file_index);
  return type == format::LabelType::volume || type == format::LabelType::pre_label;
}

}  // namespace

std::variant<FoundLabel, NoLabel> read_label(device::Device& medium) {
  medium.seek(0);
  Buffer buffer(format::default_label_block_size);
  auto outcome = medium.read_block(buffer);
  // The mark behind ANSI or IBM labels.
  if (std::holds_alternative<device::Filemark>(outcome)) outcome = medium.read_block(buffer);
  if (std::holds_alternative<device::EndOfData>(outcome)) return NoLabel{"the volume is empty", true};
  const auto* read = std::get_if<device::BlockRead>(&outcome);
  if (read == nullptr) return NoLabel{"Could not read Volume label from block."};
  const auto block = Bytes(buffer).first(read->length);
  const auto header = format::parse_block_header(block);
  if (!header || crypto::crc32(format::checksummed_part(block)) != header->checksum) {
    return NoLabel{"Block checksum mismatch in the label"};
  }
  format::RecordCursor cursor(block);
  const auto piece = cursor.next();
  if (!piece || !is_volume_label(*piece)) return NoLabel{"Could not read Volume label from block."};
  auto label = format::parse_volume_label(piece->data);
  if (!label) return unreadable(label.error());
  return FoundLabel{std::move(*label), header->session, read->length, read->address};
}

std::optional<std::size_t> write_label(device::Device& medium, const format::VolumeLabel& label,
                                       VolumeSession session, AfterLabel after, std::uint64_t address) {
  const auto payload = format::encode(label);
  const format::RecordHeader header{.file_index = static_cast<std::int32_t>(format::LabelType::volume),
                                    .length = static_cast<std::uint32_t>(payload.size())};
  const auto block = format::build_single_record_block(session, header, payload, crypto::crc32);
  if (address == 0)
    medium.truncate(0);
  else
    medium.seek(address);  // what is written there drops the rest of a tape
  using Written = device::Device::Written;
  if (medium.write_block(block) == Written::end_of_medium) return std::nullopt;
  if (after == AfterLabel::filemark && medium.write_filemark() == Written::end_of_medium) return std::nullopt;
  medium.flush();
  return block.size();
}

format::VolumeLabel new_label(const LabelStamp& stamp, const Clock& clock, std::string volume,
                              std::string pool, std::string media_type) {
  return {.labelled = clock.now(),
          .written = clock.now(),
          .volume = std::move(volume),
          .previous_volume = {},
          .pool = std::move(pool),
          .media_type = std::move(media_type),
          .host = stamp.host,
          .program = stamp.program,
          .version = stamp.version,
          .build = stamp.build};
}

}  // namespace holdfast::volumes
