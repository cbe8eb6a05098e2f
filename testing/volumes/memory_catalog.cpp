// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/volumes/memory_catalog.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.h"

namespace holdfast::testing_support {

using volumes::VolumeRecord;

void MemoryCatalog::note(std::string what) { trace_.push_back(std::move(what)); }

std::optional<VolumeRecord> MemoryCatalog::find_media(const std::vector<std::string>& unwanted) {
  const std::lock_guard lock(mutex_);
  note("find");
  for (const auto& record : records_) {
    const bool usable =
        record.status == "Append" || record.status == "Unlabeled" || record.status == "Recycle";
    if (usable && std::find(unwanted.begin(), unwanted.end(), record.name) == unwanted.end()) return record;
  }
  if (records_.size() >= max_volumes_) return std::nullopt;
  return make_volume();
}

VolumeRecord MemoryCatalog::add_volume() {
  const std::lock_guard lock(mutex_);
  return make_volume();
}

VolumeRecord& MemoryCatalog::make_volume() {
  const auto number = records_.size() + 1;
  VolumeRecord record;
  record.name = fmt::format("V-{:04}", number);
  record.media_id = MediaId(number);
  record.max_bytes = max_bytes_;
  record.status = "Unlabeled";
  if (has_slots_) {
    record.slot = static_cast<std::int32_t>(number);
    record.in_changer = true;
  }
  return records_.emplace_back(std::move(record));
}

std::string MemoryCatalog::status_of(MediaId volume) const {
  const std::lock_guard lock(mutex_);
  return records_.at(volume.value - 1).status;
}

std::optional<MediaId> MemoryCatalog::recycle_one(std::size_t choice,
                                                  const std::function<bool(MediaId)>& may_be) {
  const std::lock_guard lock(mutex_);
  if (records_.empty()) return std::nullopt;
  auto& record = records_[choice % records_.size()];
  if ((record.status != "Full" && record.status != "Append") || !may_be(record.media_id)) return std::nullopt;
  record.status = "Recycle";
  record.bytes = 1;
  record.jobs = record.files = record.blocks = record.errors = 0;
  return record.media_id;
}

VolumeRecord& MemoryCatalog::record(std::string_view name) {
  const auto found =
      std::find_if(records_.begin(), records_.end(), [&](const auto& r) { return r.name == name; });
  if (found == records_.end()) throw Error(ErrorKind::not_found, "no volume {}", name);
  return *found;
}

VolumeRecord MemoryCatalog::copy_of(std::string_view name) {
  const std::lock_guard lock(mutex_);
  return record(name);
}

Expected<VolumeRecord, std::string> MemoryCatalog::get_volume(std::string_view name, Purpose purpose) {
  const std::lock_guard lock(mutex_);
  note(fmt::format("get {} {}", name, purpose == Purpose::append ? "append" : "read"));
  const auto& found = record(name);
  if (purpose == Purpose::append && (found.status == "Full" || found.status == "Error")) {
    return unexpected(fmt::format("1998 Volume \"{}\" catalog status is {}", name, found.status));
  }
  return found;
}

VolumeRecord MemoryCatalog::update_media(const VolumeRecord& changed, Relabelled relabelled, std::int64_t) {
  const std::lock_guard lock(mutex_);
  note(fmt::format("update {} {}{}", changed.name, changed.status,
                   relabelled == Relabelled::yes ? " relabel" : ""));
  auto& stored = record(changed.name);
  stored = changed;
  return stored;
}

void MemoryCatalog::create_job_media(MediaId volume, const volumes::JobMedia& range) {
  const std::lock_guard lock(mutex_);
  note(fmt::format("media {}-{}", range.first_index, range.last_index));
  if (range.first_index != 0) job_media_.push_back({volume, range});
}

std::vector<StoredJobMedia> MemoryCatalog::job_media() const {
  const std::lock_guard lock(mutex_);
  return job_media_;
}

std::vector<std::string> MemoryCatalog::trace() const {
  const std::lock_guard lock(mutex_);
  return trace_;
}

void MemoryCatalog::clear_trace() {
  const std::lock_guard lock(mutex_);
  trace_.clear();
}

void MemoryLog::message(MessageType type, const std::string& text) {
  const std::lock_guard lock(mutex_);
  text_ += message_prefix(type);
  text_ += text;
}

std::string MemoryLog::text() const {
  const std::lock_guard lock(mutex_);
  return text_;
}

void MemoryAttributes::attributes(std::vector<volumes::CatalogRecord> batch) {
  std::move(batch.begin(), batch.end(), std::back_inserter(all));
}

}  // namespace holdfast::testing_support
