// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/reservation.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.h"

namespace holdfast::volumes {
namespace {

using Use = ReservationRequest::Use;

bool is_read_by_job(const std::string& volume, const ReservationRequest& request) {
  return std::find(request.read_volumes.begin(), request.read_volumes.end(), volume) !=
         request.read_volumes.end();
}

/// Why the device cannot be had now, with its code; empty: it can.
std::string obstacle(const StorageDevice& device, const DeviceState& state,
                     const ReservationRequest& request) {
  const auto id = request.job_id.value;
  const auto name = device.print_name();
  const bool is_unmounted =
      state.blocked == Blocked::by_user || state.blocked == Blocked::by_user_while_waiting;
  if (request.use == Use::read) {
    if (is_unmounted)
      return fmt::format("3601 JobId={} device {} is BLOCKED due to user unmount.\n", id, name);
    if (state.is_busy())
      return fmt::format("3602 JobId={} device {} is busy (already reading/writing).\n", id, name);
    return {};
  }
  if (state.readers > 0) return fmt::format("3603 JobId={} device {} is busy reading.\n", id, name);
  if (is_unmounted) return fmt::format("3604 JobId={} device {} is BLOCKED due to user unmount.\n", id, name);
  if (state.writers + state.reserved >= device.settings().max_concurrent_jobs) {
    return fmt::format("3609 JobId={} Max concurrent jobs exceeded on drive {}.\n", id, name);
  }
  if (!state.is_busy()) return {};
  if (state.writers > 0 && is_read_by_job(state.volume, request)) {
    return fmt::format("3605 JobId={} wants free drive but device {} is busy.\n", id, name);
  }
  const auto& pool = state.writers > 0 && !state.pool.empty() ? state.pool : state.reserved_pool;
  if (pool != request.pool || (state.writers > 0 && state.pool_type != request.pool_type)) {
    return fmt::format("3608 JobId={} wants Pool=\"{}\" but have Pool=\"{}\" nreserve={} on drive {}.\n", id,
                       request.pool, pool, state.reserved, name);
  }
  return {};
}

// A release wakes those who wait; this is for what no release announces, such as a volume made appendable.
constexpr std::chrono::seconds retry_after{30};

bool is_suitable(const StorageDevice& device, const ReservationRequest& request) {
  const auto& settings = device.settings();
  return &device != request.own_device && settings.media_type == request.media_type &&
         (request.use == Use::read ? settings.may_read : settings.may_append);
}

}  // namespace

Reservation& Reservation::operator=(Reservation&& other) noexcept {
  if (this != &other) {
    release();
    device_ = std::exchange(other.device_, nullptr);
    volume_ = std::move(other.volume_);
  }
  return *this;
}

void Reservation::want_volume(std::string volume) {
  volume_ = std::move(volume);
  device_->shared_state().with([&](DeviceState& state) { state.reserved_volume = volume_; });
}

void Reservation::release() {
  if (device_ == nullptr) return;
  auto* device = std::exchange(device_, nullptr);
  device->shared_state().with([](DeviceState& state) {
    if (--state.reserved == 0) {
      state.reserved_volume.clear();
      state.reserved_pool.clear();
    }
  });
  device->note_release();
}

void DevicePool::add_group(std::string name, std::vector<StorageDevice*> members) {
  groups_.push_back({std::move(name), std::move(members)});
}

std::vector<StorageDevice*> DevicePool::named(std::string_view name) const {
  for (const auto& group : groups_) {
    if (group.name == name) return group.members;
  }
  for (const auto& device : devices_) {
    if (device->settings().name == name) return {device.get()};
  }
  return {};
}

StorageDevice* DevicePool::find(std::string_view name) const {
  const auto found = named(name);
  return found.empty() ? nullptr : found.front();
}

bool DevicePool::try_device(StorageDevice& device, const ReservationRequest& request, Attempt& attempt) {
  if (!is_suitable(device, request)) return false;
  attempt.is_suitable = true;
  const auto reason = device.shared_state().with([&](DeviceState& state) {
    auto why = obstacle(device, state, request);
    if (why.empty()) {
      ++state.reserved;
      state.reserved_pool = request.pool;
    }
    return why;
  });
  if (!reason.empty()) attempt.reasons.push_back(reason);
  return reason.empty();
}

/// The volume to mount on a device that is idle: none that another device works with.
std::string DevicePool::choose_volume(const StorageDevice& device, const ReservationRequest& request,
                                      VolumeCatalog& catalog) {
  std::vector<std::string> unwanted;
  const auto limit = devices_.size() + devices_.size() / 8 + request.read_volumes.size();
  for (std::size_t i = 0; i < std::max<std::size_t>(limit, 1); ++i) {
    const auto record = catalog.find_media(unwanted);
    if (!record) return {};
    const bool is_elsewhere = std::any_of(devices_.begin(), devices_.end(), [&](const auto& other) {
      if (other.get() == &device) return false;
      const auto state = other->state();
      return state.is_busy() && (state.volume == record->name || state.reserved_volume == record->name);
    });
    if (!is_elsewhere && !is_read_by_job(record->name, request)) return record->name;
    unwanted.push_back(record->name);
  }
  return {};
}

/// A volume that is being written already is the best one, if the catalog still wants it written.
std::optional<Reservation> DevicePool::join_mounted(const ReservationRequest& request,
                                                    const std::vector<StorageDevice*>& devices,
                                                    VolumeCatalog& catalog) {
  for (auto* device : devices) {
    const auto state = device->state();
    if (state.volume.empty() || state.writers == 0 || is_read_by_job(state.volume, request)) continue;
    if (!catalog.get_volume(state.volume, VolumeCatalog::Purpose::append)) continue;
    Attempt attempt;
    if (try_device(*device, request, attempt)) return Reservation(*device);
  }
  return std::nullopt;
}

DevicePool::Attempt DevicePool::try_all(const ReservationRequest& request, VolumeCatalog& catalog) {
  const std::lock_guard one_at_a_time(searching_);
  std::vector<StorageDevice*> candidates;
  for (const auto& name : request.devices) {
    for (auto* device : named(name)) {
      const auto& settings = device->settings();
      if (settings.auto_select || settings.name == name) candidates.push_back(device);
    }
  }
  Attempt attempt;
  if (request.use == Use::append) {
    attempt.reservation = join_mounted(request, candidates, catalog);
    if (attempt.reservation) return attempt;
  }
  for (auto* device : candidates) {
    if (!try_device(*device, request, attempt)) continue;
    attempt.reservation.emplace(*device);
    if (request.use == Use::append && device->state().writers == 0) {
      attempt.reservation->want_volume(choose_volume(*device, request, catalog));
    }
    break;
  }
  return attempt;
}

std::optional<Reservation> DevicePool::reserve(const ReservationRequest& request, VolumeCatalog& catalog,
                                               const std::function<void()>& waiting, std::stop_token stop) {
  while (true) {
    const auto seen = changes_.read([](const auto& changes) { return changes; });
    auto attempt = try_all(request, catalog);
    note_waiting(request.job_id, attempt.reasons);
    if (attempt.reservation) {
      note_waiting(request.job_id, {});
      return std::move(attempt.reservation);
    }
    waiting();
    if (!attempt.is_suitable) return std::nullopt;
    changes_.wait_for(
        stop, retry_after, [&](const auto& changes) { return changes != seen; }, [](auto&) {});
    if (stop.stop_requested()) {
      note_waiting(request.job_id, {});
      throw Error(ErrorKind::cancelled, "cancelled while waiting for a device");
    }
  }
}

void DevicePool::add(std::unique_ptr<StorageDevice> device) {
  device->on_release([this] { changes_.with([](auto& changes) { ++changes; }); });
  devices_.push_back(std::move(device));
}

void DevicePool::note_waiting(JobId job, std::vector<std::string> reasons) {
  waiting_.with([&](auto& jobs) {
    jobs.erase(job);
    if (!reasons.empty()) jobs[job] = std::move(reasons);
  });
}

std::vector<std::string> DevicePool::waiting_reasons() const {
  std::vector<std::string> lines;
  waiting_.read([&](const auto& jobs) {
    for (const auto& [id, reasons] : jobs) lines.insert(lines.end(), reasons.begin(), reasons.end());
  });
  return lines;
}

}  // namespace holdfast::volumes
