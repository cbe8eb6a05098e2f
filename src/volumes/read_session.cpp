// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/read_session.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "volumes/autochanger.h"
#include "volumes/read_ahead.h"
#include "volumes/volume_label.h"

namespace holdfast::volumes {
namespace {

constexpr unsigned max_mount_attempts = 10;

/// Shows how far a reading is, and ends it between two blocks when the job is cancelled.
class Watched final : public RecordVisitor {
 public:
  using Damage = std::function<void(const std::string& what)>;
  Watched(RecordVisitor& inner, std::stop_token stop, Guarded<DeviceState>& state, Damage damage)
      : inner_(inner), stop_(std::move(stop)), state_(state), damage_(std::move(damage)) {}

  void record(const format::Record& record, const Block& block) override { inner_.record(record, block); }
  void label(const format::Record& record, const Block& block) override { inner_.label(record, block); }
  void damage(const std::string& what) override { damage_(what); }
  void block(const Block& block) override {
    if (stop_.stop_requested()) throw Error(ErrorKind::cancelled, "cancelled");
    state_.with([&](DeviceState& state) {
      state.bytes += block.bytes.size();
      state.work.bytes_read += block.bytes.size();
      ++state.blocks;
      state.position = block.last_address + 1;
    });
    inner_.block(block);
  }

 private:
  RecordVisitor& inner_;
  std::stop_token stop_;
  Guarded<DeviceState>& state_;
  Damage damage_;
};

}  // namespace

ReadSession::ReadSession(StorageDevice& device, format::Bootstrap bootstrap, std::string job,
                         VolumeCatalog& catalog, JobLog& log, const Clock& clock, std::stop_token stop,
                         OnDamage on_damage)
    : device_(device),
      job_(std::move(job)),
      catalog_(catalog),
      log_(log),
      clock_(clock),
      stop_(stop),
      on_damage_(on_damage),
      operator_(device, job_, log, clock, stop),
      matcher_(std::move(bootstrap)),
      volumes_(matcher_.volumes()) {
  if (volumes_.empty()) throw Error(ErrorKind::invalid, "No Volume names found for restore");
}

ReadSession::~ReadSession() {
  if (!is_open_) return;
  try {
    leave();
  } catch (const Error&) {
    // The Director is gone, too; what ended the job is on its way to be told.
  }
}

void ReadSession::leave() {
  medium_.reset();
  is_open_ = false;
  claim_.release();
  auto turn = device_.take_turn({});
  device_.shared_state().with([](DeviceState& state) {
    if (--state.readers == 0) state.volume.clear();
  });
  const StorageDevice::Leaving leaving(device_, turn);
  device_.tell_alerts({.volume = volumes_[current_].name, .job = job_, .client = {}}, log_);
}

/// Between two volumes: other jobs may have the one that was read, so that two that read each other's next one swap them.
void ReadSession::let_go_of_volume() {
  medium_.reset();
  claim_.release();
  device_.shared_state().with([](DeviceState& state) {
    if (state.readers == 1) state.volume.clear();
  });
  device_.note_release();
}

void ReadSession::open() {
  device_.shared_state().with([](DeviceState& state) { ++state.readers; });
  is_open_ = true;
  mount(0);
}

void ReadSession::mount(std::size_t number) {
  const auto& volume = volumes_[number];
  auto turn = device_.take_turn(stop_);
  operator_.watch();
  bool is_polling = false;  // which is done without a word
  for (unsigned attempts = 0; attempts < max_mount_attempts; attempts += is_polling ? 0 : 1) {
    if (!is_polling) ask_catalog(volume.name);
    device_.use_key(turn, volume.name, record_ ? record_->encryption_key : std::string(), log_);
    user_ = nullptr;
    is_soon_free_ = false;
    const auto why_not = try_open(turn, volume);
    if (why_not.empty()) return begin_volume(number);
    if (user_ == nullptr) user_ = device_.other_user(volume.name);
    if (!is_polling && user_ == nullptr) log_.message(MessageType::warning, why_not + "\n");
    const auto woken = operator_.wait(turn, {.use = WantedMedium::Use::read,
                                             .volume = volume.name,
                                             .pool = {},
                                             .media_type = device_.settings().media_type,
                                             .user = user_,
                                             .is_soon_free = is_soon_free_});
    is_polling = woken == OperatorWait::Woken::to_poll;
  }
  throw Error(ErrorKind::not_found, "Too many errors trying to mount device {} for reading.",
              device_.print_name());
}

void ReadSession::ask_catalog(const std::string& volume) {
  auto record = catalog_.get_volume(volume, VolumeCatalog::Purpose::read);
  if (!record) log_.message(MessageType::warning, record.error());
  log_.status(JobStatus::running);
  record_ = record ? std::optional(std::move(*record)) : std::nullopt;
}

void ReadSession::begin_volume(std::size_t number) {
  const auto& name = volumes_[number].name;
  log_.status(JobStatus::running);
  matcher_.mount(name);
  claim_ = device_.claim(name, VolumeClaim::Use::read).value_or(VolumeClaim());
  current_ = number;
  device_.shared_state().with([&](DeviceState& state) {
    state.volume = name;
    state.is_appending = false;
    state.bytes = state.blocks = state.position = 0;
  });
  log_.message(MessageType::info,
               fmt::format("Ready to read from volume \"{}\" on device {}.\n", name, device_.print_name()));
}

std::string ReadSession::try_open(StorageDevice::Turn& turn, const format::BootstrapVolume& volume) {
  auto& drive = turn.drive();
  const bool is_loaded = drive.media_kind() == device::Drive::Media::loaded;
  try {
    if (is_loaded) {
      turn.close_medium();
      if (auto why_not = load(turn, volume); !why_not.empty()) return why_not;
    }
    auto medium = drive.open(volume.name, device::Drive::Access::read);
    medium->set_block_sizes(device_.settings().label_sizes());
    const auto found = read_label(*medium);
    if (const auto* none = std::get_if<NoLabel>(&found)) return none->why;
    if (const auto& label = std::get<FoundLabel>(found).label; label.volume != volume.name) {
      medium.reset();
      if (is_loaded && device_.changer() == nullptr) drive.unload();
      return fmt::format("Wrong Volume mounted on device {}: Wanted {} have {}", device_.print_name(),
                         volume.name, printable(label.volume));
    }
    medium->set_block_sizes(device_.settings().block_sizes(record_.value_or(VolumeRecord{})));
    medium_ = std::move(medium);
    return {};
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled) throw;
    return error.message();
  }
}

