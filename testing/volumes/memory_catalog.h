// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "volumes/append_session.h"
#include "volumes/volume_catalog.h"

namespace holdfast::testing_support {

struct StoredJobMedia {
  MediaId media;
  volumes::JobMedia range;
};

/// What a catalog holds after a job, with a pool of volumes that makes a new one when none is left.
class MemoryCatalog final : public volumes::VolumeCatalog {
 public:
  std::optional<volumes::VolumeRecord> find_media(const std::vector<std::string>& unwanted) override;
  Expected<volumes::VolumeRecord, std::string> get_volume(std::string_view name, Purpose purpose) override;
  volumes::VolumeRecord update_media(const volumes::VolumeRecord& record, Relabelled relabelled,
                                     std::int64_t first_written) override;
  void create_job_media(MediaId volume, const volumes::JobMedia& range) override;

  /// Of volumes made from now on.
  void set_max_bytes(std::uint64_t bytes) { max_bytes_ = bytes; }
  void set_max_volumes(std::size_t count) { max_volumes_ = count; }
  /// Volumes made from now on are in the slot of their number.
  void use_slots() { has_slots_ = true; }
  std::vector<volumes::VolumeRecord>& records() { return records_; }
  /// One more, unlabelled.
  volumes::VolumeRecord add_volume();
  std::string status_of(MediaId volume) const;
  /// Lets one of the volumes that may be recycled begin anew; nothing where there is none.
  std::optional<MediaId> recycle_one(std::size_t choice, const std::function<bool(MediaId)>& may_be);
  volumes::VolumeRecord& record(std::string_view name);
  /// While other threads use the catalog.
  volumes::VolumeRecord copy_of(std::string_view name);
  /// Without the placeholders.
  std::vector<StoredJobMedia> job_media() const;
  /// "find", "get V-0001 append", "update V-0001 Append relabel", "media 1-3", in order.
  std::vector<std::string> trace() const;
  void clear_trace();

 private:
  void note(std::string what);
  volumes::VolumeRecord& make_volume();

  mutable std::mutex mutex_;
  std::vector<volumes::VolumeRecord> records_;
  std::vector<StoredJobMedia> job_media_;
  std::vector<std::string> trace_;
  std::uint64_t max_bytes_ = 0;
  std::size_t max_volumes_ = 100;
  bool has_slots_ = false;
};

class MemoryLog final : public volumes::JobLog {
 public:
  void message(MessageType type, const std::string& text) override;
  void status(JobStatus) override {}
  std::string text() const;

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

/// Keeps what was passed on.
class MemoryAttributes final : public volumes::AttributeSink {
 public:
  void attributes(std::vector<volumes::CatalogRecord> batch) override;
  std::vector<volumes::CatalogRecord> all;
};

}  // namespace holdfast::testing_support
