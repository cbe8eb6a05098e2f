// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/operator_wait.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.h"
#include "volumes/pulse.h"

namespace holdfast::volumes {
namespace {

constexpr unsigned most_requests = 9;
constexpr std::chrono::seconds look_again_soon{2};

std::chrono::hours repeat_after(unsigned requests) {
  return std::min(std::chrono::hours(1U << std::min(requests, 5U)), std::chrono::hours(24));
}

}  // namespace

/// The device shows as blocked for as long as a job waits.
class OperatorWait::Blocking {
 public:
  Blocking(StorageDevice& device, const WantedMedium& wanted, std::uint64_t& seen_nudges)
      : device_(device),
        heeds_nudges_(wanted.volume.empty() || wanted.user != nullptr),
        seen_nudges_(seen_nudges) {
    seen_ = device.shared_state().with([&](DeviceState& state) {
      ++state.waiting;
      state.blocked = wanted.volume.empty() ? Blocked::waiting_for_volume : Blocked::waiting_for_mount;
      state.wanted_volume = wanted.volume;
      state.wanted_pool = wanted.pool;
      return state.wakeups;
    });
  }
  ~Blocking() {
    seen_nudges_ = device_.shared_state().with([](DeviceState& state) {
      if (--state.waiting == 0) state.blocked = Blocked::no;
      return state.nudges;
    });
  }
  Blocking(const Blocking&) = delete;
  Blocking& operator=(const Blocking&) = delete;

  /// Nothing: neither before `until`, or the job was cancelled.
  std::optional<Woken> wait(Instant until, const Clock& clock, const std::stop_token& stop) {
    const auto left = std::max(until - clock.instant(), Instant::duration::zero());
    std::optional<Woken> woken;
    device_.shared_state().wait_for(
        stop, left,
        [&](const DeviceState& state) {
          woken = look(state);
          return woken.has_value();
        },
        [](DeviceState&) {});
    return woken;
  }
  /// The operator took the medium out: there is nothing to poll until it is mounted again.
  bool is_unmounted() const { return is_unmounted(device_.state()); }

 private:
  static bool is_unmounted(const DeviceState& state) {
    return state.blocked == Blocked::by_user_while_waiting;
  }
  std::optional<Woken> look(const DeviceState& state) const {
    if (state.wakeups != seen_) return Woken::by_operator;
    if (heeds_nudges_ && state.nudges != seen_nudges_ && !is_unmounted(state)) return Woken::to_poll;
    return std::nullopt;
  }

  StorageDevice& device_;
  const bool heeds_nudges_;
  std::uint64_t& seen_nudges_;
  std::uint64_t seen_ = 0;
};

/// For what it waits that no operator needs to bring.
std::string OperatorWait::story(const WantedMedium& wanted) const {
  std::string holders;
  for (const auto& holder : wanted.user->state().jobs) {
    if (holder != job_) holders += (holders.empty() ? "" : ", ") + holder;
  }
  return fmt::format(
      "Job {} waits for Volume \"{}\", with which device {} works{}{}. It goes on when that is done.\n", job_,
      wanted.volume, wanted.user->print_name(), holders.empty() ? "" : " for ", holders);
}

std::string OperatorWait::request(const WantedMedium& wanted) const {
  if (wanted.user != nullptr) return story(wanted);
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

void OperatorWait::ask() {
  if (asked_ >= most_requests) {
    throw Error(ErrorKind::timeout, "Max time exceeded waiting to mount Storage Device {} for Job {}",
                device_.print_name(), job_);
  }
  log_.message(MessageType::mount, last_request_);
  ask_again_ = clock_.instant() + repeat_after(asked_++);
  // What was in the drive before is free for others now. (Not with every poll: two who wait would wake each other.)
  device_.note_release();
}

OperatorWait::Woken OperatorWait::sleep(const WantedMedium& wanted) {
  Blocking blocking(device_, wanted, seen_nudges_);
  if (auto text = request(wanted); text != last_request_) {
    last_request_ = std::move(text);
    ask_again_.reset();
    asked_ = 0;
  }
  const auto poll_at =
      clock_.instant() + (wanted.is_soon_free ? look_again_soon : device_.settings().poll_interval);
  Pulse pulse(log_, clock_, device_.settings().heartbeat_interval);
  while (true) {
    const bool may_poll = !blocking.is_unmounted();
    if (may_poll && clock_.instant() >= poll_at) return Woken::to_poll;
    if (!ask_again_ || clock_.instant() >= *ask_again_) ask();
    const auto until = std::min(pulse.next(), may_poll ? std::min(poll_at, *ask_again_) : *ask_again_);
    if (const auto woken = blocking.wait(until, clock_, stop_)) return *woken;
    if (stop_.stop_requested()) {
      throw Error(ErrorKind::cancelled, "Job {} canceled while waiting for mount on Storage Device \"{}\".",
                  job_, device_.print_name());
    }
    pulse.beat_if_due();
  }
}

/// Throws DeviceDeadlock. Null: nobody works with it.
std::unique_ptr<WaitingJobs::Place> OperatorWait::wait_for_user(const WantedMedium& wanted) const {
  auto* waiting = device_.waiting_jobs();
  if (wanted.user == nullptr || waiting == nullptr) return nullptr;
  auto place = std::make_unique<WaitingJobs::Place>(*waiting);
  if (place->note({.job = job_, .reasons = {}, .devices = {wanted.user}, .volume = wanted.volume}) ==
      WaitingJobs::Outlook::deadlock) {
    throw DeviceDeadlock(
        fmt::format("Job {} cannot get Volume \"{}\": device {} works with it for jobs that wait for what "
                    "this one holds. This job "
                    "ends, so that they can go on; run it again when they are done.",
                    job_, wanted.volume, wanted.user->print_name()));
  }
  return place;
}

OperatorWait::Woken OperatorWait::wait(StorageDevice::Turn& turn, const WantedMedium& wanted) {
  const auto place = wait_for_user(wanted);
  log_.status(wanted.volume.empty() ? JobStatus::waiting_for_media : JobStatus::waiting_for_mount);
  // The caller has its turn again in any case: it cannot go without.
  struct TurnLent {
    StorageDevice& device;
    StorageDevice::Turn& turn;
    const std::stop_token& stop;
    ~TurnLent() {
      turn = device.take_turn({});
      turn.heed(stop);
    }
  } lent{device_, turn, stop_};
  turn.release();
  const auto woken = sleep(wanted);
  // What the operator did was not enough, if there is another wait: that is to be told.
  if (woken == Woken::by_operator) ask_again_.reset();
  return woken;
}

}  // namespace holdfast::volumes
