// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/read_session.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "volumes/volume_label.h"

namespace holdfast::volumes {
namespace {

constexpr unsigned max_mount_attempts = 10;

/// Ends a reading between two records when the job is cancelled.
class Cancellable final : public RecordVisitor {
 public:
  Cancellable(RecordVisitor& inner, std::stop_token stop, const std::function<void(const Block&)>& seen)
      : inner_(inner), stop_(stop), seen_(seen) {}

  void record(const format::Record& record, const Block& block) override { inner_.record(record, block); }
  void label(const format::Record& record, const Block& block) override { inner_.label(record, block); }
  void block(const Block& block) override {
    if (stop_.stop_requested()) throw Error(ErrorKind::cancelled, "cancelled");
    seen_(block);
    inner_.block(block);
  }

 private:
  RecordVisitor& inner_;
  std::stop_token stop_;
  const std::function<void(const Block&)>& seen_;
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
  for (unsigned attempt = 0; attempt < max_mount_attempts; ++attempt) {
    auto record = catalog_.get_volume(name, VolumeCatalog::Purpose::read);
    if (!record) log_.message(MessageType::warning, record.error());
    record_ = record ? std::optional(std::move(*record)) : std::nullopt;
    std::string why;
    auto turn = device_.take_turn(stop_);
    try {
      medium_ = turn.drive().open(name, device::Drive::Access::read);
      const auto found = read_label(*medium_);
      const auto* none = std::get_if<NoLabel>(&found);
      if (none != nullptr) {
        why = none->why;
      } else if (const auto& label = std::get<FoundLabel>(found).label; label.volume != name) {
        why = fmt::format("Wrong Volume mounted on device {}: Wanted {} have {}", device_.print_name(), name,
                          printable(label.volume));
      }
    } catch (const Error& error) {
      why = error.message();
    }
    turn.release();
    if (why.empty()) break;
    medium_.reset();
    log_.message(MessageType::warning, why + "\n");
    wait_for_operator(name);
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
  const std::function<void(const Block&)> seen = [&](const Block& block) {
    device_.shared_state().with([&](DeviceState& state) {
      state.bytes += block.bytes.size();
      ++state.blocks;
      state.position = block.last_address + 1;
    });
  };
  Cancellable cancellable(visitor, stop_, seen);
  const auto before = clock_.now();
  const auto ended = reader_.read_volume(blocks, cancellable, [&](std::uint64_t address) {
    // Later jumps are silent.
    if (std::exchange(has_seeked_, true)) return;
    log_.message(MessageType::info, fmt::format("Forward spacing Volume \"{}\" to file:block {}:{}.\n", name,
                                                address >> 32, address & 0xFFFFFFFF));
  });
  if (record_) {
    record_->read_time +=
        std::chrono::duration_cast<std::chrono::microseconds>(clock_.now() - before).count();
  }
  is_at_end_ = ended == RecordReader::Ended::at_end_of_volume;
  if (!is_at_end_) return;
  log_.message(MessageType::info, fmt::format("End of Volume at file {} on device {}, Volume \"{}\"\n",
                                              blocks.position() >> 32, device_.print_name(), name));
}

void ReadSession::read_all(RecordVisitor& visitor) {
  while (true) {
    read_volume(visitor);
    if (current_ + 1 == volumes_.size()) break;
    if (record_) catalog_.update_media(*record_, VolumeCatalog::Relabelled::no);
    mount(current_ + 1);
  }
  if (is_at_end_) log_.message(MessageType::info, "End of all volumes.\n");
}

void ReadSession::release() {
  log_.message(MessageType::info, fmt::format("Releasing device {}.\n", device_.print_name()));
  medium_.reset();
  if (record_) catalog_.update_media(*record_, VolumeCatalog::Relabelled::no);
}

}  // namespace holdfast::volumes
