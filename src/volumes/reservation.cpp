// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/reservation.h"

#include <fmt/core.h>

#include <algorithm>

#include "volumes/device_search.h"

namespace holdfast::volumes {
namespace {

using Use = ReservationRequest::Use;

// A release wakes those who wait; this is for what no release announces, such as a volume made appendable.
constexpr std::chrono::seconds retry_after{30};

constexpr std::chrono::minutes first_repeat{10};
constexpr std::chrono::hours last_repeat{24};

}  // namespace

Reservation::Reservation(Reservation&& other) noexcept
    : device_(std::exchange(other.device_, nullptr)),
      use_(other.use_),
      job_(std::move(other.job_)),
      claim_(std::move(other.claim_)) {}

Reservation& Reservation::operator=(Reservation&& other) noexcept {
  if (this != &other) {
    release();
    device_ = std::exchange(other.device_, nullptr);
    use_ = other.use_;
    job_ = std::move(other.job_);
    claim_ = std::move(other.claim_);
  }
  return *this;
}

void Reservation::want_volume(VolumeClaim claim) {
  claim_ = std::move(claim);
  device_->shared_state().with([&](DeviceState& state) { state.reserved_volume = claim_.volume(); });
}

StorageDevice* Reservation::drop(Told told) {
  if (device_ == nullptr) return nullptr;
  auto* device = std::exchange(device_, nullptr);
  device->shared_state().with([&](DeviceState& state) {
    if (use_ == Use::append) --state.reserved_to_append;
    state.forget_job(job_);
    if (--state.reserved == 0) {
      state.reserved_volume.clear();
      state.reserved_pool.clear();
    }
  });
  told == Told::yes ? claim_.release() : claim_.undo();
  return device;
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

DevicePool::DevicePool() {
  claims_.on_release([this] { note_change(nullptr); });
}

/// Those who wait for a device look again, and so do those who wait for a volume, which may be free now.
void DevicePool::note_change(const StorageDevice* origin) {
  changes_.with([](auto& changes) { ++changes; });
  for (const auto& device : devices_) {
    if (device.get() != origin) device->shared_state().with([](DeviceState& state) { ++state.nudges; });
  }
}

void DevicePool::add(std::unique_ptr<StorageDevice> device) {
  device->on_release([this, origin = device.get()] { note_change(origin); });
  device->join(claims_, waiting_);
  devices_.push_back(std::move(device));
}

std::vector<DeviceCandidate> DevicePool::candidates(const ReservationRequest& request) const {
  std::vector<DeviceCandidate> found;
  const auto add = [&](StorageDevice* device, bool is_of_changer) {
    const auto is_same = [&](const DeviceCandidate& other) { return other.device == device; };
    if (std::none_of(found.begin(), found.end(), is_same)) found.push_back({device, is_of_changer});
  };
  for (const auto& name : request.devices) {
    for (const auto& group : groups_) {
      if (group.name != name) continue;
      for (auto* device : group.members) {
        if (device->is_auto_selected()) add(device, true);
      }
    }
    for (const auto& device : devices_) {
      if (device->settings().name == name) add(device.get(), false);
    }
  }
  if (is_by_media_type_) {
    for (const auto& device : devices_) add(device.get(), false);
  }
  return found;
}

struct DevicePool::Attempt {
  std::optional<Reservation> reservation;
  std::vector<std::string> reasons;
  std::vector<const StorageDevice*> suitable;
};

DevicePool::Attempt DevicePool::try_all(const ReservationRequest& request, VolumeCatalog& catalog) {
  const std::lock_guard one_at_a_time(searching_);
  DeviceSearch search(request, candidates(request), devices_.size(), catalog, claims_);
  auto reservation = search.run();
  return {std::move(reservation), search.reasons(), search.suitable()};
}

/// Tells a job why it waits: at once, and again after pauses that grow.
class DevicePool::Narrator {
 public:
  Narrator(const ReservationRequest& request, const ReservationWait& wait) : request_(request), wait_(wait) {}

  void tell(const std::vector<std::string>& reasons) {
    if (wait_.log == nullptr || wait_.clock == nullptr) return;
    if (next_ && wait_.clock->instant() < *next_) return;
    std::string text = fmt::format("Job {} waits for a device:\n", request_.job);
    for (const auto& reason : reasons) text += "    " + reason;
    wait_.log->message(MessageType::mount, text);
    next_ = wait_.clock->instant() + pause_;
    pause_ = std::min<std::chrono::minutes>(pause_ * 2, last_repeat);
  }

 private:
  const ReservationRequest& request_;
  const ReservationWait& wait_;
  std::optional<Instant> next_;
  std::chrono::minutes pause_ = first_repeat;
};

std::optional<Reservation> DevicePool::reserve(const ReservationRequest& request, VolumeCatalog& catalog,
                                               const ReservationWait& wait, std::stop_token stop) {
  WaitingJobs::Place place(waiting_);
  Narrator narrator(request, wait);
  while (true) {
    const auto seen = changes_.read([](const auto& changes) { return changes; });
    auto attempt = try_all(request, catalog);
    if (attempt.reservation) return std::move(attempt.reservation);
    wait.heartbeat();
    if (attempt.suitable.empty()) return std::nullopt;
    if (place.note({request.job, attempt.reasons, attempt.suitable}) == WaitingJobs::Outlook::deadlock) {
      throw DeviceDeadlock(fmt::format(
          "Job {} cannot get a device: all that it could use are held by jobs that wait for what it holds. "
          "Add a Device, or let these jobs run one after the other.",
          request.job));
    }
    narrator.tell(attempt.reasons);
    changes_.wait_for(
        stop, retry_after, [&](const auto& changes) { return changes != seen; }, [](auto&) {});
    if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "cancelled while waiting for a device");
  }
}

}  // namespace holdfast::volumes
