// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/operator_wait.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.h"

namespace holdfast::volumes {
namespace {

constexpr unsigned most_requests = 9;

std::chrono::hours repeat_after(unsigned requests) {
  return std::min(std::chrono::hours(1U << std::min(requests, 5U)), std::chrono::hours(24));
}

/// The device shows as blocked for as long as a job waits.
class Blocking {
 public:
  Blocking(StorageDevice& device, const WantedMedium& wanted) : device_(device) {
    seen_ = device.shared_state().with([&](DeviceState& state) {
      ++state.waiting;
      state.blocked = wanted.volume.empty() ? Blocked::waiting_for_volume : Blocked::waiting_for_mount;
      state.wanted_volume = wanted.volume;
      state.wanted_pool = wanted.pool;
      return state.wakeups;
    });
  }
  ~Blocking() {
    device_.shared_state().with([](DeviceState& state) {
      if (--state.waiting == 0) state.blocked = Blocked::no;
    });
  }
  Blocking(const Blocking&) = delete;
  Blocking& operator=(const Blocking&) = delete;

  /// False: nobody woke it before `until`, or the job was cancelled.
  bool is_woken_before(Instant until, const Clock& clock, const std::stop_token& stop) {
    const auto left = std::max(until - clock.instant(), Instant::duration::zero());
    return device_.shared_state().wait_for(
        stop, left, [this](const DeviceState& state) { return state.wakeups != seen_; }, [](DeviceState&) {});
  }
  /// The operator took the medium out: there is nothing to poll until it is mounted again.
  bool is_unmounted() const { return device_.state().blocked == Blocked::by_user_while_waiting; }

 private:
  StorageDevice& device_;
  std::uint64_t seen_ = 0;
};

}  // namespace

std::string OperatorWait::request(const WantedMedium& wanted) const {
  const auto where = fmt::format("    Storage:      {}\n    Pool:         {}\n    Media type:   {}\n",
                                 device_.print_name(), wanted.pool, wanted.media_type);
  if (wanted.volume.empty()) {
    return fmt::format(
        "Job {} is waiting. Cannot find any appendable volumes.\nPlease use the \"label\" command to create "
        "a "
        "new Volume for:\n{}",
        job_, where);
  }
  const auto what =
      wanted.use == WantedMedium::Use::read
          ? fmt::format("Please mount read Volume \"{}\" for:\n", wanted.volume)
          : fmt::format("Please mount append Volume \"{}\" or label a new one for:\n", wanted.volume);
  return fmt::format("{}    Job:          {}\n{}", what, job_, where);
}

void OperatorWait::ask(const WantedMedium& wanted) {
  if (asked_ >= most_requests) {
    throw Error(ErrorKind::timeout, "Max time exceeded waiting to mount Storage Device {} for Job {}",
                device_.print_name(), job_);
  }
  log_.message(MessageType::mount, request(wanted));
  ask_again_ = clock_.instant() + repeat_after(asked_++);
}

/// True: the operator did something; false: it is time to try again.
bool OperatorWait::sleep(const WantedMedium& wanted) {
  Blocking blocking(device_, wanted);
  while (true) {
    if (!ask_again_ || clock_.instant() >= *ask_again_) ask(wanted);
    const auto poll_at = clock_.instant() + device_.settings().poll_interval;
    if (blocking.is_woken_before(std::min(poll_at, *ask_again_), clock_, stop_)) return true;
    if (stop_.stop_requested()) {
      throw Error(ErrorKind::cancelled, "Job {} canceled while waiting for mount on Storage Device \"{}\".",
                  job_, device_.print_name());
    }
    if (!blocking.is_unmounted() && clock_.instant() >= poll_at) return false;
  }
}

OperatorWait::Woken OperatorWait::wait(StorageDevice::Turn& turn, const WantedMedium& wanted) {
  log_.status(wanted.volume.empty() ? JobStatus::waiting_for_media : JobStatus::waiting_for_mount);
  // The caller has its turn again in any case: it cannot go without.
  struct TurnLent {
    StorageDevice& device;
    StorageDevice::Turn& turn;
    ~TurnLent() { turn = device.take_turn({}); }
  } lent{device_, turn};
  turn.release();
  if (!sleep(wanted)) return Woken::to_poll;
  ask_again_.reset();  // what the operator did was not enough, if there is another wait: that is to be told
  return Woken::by_operator;
}

}  // namespace holdfast::volumes
