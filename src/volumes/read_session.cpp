// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/read_session.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "volumes/read_ahead.h"
#include "volumes/volume_label.h"

namespace holdfast::volumes {
namespace {

constexpr unsigned max_mount_attempts = 10;

/// Shows how far a reading is, and ends it between two blocks when the job is cancelled.
class Watched final : public RecordVisitor {
 public:
  Watched(RecordVisitor& inner, std::stop_token stop, Guarded<DeviceState>& state)
      : inner_(inner), stop_(std::move(stop)), state_(state) {}

  void record(const format::Record& record, const Block& block) override { inner_.record(record, block); }
  void label(const format::Record& record, const Block& block) override { inner_.label(record, block); }
  void block(const Block& block) override {
    if (stop_.stop_requested()) throw Error(ErrorKind::cancelled, "cancelled");
    state_.with([&](DeviceState& state) {
      state.bytes += block.bytes.size();
      ++state.blocks;
      state.position = block.last_address + 1;
    });
    inner_.block(block);
  }

 private:
  RecordVisitor& inner_;
  std::stop_token stop_;
  Guarded<DeviceState>& state_;
};

}  // namespace

ReadSession::ReadSession(StorageDevice& device, format::Bootstrap bootstrap, std::string job,
                         VolumeCatalog& catalog, JobLog& log, const Clock& clock, std::stop_token stop)
    : device_(device),
      job_(std::move(job)),
      catalog_(catalog),
      log_(log),
      clock_(clock),
      stop_(stop),
      matcher_(std::move(bootstrap)),
      volumes_(matcher_.volumes()) {
  if (volumes_.empty()) throw Error(ErrorKind::invalid, "No Volume names found for restore");
}

ReadSession::~ReadSession() {
  if (!is_open_) return;
  device_.shared_state().with([](DeviceState& state) {
    if (--state.readers == 0) state.volume.clear();
  });
  device_.note_release();
}

void ReadSession::open() {
  device_.shared_state().with([](DeviceState& state) { ++state.readers; });
  is_open_ = true;
  mount(0);
}

void ReadSession::mount(std::size_t number) {
  const auto& name = volumes_[number].name;
  for (unsigned attempt = 0; !medium_ && attempt < max_mount_attempts; ++attempt) {
    auto record = catalog_.get_volume(name, VolumeCatalog::Purpose::read);
    if (!record) log_.message(MessageType::warning, record.error());
    log_.status(JobStatus::running);
    record_ = record ? std::optional(std::move(*record)) : std::nullopt;
    if (const auto why_not = try_open(name); !why_not.empty()) {
      log_.message(MessageType::warning, why_not + "\n");
      wait_for_operator(name);
    }
  }
  if (!medium_) {
    throw Error(ErrorKind::not_found, "Too many errors trying to mount device {} for reading.",
                device_.print_name());
  }
  matcher_.mount(name);
  current_ = number;
  device_.shared_state().with([&](DeviceState& state) {
    state.volume = name;
    state.is_appending = false;
    state.bytes = state.blocks = state.position = 0;
  });
  log_.message(MessageType::info,
               fmt::format("Ready to read from volume \"{}\" on device {}.\n", name, device_.print_name()));
}

std::string ReadSession::try_open(const std::string& volume) {
  auto turn = device_.take_turn(stop_);
  try {
    auto medium = turn.drive().open(volume, device::Drive::Access::read);
    const auto found = read_label(*medium);
    if (const auto* none = std::get_if<NoLabel>(&found)) return none->why;
    if (const auto& label = std::get<FoundLabel>(found).label; label.volume != volume) {
      return fmt::format("Wrong Volume mounted on device {}: Wanted {} have {}", device_.print_name(), volume,
                         printable(label.volume));
    }
    medium_ = std::move(medium);
    return {};
  } catch (const Error& error) {
    return error.message();
  }
}

void ReadSession::wait_for_operator(const std::string& volume) {
  log_.status(JobStatus::waiting_for_mount);
  log_.message(
      MessageType::mount,
      fmt::format("Please mount read Volume \"{}\" for:\n    Job:          {}\n    Storage:      {}\n"
                  "    Pool:         {}\n    Media type:   {}\n",
                  volume, job_, device_.print_name(), "", device_.settings().media_type));
  auto& shared = device_.shared_state();
  const auto wakeups = shared.with([&](DeviceState& state) {
    state.blocked = Blocked::waiting_for_mount;
    state.wanted_volume = volume;
    return state.wakeups;
  });
  shared.wait_for(
      stop_, device_.settings().poll_interval,
      [&](const DeviceState& state) { return state.wakeups != wakeups; }, [](DeviceState&) {});
  shared.with([](DeviceState& state) { state.blocked = Blocked::no; });
  if (stop_.stop_requested()) {
    throw Error(ErrorKind::cancelled, "Job {} canceled while waiting for mount on Storage Device \"{}\".",
                job_, device_.print_name());
  }
  log_.status(JobStatus::running);
}

void ReadSession::read_volume(RecordVisitor& visitor) {
  const auto& name = volumes_[current_].name;
  const auto checksums =
      device_.settings().checks_blocks ? BlockReader::Checksums::checked : BlockReader::Checksums::ignored;
  BlockReader blocks(*medium_, checksums, [&](const std::string& what) {
    throw Error(ErrorKind::corrupt, "Volume \"{}\" on device {}: {}", name, device_.print_name(), what);
  });
  ReadAhead ahead(blocks);
  Watched watched(visitor, stop_, device_.shared_state());
  const Instant before = clock_.instant();
  const auto ended =
      reader_.read_volume(ahead, watched, [&](std::uint64_t address) { note_seek(name, address); });
  if (record_) {
    record_->read_time +=
        std::chrono::duration_cast<std::chrono::microseconds>(clock_.instant() - before).count();
  }
  is_at_end_ = ended == RecordReader::Ended::at_end_of_volume;
  if (!is_at_end_) return;
  log_.message(MessageType::info, fmt::format("End of Volume at file {} on device {}, Volume \"{}\"\n",
                                              ahead.position() >> 32, device_.print_name(), name));
}

void ReadSession::note_seek(const std::string& volume, std::uint64_t address) {
  // Later jumps are silent.
  if (std::exchange(has_seeked_, true)) return;
  log_.message(MessageType::info, fmt::format("Forward spacing Volume \"{}\" to file:block {}:{}.\n", volume,
                                              address >> 32, address & 0xFFFFFFFF));
}

void ReadSession::read_all(RecordVisitor& visitor) {
  while (true) {
    read_volume(visitor);
    if (current_ + 1 == volumes_.size()) break;
    if (record_) catalog_.update_media(*record_, VolumeCatalog::Relabelled::no);
    medium_.reset();
    mount(current_ + 1);
  }
}

void ReadSession::release() {
  log_.message(MessageType::info, fmt::format("Releasing device {}.\n", device_.print_name()));
  medium_.reset();
  if (record_) catalog_.update_media(*record_, VolumeCatalog::Relabelled::no);
}

}  // namespace holdfast::volumes
