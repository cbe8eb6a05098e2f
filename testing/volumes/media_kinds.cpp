// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/volumes/media_kinds.h"

#include <fmt/core.h>

#include "base/error.h"
#include "testing/device/forwarding_drive.h"

namespace holdfast::testing_support {
namespace {

std::string name_of(MediaId volume) { return fmt::format("V-{:04}", volume.value); }

class Files final : public MediaKind {
 public:
  std::unique_ptr<device::Drive> drive() override { return std::make_unique<ForwardingDrive>(shelf_); }
  std::unique_ptr<device::Device> look_at(MediaId volume) override {
    return shelf_.open(name_of(volume), device::Drive::Access::read);
  }
  void lose_power(std::size_t surviving) override { shelf_.lose_power(surviving); }
  void set_capacity(std::size_t bytes) override { shelf_.set_capacity(bytes); }

 private:
  MemoryDrive shelf_;
};

class DedupVolumes final : public MediaKind {
 public:
  std::unique_ptr<device::Drive> drive() override { return std::make_unique<Shelf>(*this); }
  std::unique_ptr<device::Device> look_at(MediaId volume) override {
    return volumes_.at(name_of(volume)).open(device::Drive::Access::read);
  }
  void lose_power(std::size_t surviving) override {
    for (auto& [name, volume] : volumes_) volume.lose_power(surviving);
  }
  void set_capacity(std::size_t bytes) override { capacity_ = bytes; }

 private:
  class Shelf final : public device::Drive {
   public:
    explicit Shelf(DedupVolumes& all) : all_(all) {}
    std::unique_ptr<device::Device> open(std::string_view volume, Access access) override {
      const auto found = all_.volumes_.find(std::string(volume));
      if (found == all_.volumes_.end()) throw Error(ErrorKind::not_found, "no volume {}", volume);
      return found->second.open(access);
    }
    std::unique_ptr<device::Device> create(std::string_view volume) override {
      auto& made = all_.volumes_[std::string(volume)];
      for (auto* file : made.files()) file->capacity = all_.capacity_;
      return made.open();
    }
    bool has(std::string_view volume) override { return all_.volumes_.contains(std::string(volume)); }
    void rename(std::string_view, std::string_view) override {}

   private:
    DedupVolumes& all_;
  };

  std::map<std::string, MemoryDedup> volumes_;
  std::size_t capacity_ = SIZE_MAX;
};

class Tapes final : public MediaKind {
 public:
  std::unique_ptr<device::Drive> drive() override { return library_.drive(0); }
  std::unique_ptr<device::Changer> robot() override { return library_.robot(); }
  std::unique_ptr<device::Device> look_at(MediaId volume) override {
    return library_.look_at(static_cast<unsigned>(volume.value));
  }
  void lose_power(std::size_t surviving) override { library_.lose_power(surviving); }
  void set_capacity(std::size_t bytes) override {
    for (unsigned slot = 1; slot <= library_.slots(); ++slot) library_.plan(slot).capacity = bytes;
  }

 private:
  TapeLibrary library_{40, 1};
};

}  // namespace

std::unique_ptr<MediaKind> files_in_memory() { return std::make_unique<Files>(); }
std::unique_ptr<MediaKind> dedup_volumes_in_memory() { return std::make_unique<DedupVolumes>(); }
std::unique_ptr<MediaKind> tapes_in_memory() { return std::make_unique<Tapes>(); }

}  // namespace holdfast::testing_support
