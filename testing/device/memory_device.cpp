// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/device/memory_device.h"

#include "base/error.h"

namespace holdfast::testing_support {

Buffer block_of(std::size_t length, std::uint8_t seed) {
  Buffer block(length, std::byte{seed});
  format::store(
      block.data(),
      format::BlockHeader{.length = static_cast<std::uint32_t>(length), .number = seed, .session = {1, 2}});
  return block;
}

void MemoryMedium::lose_power(std::size_t surviving) {
  const bool only_grew =
      contents.size() >= durable.size() && equal(Bytes(contents).first(durable.size()), durable);
  if (only_grew) {
    contents.resize(std::min(contents.size(), durable.size() + surviving));
  } else {
    contents = durable;
  }
  durable = contents;
}

device::Device::Written MemoryDevice::write_block(Bytes block) {
  if (position_ + block.size() > medium_.capacity) return Written::end_of_medium;
  medium_.contents.resize(std::max<std::size_t>(medium_.contents.size(), position_ + block.size()));
  std::memcpy(&medium_.contents[position_], block.data(), block.size());
  position_ += block.size();
  return Written::ok;
}

device::Device::ReadOutcome MemoryDevice::read_block(Buffer& into) {
  const auto address = position_;
  const Bytes left = Bytes(medium_.contents).subspan(std::min<std::size_t>(address, medium_.contents.size()));
  if (left.empty()) return device::EndOfData{};
  const auto header = format::parse_block_header(left);
  if (!header || header->length > left.size()) {
    position_ = medium_.contents.size();
    return device::DamagedBlock{address, header ? "short block" : std::string(to_string(header.error()))};
  }
  if (into.size() < header->length) into.resize(header->length);
  std::memcpy(into.data(), left.data(), header->length);
  position_ += header->length;
  return device::BlockRead{.length = header->length, .address = address, .last_address = position_ - 1};
}

std::optional<std::uint64_t> MemoryDevice::find_block(std::uint64_t from) {
  const Bytes all(medium_.contents);
  for (auto at = format::find_block_header(all, from); at < all.size();
       at = format::find_block_header(all, at + 1)) {
    if (at + format::parse_block_header(all.subspan(at))->length <= all.size()) return at;
  }
  return std::nullopt;
}

void MemoryDevice::truncate(std::uint64_t address) {
  medium_.contents.resize(address);
  position_ = address;
}

std::unique_ptr<device::Device> MemoryDrive::open(std::string_view volume, Access) {
  return std::make_unique<MemoryDevice>(medium(volume));
}

std::unique_ptr<device::Device> MemoryDrive::create(std::string_view volume) {
  const std::lock_guard lock(mutex_);
  auto& medium = media_[std::string(volume)];
  medium.capacity = capacity_;
  return std::make_unique<MemoryDevice>(medium);
}

void MemoryDrive::rename(std::string_view from, std::string_view to) {
  auto moved = std::move(medium(from));
  media_.erase(std::string(from));
  media_[std::string(to)] = std::move(moved);
}

MemoryMedium& MemoryDrive::medium(std::string_view volume) {
  const std::lock_guard lock(mutex_);
  const auto found = media_.find(std::string(volume));
  if (found == media_.end()) throw Error(ErrorKind::not_found, "no volume {}", volume);
  return found->second;
}

void MemoryDrive::lose_power(std::size_t surviving) {
  for (auto& [name, medium] : media_) medium.lose_power(surviving);
}

}  // namespace holdfast::testing_support
