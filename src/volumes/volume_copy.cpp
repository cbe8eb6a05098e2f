// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/volume_copy.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "crypto/crc32.h"
#include "volumes/volume_label.h"

namespace holdfast::volumes {

using device::Device;
using format::LabelType;

void CopyTarget::open() { open_next(); }

void CopyTarget::open_next() {
  if (next_ == volumes_.size())
    throw Error(ErrorKind::no_space,
                "Write of last block failed.\nThe last of the volumes to copy to is full.");
  const auto& name = volumes_[next_++];
  medium_ = drive_.open(name, device::Drive::Access::append);
  const auto found = read_label(*medium_);
  if (const auto* none = std::get_if<NoLabel>(&found))
    throw Error(ErrorKind::invalid, "Volume \"{}\" cannot be copied to: {}; label it first.", name,
                none->why);
  if (const auto& label = std::get<FoundLabel>(found).label; label.volume != name)
    throw Error(ErrorKind::invalid, "Wrong Volume mounted: Wanted {} have {}", name, printable(label.volume));
  medium_->set_block_sizes(settings_.sizes);
  medium_->seek_to_end();
  since_mark_ = 0;
  tell_(fmt::format("Ready to append to end of Volume \"{}\".\n", name));
}

void CopyTarget::write_mark() {
  if (since_mark_ == 0) return;
  medium_->write_filemark();
  since_mark_ = 0;
}

void CopyTarget::write(Bytes block) {
  if (since_mark_ + block.size() > settings_.max_file_size) write_mark();
  for (bool is_new = false; medium_->write_block(block) == Device::Written::end_of_medium; is_new = true) {
    if (is_new)
      throw Error(ErrorKind::no_space, "a block of {} bytes does not fit on an empty volume", block.size());
    tell_(fmt::format("Volume \"{}\" is full.\n", volumes_[next_ - 1]));
    close();
    open_next();
  }
  since_mark_ += block.size();
}

void CopyTarget::close() {
  if (!medium_) return;
  write_mark();
  medium_->flush();
  medium_.reset();
}

format::BlockBuilder& VolumeCopy::builder_of(VolumeSession session) {
  auto& builder = builders_[session];
  if (!builder) builder = std::make_unique<format::BlockBuilder>(session, target_.max_block_size());
  return *builder;
}

void VolumeCopy::write(format::BlockBuilder& builder) {
  auto block = builder.take_block(crypto::crc32, std::move(spare_));
  target_.write(block.bytes);
  spare_ = std::move(block.bytes);
}

void VolumeCopy::put(format::BlockBuilder& builder, std::int32_t file_index, std::int32_t stream,
                     Bytes payload) {
  format::BlockBuilder::Outgoing record{.file_index = file_index, .stream = stream, .left = payload};
  while (!builder.add(record)) write(builder);
  ++records_;
}

void VolumeCopy::record(const format::Record& record, const Block&) {
  put(builder_of(record.session), record.file_index, record.stream, record.payload);
}

void VolumeCopy::label(const format::Record& record, const Block&) {
  switch (record.label_type()) {
    case LabelType::pre_label:
      throw Error(ErrorKind::invalid, "Volume is prelabeled. This volume cannot be copied.");
    case LabelType::volume: return tell_("Volume label not copied.\n");
    case LabelType::end_of_medium: return tell_("EOM label not copied.\n");
    case LabelType::end_of_tape: return tell_("EOT label not copied.\n");
    case LabelType::session_start:
    case LabelType::session_end: return session_label(record);
  }
}

void VolumeCopy::session_label(const format::Record& record) {
  if (is_wanted_ && !is_wanted_(record.session)) return;
  auto& builder = builder_of(record.session);
  // A session label is never split.
  if (!builder.has_room_for(record.payload.size())) write(builder);
  put(builder, record.file_index, record.stream, record.payload);
  if (record.label_type() == LabelType::session_start) {
    ++jobs_;
    return;
  }
  write(builder);
  builders_.erase(record.session);
}

void VolumeCopy::finish() {
  for (auto& [session, builder] : builders_)
    if (!builder->is_empty()) write(*builder);
  builders_.clear();
  target_.close();
}

}  // namespace holdfast::volumes
