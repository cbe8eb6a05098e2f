// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/device_search.h"

#include <fmt/core.h>

#include <algorithm>

namespace holdfast::volumes {
namespace {

using Use = ReservationRequest::Use;

bool is_unmounted(const DeviceState& state) {
  return state.blocked == Blocked::by_user || state.blocked == Blocked::by_user_while_waiting;
}

}  // namespace

void DeviceSearch::note(std::string reason) {
  if (std::find(reasons_.begin(), reasons_.end(), reason) == reasons_.end())
    reasons_.push_back(std::move(reason));
}

bool DeviceSearch::is_read_by_job(const std::string& volume) const {
  const auto& read = request_.read_volumes;
  return std::find(read.begin(), read.end(), volume) != read.end();
}

bool DeviceSearch::is_suitable(const StorageDevice& device) const {
  const auto& settings = device.settings();
  return &device != request_.own_device && settings.media_type == request_.media_type &&
         (request_.use == Use::read ? settings.may_read : settings.may_append);
}

std::vector<const StorageDevice*> DeviceSearch::suitable() const {
  std::vector<const StorageDevice*> devices;
  for (const auto& candidate : candidates_) {
    if (is_suitable(*candidate.device)) devices.push_back(candidate.device);
  }
  return devices;
}

/// Why the device cannot be had now, with its code; empty: it can.
std::string DeviceSearch::obstacle(const StorageDevice& device, const DeviceState& state,
                                   const Pass& pass) const {
  if (request_.use == Use::append) return obstacle_to_append(device, state, pass);
  const auto id = request_.job_id.value;
  if (is_unmounted(state))
    return fmt::format("3601 JobId={} device {} is BLOCKED due to user unmount.\n", id, device.print_name());
  // The volumes of a directory can be read side by side.
  const bool may_share = request_.may_share_reading && state.writers == 0 && state.reserved_to_append == 0 &&
                         device.media_kind() == device::Drive::Media::named;
  if (state.is_busy() && !may_share)
    return fmt::format("3602 JobId={} device {} is busy (already reading/writing).\n", id,
                       device.print_name());
  return {};
}

std::string DeviceSearch::obstacle_to_append(const StorageDevice& device, const DeviceState& state,
                                             const Pass& pass) const {
  const auto id = request_.job_id.value;
  const auto name = device.print_name();
  if (state.readers > 0 || state.reserved > state.reserved_to_append)
    return fmt::format("3603 JobId={} device {} is busy reading.\n", id, name);
  if (is_unmounted(state))
    return fmt::format("3604 JobId={} device {} is BLOCKED due to user unmount.\n", id, name);
  if (state.writers + state.reserved >= device.settings().max_concurrent_jobs)
    return fmt::format("3609 JobId={} Max concurrent jobs exceeded on drive {}.\n", id, name);
  const bool is_of_the_job = state.writers > 0 && is_read_by_job(state.volume);
  if ((pass.wants_free && state.is_busy()) || is_of_the_job)
    return fmt::format("3605 JobId={} wants free drive but device {} is busy.\n", id, name);
  if (pass.wants_mounted && state.volume.empty() && state.reserved_volume.empty() &&
      device.media_kind() == device::Drive::Media::loaded)
    return fmt::format("3606 JobId={} prefers mounted drives, but drive {} has no Volume.\n", id, name);
  if (!state.is_busy()) return {};
  const auto& pool = state.writers > 0 && !state.pool.empty() ? state.pool : state.reserved_pool;
  if (pool == request_.pool && (state.writers == 0 || state.pool_type == request_.pool_type)) return {};
  return fmt::format("3608 JobId={} wants Pool=\"{}\" but have Pool=\"{}\" nreserve={} on drive {}.\n", id,
                     request_.pool, pool, state.reserved, name);
}

std::optional<Reservation> DeviceSearch::try_device(StorageDevice& device, const Pass& pass) {
  if (!is_suitable(device)) return std::nullopt;
  auto why_not = device.shared_state().with([&](DeviceState& state) {
    auto why = obstacle(device, state, pass);
    if (!why.empty()) return why;
    ++state.reserved;
    if (request_.use == Use::append) ++state.reserved_to_append;
    state.reserved_pool = request_.pool;
    if (!request_.job.empty()) state.jobs.insert(request_.job);
    return why;
  });
  if (!why_not.empty()) {
    note(std::move(why_not));
    return std::nullopt;
  }
  return Reservation(device, request_.use, request_.job);
}

/// Finds the volume to mount on a device that is idle: none that another device works with. Gives the device back where
/// only such are left: the job waits for them better without it.
std::optional<Reservation> DeviceSearch::with_volume(Reservation reservation) {
  auto& device = reservation.device();
  if (request_.use == Use::read) return reservation;
  const auto state = device.state();
  const unsigned others = state.reserved - 1;
  const auto& shared = state.writers > 0 && !state.volume.empty() ? state.volume : state.reserved_volume;
  if (state.writers + others > 0 && !shared.empty()) return share(std::move(reservation), shared, others);
  if (state.writers > 0) return reservation;
  std::vector<std::string> unwanted;
  std::string in_use;
  const auto limit = std::max<std::size_t>(1, all_devices_ + all_devices_ / 8 + request_.read_volumes.size());
  for (std::size_t i = 0; i < limit; ++i) {
    const auto record = catalog_.find_media(unwanted);
    if (!record) break;
    if (!is_read_by_job(record->name)) {
      if (auto claim = claims_.take(record->name, device, VolumeClaim::Use::append)) {
        reservation.want_volume(std::move(*claim));
        return reservation;
      }
      in_use = record->name;
    }
    unwanted.push_back(record->name);
  }
  if (in_use.empty()) return reservation;
  reservation.undo();
  note(fmt::format("3607 JobId={} wants Vol=\"{}\" drive has Vol=\"{}\" on drive {}.\n",
                   request_.job_id.value, in_use, device.state().volume, device.print_name()));
  return std::nullopt;
}

std::optional<Reservation> DeviceSearch::run_pass(const Pass& pass) {
  for (const auto& candidate : candidates_) {
    if (pass.changers_only && !candidate.is_of_changer) continue;
    if (auto taken = try_device(*candidate.device, pass)) {
      if (auto reservation = with_volume(std::move(*taken))) return reservation;
    }
  }
  return std::nullopt;
}

/// With other jobs that write the volume, or will. Gives the device back where the catalog wants no further job on it: they
/// are not disturbed, and this one waits, or finds another device.
std::optional<Reservation> DeviceSearch::share(Reservation reservation, const std::string& volume,
                                               unsigned reserved) {
  auto& device = reservation.device();
  if (is_read_by_job(volume)) {
    note(fmt::format("3605 JobId={} wants free drive but device {} is busy.\n", request_.job_id.value,
                     device.print_name()));
  } else if (const auto record = catalog_.get_volume(volume, VolumeCatalog::Purpose::append); !record) {
    note(record.error());
  } else if (!is_full(*record, device, reserved)) {
    if (auto claim = claims_.take(volume, device, VolumeClaim::Use::append)) {
      reservation.want_volume(std::move(*claim));
      return reservation;
    }
  }
  reservation.undo();
  return std::nullopt;
}

/// `reserved`: by jobs that will count on it.
bool DeviceSearch::is_full(const VolumeRecord& record, const StorageDevice& device, unsigned reserved) {
  const auto jobs = record.jobs + reserved;
  if (record.max_jobs == 0 || jobs < record.max_jobs || record.status == "Recycle") return false;
  note(fmt::format("3610 JobId={} Volume max jobs exceeded on drive {}.\n", request_.job_id.value,
                   device.print_name()));
  return true;
}

/// A volume that is being written already is the best one, if the catalog still wants it written.
std::optional<Reservation> DeviceSearch::join_mounted() {
  for (const auto& candidate : candidates_) {
    auto& device = *candidate.device;
    const auto state = device.state();
    const bool is_written = state.writers > 0;
    const bool is_idle_and_mounted = !state.is_busy() && state.is_appending;
    if (!is_suitable(device) || state.volume.empty() || is_read_by_job(state.volume)) continue;
    if (!is_written && !is_idle_and_mounted) continue;
    const auto record = catalog_.get_volume(state.volume, VolumeCatalog::Purpose::append);
    if (!record || is_full(*record, device, state.reserved)) continue;
    auto reservation = try_device(device, {});
    if (!reservation) continue;
    auto claim = claims_.take(state.volume, device, VolumeClaim::Use::append);
    if (!claim) {
      reservation->undo();
      continue;
    }
    reservation->want_volume(std::move(*claim));
    return reservation;
  }
  return std::nullopt;
}

std::optional<Reservation> DeviceSearch::take_least_used() {
  auto by_use = candidates_;
  std::stable_sort(by_use.begin(), by_use.end(), [](const auto& a, const auto& b) {
    const auto use = [](const DeviceCandidate& candidate) {
      const auto state = candidate.device->state();
      return state.writers + state.reserved;
    };
    return use(a) < use(b);
  });
  candidates_.swap(by_use);
  auto found = run_pass({});
  candidates_.swap(by_use);
  return found;
}

std::optional<Reservation> DeviceSearch::run() {
  if (request_.use == Use::read) return run_pass({});
  if (!request_.prefers_mounted_volumes) {
    if (auto found = run_pass({.wants_free = true, .changers_only = true})) return found;
    if (auto found = run_pass({.wants_free = true})) return found;
    return take_least_used();
  }
  if (auto found = join_mounted()) return found;
  if (auto found = run_pass({.wants_mounted = true})) return found;
  return run_pass({});
}

}  // namespace holdfast::volumes