/// By the robot, where there is one; why not, else.
std::string ReadSession::load(StorageDevice::Turn& turn, const format::BootstrapVolume& volume) {
  auto* changer = device_.changer();
  if (changer == nullptr) return {};
  const auto slot = record_ && record_->in_changer ? record_->slot : volume.slot;
  if (slot <= 0) {
    return fmt::format(
        "No slot defined in catalog (slot={}) for Volume \"{}\" on {}.\n"
        "Cartridge change or \"update slots\" may be required.",
        slot, volume.name, device_.print_name());
  }
  const device::ChangerErrand errand{.volume = volume.name, .job = job_, .client = {}};
  const auto outcome = changer->load(device_, turn, static_cast<unsigned>(slot), errand, log_);
  user_ = outcome.user;
  // Whoever has the turn of that drive gives it up without telling, if it comes to nothing.
  is_soon_free_ = user_ != nullptr && !user_->state().is_volume_needed();
  switch (outcome.loaded) {
    case Autochanger::Loaded::yes: return {};
    case Autochanger::Loaded::slot_is_empty:
      return fmt::format("Slot {} of autochanger {} is empty; Volume \"{}\" should be there", slot,
                         changer->name(), volume.name);
    case Autochanger::Loaded::used_elsewhere:
      return fmt::format("Volume \"{}\" is in another drive of autochanger {}, which works with it",
                         volume.name, changer->name());
  }
  return {};
}

void ReadSession::read_volume(RecordVisitor& visitor) {
  const auto& name = volumes_[current_].name;
  const auto checksums =
      device_.settings().checks_blocks ? BlockReader::Checksums::checked : BlockReader::Checksums::ignored;
  BlockReader blocks(*medium_, checksums, [&](const std::string& what) {
    if (on_damage_ == OnDamage::fail)
      throw Error(ErrorKind::corrupt, "Volume \"{}\" on device {}: {}", name, device_.print_name(), what);
  });
  ReadAhead ahead(blocks);
  Watched watched(visitor, stop_, device_.shared_state(), [&](const std::string& what) {
    log_.message(
        MessageType::error,
        fmt::format("Volume \"{}\" on device {}: {}Files that lay there are not restored, or not whole; "
                    "everything else is.\n",
                    name, device_.print_name(), what));
    log_.status(JobStatus::error_terminated);
  });
  const Instant before = clock_.instant();
  const auto ended =
      reader_.read_volume(ahead, watched, [&](std::uint64_t address) { note_seek(name, address); });
  const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(clock_.instant() - before);
  if (record_) record_->read_time += spent.count();
  device_.shared_state().with([&](DeviceState& state) { state.work.reading += spent; });
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
    let_go_of_volume();
    mount(current_ + 1);
    device_.note_release();  // of what the drive held meanwhile
  }
}

void ReadSession::release() {
  log_.message(MessageType::info, fmt::format("Releasing device {}.\n", device_.print_name()));
  medium_.reset();
  if (record_) catalog_.update_media(*record_, VolumeCatalog::Relabelled::no);
  if (is_open_) leave();
}

}  // namespace holdfast::volumes
