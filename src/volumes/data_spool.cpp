// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/data_spool.h"

#include <fmt/core.h>

#include <array>
#include <cstring>

#include "base/endian.h"
#include "base/error.h"
#include "base/text.h"
#include "crypto/crc32.h"

namespace holdfast::volumes {
namespace {

// In the byte order of the host, as at the peer: nobody else reads it.
struct EntryHead {
  std::int32_t first_index;
  std::int32_t last_index;
  std::uint32_t length;
};
static_assert(sizeof(EntryHead) == 12);

std::uint64_t entry_size(const format::BuiltBlock& block) { return sizeof(EntryHead) + block.bytes.size(); }

/// A disk that lost or changed what it was given must not put that on a volume unnoticed.
bool is_whole(Bytes block) {
  return load<std::uint32_t>(block.data()) == crypto::crc32(format::checksummed_part(block));
}

}  // namespace

DataSpool::DataSpool(BlockWriter& writer, StorageDevice& device, SpoolOrder order, JobLog& log,
                     const Clock& clock, std::stop_token stop)
    : writer_(writer), device_(device), order_(std::move(order)), log_(log), clock_(clock), stop_(stop) {
  if (order_.counters != nullptr) order_.counters->begin();
  order_.show(SpoolStage::spooling);
  log_.message(MessageType::info, "Spooling data ...\n");
}

DataSpool::~DataSpool() {
  empty();
  if (order_.counters != nullptr) order_.counters->end(most_);
  order_.show(SpoolStage::none);
}

void DataSpool::empty() {
  device_.spool_space().remove(spooled_);
  if (order_.counters != nullptr) order_.counters->remove(spooled_);
  spooled_ = 0;
}

void DataSpool::write(const format::BuiltBlock& block) {
  make_room(entry_size(block));
  if (put(block)) return;
  note_full_disk();
  if (spooled_ > 0) {
    despool();
    log_.message(MessageType::info, "Spooling data again ...\n");
    if (put(block)) return;
  }
  // The disk is full of other things; the volume is where the block has to go anyway.
  write_through(block);
}

/// Counts the block that comes as well. Where the other jobs of the device hold all the space, this one's spool is
/// emptied block by block, so the limit is exceeded by one block of each job at most.
void DataSpool::make_room(std::uint64_t entry) {
  if (spooled_ == 0) return;
  const auto of_job = spooled_ + entry;
  const auto of_device = device_.spool_space().bytes() + entry;
  const auto device_limit = device_.settings().max_spool_size;
  if (order_.job_limit > 0 && of_job >= order_.job_limit) {
    log_.message(MessageType::info,
                 fmt::format("User specified Job spool size reached: JobSpoolSize={} MaxJobSpoolSize={}\n",
                             with_thousands(of_job), with_thousands(order_.job_limit)));
  } else if (device_limit > 0 && of_device >= device_limit) {
    log_.message(MessageType::info,
                 fmt::format("User specified Device spool size reached: DevSpoolSize={} MaxDevSpoolSize={}\n",
                             with_thousands(of_device), with_thousands(device_limit)));
  } else {
    return;
  }
  log_.message(MessageType::info, fmt::format("Writing spooled data to Volume. Despooling {} bytes ...\n",
                                              with_thousands(spooled_)));
  despool();
  log_.message(MessageType::info, "Spooling data again ...\n");
}

void DataSpool::note_full_disk() {
  if (std::exchange(is_disk_full_noted_, true)) return;
  log_.message(MessageType::warning,
               fmt::format("The disk for spooling is full. Despooling {} bytes; the job goes on, but not at "
                           "full speed.\n",
                           with_thousands(spooled_)));
}

bool DataSpool::put(const format::BuiltBlock& block) {
  const EntryHead head{.first_index = static_cast<std::int32_t>(block.first_index),
                       .last_index = static_cast<std::int32_t>(block.last_index),
                       .length = static_cast<std::uint32_t>(block.bytes.size())};
  std::array<std::byte, sizeof head> bytes{};
  std::memcpy(bytes.data(), &head, sizeof head);
  if (!order_.store->write_at(spooled_, bytes) ||
      !order_.store->write_at(spooled_ + bytes.size(), block.bytes)) {
    order_.store->resize(spooled_);
    return false;
  }
  const auto entry = entry_size(block);
  spooled_ += entry;
  most_ = std::max(most_, spooled_);
  device_.spool_space().add(entry);
  if (order_.counters != nullptr) order_.counters->add(entry);
  return true;
}

void DataSpool::write_through(const format::BuiltBlock& block) {
  const auto turn = wait_for_turn();
  if (!turn.is_granted()) throw Error(ErrorKind::cancelled, "cancelled while waiting to despool");
  order_.show(SpoolStage::despooling);
  writer_.write(block);
  order_.show(SpoolStage::spooling);
}

SpoolSpace::Turn DataSpool::wait_for_turn() {
  order_.show(SpoolStage::waiting_to_despool);
  return SpoolSpace::Turn(device_.spool_space(), stop_);
}

void DataSpool::despool() {
  const auto turn = wait_for_turn();
  if (!turn.is_granted()) throw Error(ErrorKind::cancelled, "cancelled while waiting to despool");
  order_.show(SpoolStage::despooling);
  log_.status(JobStatus::data_despooling);
  const Instant before = clock_.instant();
  const auto bytes = spooled_;
  copy_to_volume();
  writer_.settle();
  empty();
  order_.store->resize(0);
  const auto spent = std::chrono::floor<std::chrono::seconds>(clock_.instant() - before).count();
  const auto elapsed = static_cast<std::uint64_t>(std::max<std::int64_t>(spent, 1));
  log_.message(
      MessageType::info,
      fmt::format("Despooling elapsed time = {:02}:{:02}:{:02}, Transfer rate = {} Bytes/second\n",
                  elapsed / 3600, elapsed / 60 % 60, elapsed % 60, trim(with_unit(bytes / elapsed))));
  log_.status(JobStatus::running);
  order_.show(SpoolStage::spooling);
}

void DataSpool::copy_to_volume() {
  Buffer recycled;
  for (std::uint64_t at = 0; at < spooled_;) {
    if (stop_.stop_requested()) throw Error(ErrorKind::cancelled, "cancelled while despooling");
    auto block = take_entry(at, std::move(recycled));
    writer_.write(block);
    at += entry_size(block);
    recycled = std::move(block.bytes);
  }
}

format::BuiltBlock DataSpool::take_entry(std::uint64_t at, Buffer recycled) {
  std::array<std::byte, sizeof(EntryHead)> bytes{};
  EntryHead head{};
  bool is_good = order_.store->read_at(at, bytes) == bytes.size();
  std::memcpy(&head, bytes.data(), sizeof head);
  is_good = is_good && head.length >= format::BlockHeader::size && head.length <= spooled_ - at - sizeof head;
  format::BuiltBlock block{.bytes = std::move(recycled),
                           .first_index = static_cast<std::uint32_t>(head.first_index),
                           .last_index = static_cast<std::uint32_t>(head.last_index)};
  if (is_good) {
    block.bytes.resize(head.length);
    is_good =
        order_.store->read_at(at + sizeof head, block.bytes) == block.bytes.size() && is_whole(block.bytes);
  }
  if (!is_good) {
    throw Error(ErrorKind::corrupt, "The spool file is damaged {} bytes behind its start; check the disk",
                at);
  }
  return block;
}

void DataSpool::commit() {
  if (spooled_ > 0) {
    log_.message(MessageType::info,
                 fmt::format("Committing spooled data to Volume \"{}\". Despooling {} bytes ...\n",
                             device_.state().volume, with_thousands(spooled_)));
    despool();
  }
  order_.show(SpoolStage::none);
}

}  // namespace holdfast::volumes
