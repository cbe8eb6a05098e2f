// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "storage/director_session.h"
#include "testing/device/faulty_device.h"
#include "testing/device/memory_device.h"

namespace holdfast::testing_support {

/// A clock that stands where it was set.
class StandingClock final : public Clock {
 public:
  explicit StandingClock(Time now) : now_(now) {}
  Time now() const override { return now_; }
  Instant instant() const override { return Instant(std::chrono::hours(100)); }

 private:
  Time now_;
};

/// A Storage Daemon without sockets, as the recorded one was configured: "lab-sd" with the device FileStorage
/// in memory.
class StorageWorld {
 public:
  static constexpr std::uint32_t session_time = 1795384262;

  /// Changes the settings of a device before it is made.
  using Adjust = std::function<void(volumes::DeviceSettings&)>;

  explicit StorageWorld(unsigned max_concurrent_jobs = 1, const Adjust& adjust = {});

  MemoryDrive shelf;
  FaultPlan faults;
  FaultPlan other_faults;  ///< of devices added
  StandingClock clock{from_unix_seconds(1795384266)};
  std::shared_ptr<config::StorageConfiguration> configuration;
  volumes::DevicePool devices;
  storage::JobTable jobs{session_time};
  std::unique_ptr<storage::StorageContext> context;

  /// One more on the same shelf: to read from one and write to the other.
  void add_device(const std::string& name, const std::string& media_type, const Adjust& adjust = {});
  /// The next job gets this session number.
  void skip_sessions_before(std::uint32_t id);
  /// Serves a Director's connection to its end.
  void serve_director(std::unique_ptr<transport::Channel> channel);
  /// Brings a client's connection to its job, waiting for the job to exist or `stop`.
  void bring_client(const std::string& job, std::unique_ptr<transport::Channel> channel,
                    std::stop_token stop = {});
};

}  // namespace holdfast::testing_support
