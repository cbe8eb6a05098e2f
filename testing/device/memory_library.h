// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <mutex>

#include "base/error.h"
#include "device/changer.h"
#include "testing/device/memory_device.h"

namespace holdfast::testing_support {

/// A tape library made of memory: slots with media, drives that hold one each, and a robot. Outlives what it makes.
class MemoryLibrary {
 public:
  explicit MemoryLibrary(unsigned slots) : slots_(slots) {}

  /// An empty medium with that barcode.
  void put(unsigned slot, const std::string& barcode) {
    const std::lock_guard lock(mutex_);
    in_slots_[slot] = barcode;
    media_[barcode];
  }
  MemoryMedium& medium(const std::string& barcode) { return media_.at(barcode); }
  /// The barcode in the drive; empty for none.
  std::string in_drive(unsigned drive) {
    const std::lock_guard lock(mutex_);
    const auto found = in_drives_.find(drive);
    return found == in_drives_.end() ? "" : found->second.barcode;
  }
  /// What the next commands of the robot fail with; empty: nothing.
  std::string fault;
  /// "load 1 0", "unload 1 0", ... in order.
  std::vector<std::string> moves;

  class Robot final : public device::Changer {
   public:
    explicit Robot(MemoryLibrary& library) : library_(library) {}
    unsigned loaded(unsigned drive, const device::ChangerErrand&) override {
      const std::lock_guard lock(library_.mutex_);
      library_.check();
      const auto found = library_.in_drives_.find(drive);
      return found == library_.in_drives_.end() ? 0 : found->second.slot;
    }
    void load(unsigned slot, unsigned drive, const device::ChangerErrand&) override {
      const std::lock_guard lock(library_.mutex_);
      library_.note("load", slot, drive);
      const auto found = library_.in_slots_.find(slot);
      if (found == library_.in_slots_.end())
        throw device::ChangerError("Child exited with code 1",
                                   "Storage Element 1 is Empty (Source Element Address)");
      if (library_.in_drives_.contains(drive))
        throw device::ChangerError("Child exited with code 1", "drive full");
      library_.in_drives_[drive] = {found->second, slot};
      library_.in_slots_.erase(found);
    }
    void unload(unsigned slot, unsigned drive, const device::ChangerErrand&) override {
      const std::lock_guard lock(library_.mutex_);
      library_.note("unload", slot, drive);
      const auto found = library_.in_drives_.find(drive);
      if (found == library_.in_drives_.end())
        throw device::ChangerError("Child exited with code 1", "drive empty");
      library_.in_slots_[slot] = found->second.barcode;
      library_.in_drives_.erase(found);
    }
    std::vector<std::string> list() override {
      const std::lock_guard lock(library_.mutex_);
      library_.check();
      std::vector<std::string> lines;
      for (const auto& [slot, barcode] : library_.in_slots_)
        lines.push_back(std::to_string(slot) + ":" + barcode);
      return lines;
    }
    std::vector<std::string> list_all() override {
      const std::lock_guard lock(library_.mutex_);
      library_.check();
      std::vector<std::string> lines;
      for (const auto& [drive, held] : library_.in_drives_)
        lines.push_back("D:" + std::to_string(drive) + ":F:" + std::to_string(held.slot) + ":" +
                        held.barcode);
      for (unsigned slot = 1; slot <= library_.slots_; ++slot) {
        const auto found = library_.in_slots_.find(slot);
        lines.push_back("S:" + std::to_string(slot) +
                        (found == library_.in_slots_.end() ? ":E" : ":F:" + found->second));
      }
      return lines;
    }
    unsigned slots() override {
      library_.check();
      return library_.slots_;
    }
    std::vector<std::string> transfer(unsigned from, unsigned to) override {
      const std::lock_guard lock(library_.mutex_);
      library_.note("transfer", from, to);
      auto moved = library_.in_slots_.extract(from);
      if (moved.empty()) throw device::ChangerError("Child exited with code 1", "source is empty");
      moved.key() = to;
      library_.in_slots_.insert(std::move(moved));
      return {"moved"};
    }

   private:
    MemoryLibrary& library_;
  };

  class LibraryDrive final : public device::LoadedDrive {
   public:
    LibraryDrive(MemoryLibrary& library, unsigned number) : library_(library), number_(number) {}
    std::unique_ptr<device::Device> open(std::string_view, Access) override {
      const auto barcode = library_.in_drive(number_);
      if (barcode.empty()) throw Error(ErrorKind::not_found, "No medium found");
      return std::make_unique<MemoryDevice>(library_.medium(barcode));
    }
    bool has(std::string_view) override { return !library_.in_drive(number_).empty(); }

   private:
    MemoryLibrary& library_;
    unsigned number_;
  };

 private:
  struct Held {
    std::string barcode;
    unsigned slot = 0;
  };
  void check() const {
    if (!fault.empty()) throw device::ChangerError(fault, "the robot is broken");
  }
  void note(const char* what, unsigned a, unsigned b) {
    moves.push_back(std::string(what) + " " + std::to_string(a) + " " + std::to_string(b));
    check();
  }

  unsigned slots_;
  std::mutex mutex_;
  std::map<std::string, MemoryMedium> media_;
  std::map<unsigned, std::string> in_slots_;
  std::map<unsigned, Held> in_drives_;
};

}  // namespace holdfast::testing_support
