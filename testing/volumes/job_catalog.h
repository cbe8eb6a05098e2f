// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <set>
#include <vector>

#include "base/guarded.h"
#include "testing/volumes/memory_catalog.h"

namespace holdfast::testing_support {

/// A catalog that several jobs share, as one of them sees it. Any thread.
class JobCatalog final : public volumes::VolumeCatalog {
 public:
  explicit JobCatalog(MemoryCatalog& shared) : shared_(shared) {}

  std::optional<volumes::VolumeRecord> find_media(const std::vector<std::string>& unwanted) override {
    return shared_.find_media(unwanted);
  }
  Expected<volumes::VolumeRecord, std::string> get_volume(std::string_view name, Purpose purpose) override {
    return shared_.get_volume(name, purpose);
  }
  volumes::VolumeRecord update_media(const volumes::VolumeRecord& record, Relabelled relabelled,
                                     std::int64_t first_written) override {
    return shared_.update_media(record, relabelled, first_written);
  }
  void create_job_media(MediaId volume, const volumes::JobMedia& range) override {
    shared_.create_job_media(volume, range);
    state_.with([&](State& state) {
      state.touched.insert(volume);
      if (range.first_index != 0) state.stored.push_back({volume, range});
    });
  }

  /// Without the placeholders.
  std::vector<StoredJobMedia> stored() const {
    return state_.read([](const State& state) { return state.stored; });
  }
  /// Placeholders count.
  bool has_touched(MediaId volume) const {
    return state_.read([&](const State& state) { return state.touched.contains(volume); });
  }

 private:
  struct State {
    std::set<MediaId> touched;
    std::vector<StoredJobMedia> stored;
  };
  MemoryCatalog& shared_;
  Guarded<State> state_;
};

}  // namespace holdfast::testing_support
