// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <stop_token>

#include "base/guarded.h"

namespace holdfast::volumes {

/// What the jobs that spool for one device share: how much they hold together, and whose turn it is to bring its
/// data to the volume, so that the data of a job lies together there. Any thread.
class SpoolSpace {
 public:
  /// Returns what all jobs hold now.
  std::uint64_t add(std::uint64_t bytes) {
    return state_.with([&](State& state) { return state.bytes += bytes; });
  }
  void remove(std::uint64_t bytes) {
    state_.with([&](State& state) { state.bytes -= bytes; });
  }
  std::uint64_t bytes() const {
    return state_.read([](const State& state) { return state.bytes; });
  }

  /// The right to despool; ends with the object.
  class Turn {
   public:
    /// Waits for the other jobs; check is_granted(): not when `stop` was requested first.
    Turn(SpoolSpace& space, std::stop_token stop)
        : space_(space),
          is_granted_(space.state_.wait(
              std::move(stop), [](const State& state) { return !state.is_despooling; },
              [](State& state) { state.is_despooling = true; })) {}
    ~Turn() {
      if (is_granted_) space_.state_.with([](State& state) { state.is_despooling = false; });
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    bool is_granted() const { return is_granted_; }

   private:
    SpoolSpace& space_;
    bool is_granted_;
  };

 private:
  struct State {
    std::uint64_t bytes = 0;
    bool is_despooling = false;
  };
  Guarded<State> state_;
};

/// What the status command tells of spooling of one kind, since the daemon began. Any thread.
class SpoolCounters {
 public:
  struct Counts {
    unsigned active = 0;  ///< jobs that spool now
    unsigned total = 0;   ///< jobs that have spooled
    std::uint64_t bytes = 0;
    std::uint64_t most = 0;  ///< that one job held
  };

  void begin() {
    counts_.with([](Counts& counts) { ++counts.active; });
  }
  void add(std::uint64_t bytes) {
    counts_.with([&](Counts& counts) { counts.bytes += bytes; });
  }
  void remove(std::uint64_t bytes) {
    counts_.with([&](Counts& counts) { counts.bytes -= bytes; });
  }
  void end(std::uint64_t most_of_job) {
    counts_.with([&](Counts& counts) {
      --counts.active;
      ++counts.total;
      counts.most = std::max(counts.most, most_of_job);
    });
  }
  Counts counts() const {
    return counts_.read([](const Counts& counts) { return counts; });
  }

 private:
  Guarded<Counts> counts_;
};

}  // namespace holdfast::volumes
