// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast-volume/scan_run.h"

#include <algorithm>
#include <thread>

#include "apps/holdfast-volume/scan_volume.h"
#include "base/error.h"
#include "volumes/block_reader.h"

namespace holdfast::apps {

void ScanRun::run(const std::vector<std::string>& volumes) {
  const auto drive = settings_.make_drive();
  queue_.with([&](Queue& queue) {
    for (const auto& volume : volumes) queue.volumes.push_back(look_at(*drive, volume));
  });
  {
    std::vector<std::jthread> workers;
    const auto count = std::clamp<std::size_t>(settings_.threads, 1, volumes.size());
    for (std::size_t i = 0; i < count; ++i) workers.emplace_back([this] { work(); });
  }
  if (const auto failure = queue_.read([](const Queue& queue) { return queue.failure; }))
    std::rethrow_exception(failure);
  finish_open_sessions();
}

ScanRun::Waiting ScanRun::look_at(device::Drive& drive, const std::string& volume) const {
  Waiting found{.name = volume};
  // With one thread the order given is the order of reading, and tapes are not moved twice.
  if (settings_.threads < 2) return found;
  const auto medium = drive.open(volume, device::Drive::Access::read);
  volumes::BlockReader blocks(*medium, volumes::BlockReader::Checksums::checked, [](const std::string&) {});
  if (!blocks.next()) return found;
  const auto first = blocks.next();
  if (!first) return found;
  const auto piece = format::RecordCursor(first->bytes).next();
  found.goes_on =
      piece && piece->header.file_index != static_cast<std::int32_t>(format::LabelType::session_start);
  found.session = first->header.session;
  found.block = first->header.number;
  return found;
}

bool ScanRun::is_ready(const Waiting& volume) {
  if (volume.state != Waiting::State::waiting) return false;
  if (!volume.goes_on) return true;
  const auto found = sessions_.read([&](const Sessions& sessions) {
    const auto entry = sessions.find(volume.session);
    return entry == sessions.end() ? nullptr : entry->second;
  });
  if (!found) return false;
  const std::lock_guard lock(found->mutex);
  return found->job && found->next_block == volume.block;
}

ScanRun::Waiting* ScanRun::next(Queue& queue) {
  bool is_running = false;
  for (auto& volume : queue.volumes) {
    if (is_ready(volume)) return &volume;
    is_running = is_running || volume.state == Waiting::State::running;
  }
  if (is_running) return nullptr;
  // What these continue is on none of the volumes.
  for (auto& volume : queue.volumes)
    if (volume.state == Waiting::State::waiting) return &volume;
  return nullptr;
}

void ScanRun::work() {
  const auto is_over = [](const Queue& queue) {
    return queue.failure ||
           std::none_of(queue.volumes.begin(), queue.volumes.end(),
                        [](const Waiting& volume) { return volume.state == Waiting::State::waiting; });
  };
  while (true) {
    Waiting* volume = nullptr;
    queue_.wait(
        {}, [&](Queue& queue) { return is_over(queue) || (volume = next(queue)) != nullptr; },
        [&](Queue& queue) {
          if (is_over(queue)) volume = nullptr;
          if (volume != nullptr) volume->state = Waiting::State::running;
        });
    if (volume == nullptr) return;
    try {
      const auto drive = settings_.make_drive();
      const auto read = VolumeScan(*this, volume->name).read(*drive);
      sums_.with([&](VolumeSums& sums) {
        sums.files += read.files;
        sums.blocks += read.blocks;
        sums.bytes += read.bytes;
      });
    } catch (...) {
      queue_.with([](Queue& queue) {
        if (!queue.failure) queue.failure = std::current_exception();
      });
    }
    queue_.with([&](Queue&) { volume->state = Waiting::State::done; });
  }
}

std::shared_ptr<ScannedSession> ScanRun::session(VolumeSession number) {
  return sessions_.with([&](Sessions& sessions) {
    auto& found = sessions[number];
    if (!found) found = std::make_shared<ScannedSession>();
    return found;
  });
}

VolumeSums ScanRun::sums() const {
  return sums_.read([](const VolumeSums& sums) { return sums; });
}

void ScanRun::finish_open_sessions() {
  const auto all = sessions_.read([](const Sessions& sessions) { return sessions; });
  for (const auto& [number, session] : all) {
    if (!session->job || session->has_ended) continue;
    for (const auto& [volume, range] : session->pieces) catalog_.piece(*session->job, volume, range);
    catalog_.session_without_end(*session->job, session->rows.last_index());
  }
}

}  // namespace holdfast::apps
