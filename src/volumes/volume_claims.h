// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/guarded.h"

namespace holdfast::volumes {

class StorageDevice;
class VolumeClaims;

/// A volume kept for a device; ends with the object.
class VolumeClaim {
 public:
  enum class Use { append, read };

  VolumeClaim() = default;
  VolumeClaim(VolumeClaims& claims, std::string volume, const StorageDevice& device, Use use)
      : claims_(&claims), volume_(std::move(volume)), device_(&device), use_(use) {}
  VolumeClaim(VolumeClaim&& other) noexcept
      : claims_(std::exchange(other.claims_, nullptr)),
        volume_(std::move(other.volume_)),
        device_(other.device_),
        use_(other.use_) {}
  VolumeClaim& operator=(VolumeClaim&& other) noexcept;
  ~VolumeClaim() { release(); }

  /// Empty: none, or released.
  const std::string& volume() const { return volume_; }
  void release();
  /// As if it had not been taken: nobody looks for the volume again because of it.
  void undo();

 private:
  VolumeClaims* claims_ = nullptr;
  std::string volume_;
  const StorageDevice* device_ = nullptr;
  Use use_ = Use::append;
};

/// Which volumes are in use: one that is appended to belongs to one device, and nobody reads it when that begins. A
/// reader is never turned away, because what it reads was durable before it heard of it. (Where the medium itself can be in
/// one drive only, readers wait for that: OperatorWait.) Any thread.
class VolumeClaims {
 public:
  /// Nothing: another device appends to it, or, where it is to be appended to, somebody reads it.
  std::optional<VolumeClaim> take(const std::string& volume, const StorageDevice& device,
                                  VolumeClaim::Use use);
  bool may_append(const std::string& volume, const StorageDevice& device) const;
  /// The device that appends to it; null for none.
  const StorageDevice* writer(const std::string& volume) const;
  unsigned readers(const std::string& volume) const;
  /// Another device that appends to it or reads it; null for none.
  const StorageDevice* user_besides(const std::string& volume, const StorageDevice& device) const;

  /// Called on every release, on the thread that released. Set once, before jobs run.
  void on_release(std::function<void()> notify) { released_ = std::move(notify); }

 private:
  friend class VolumeClaim;
  void remove(const std::string& volume, const StorageDevice& device, VolumeClaim::Use use);

  struct Claim {
    const StorageDevice* writer = nullptr;
    unsigned appending = 0;
    std::multiset<const StorageDevice*> readers;
    bool may_append(const StorageDevice& device) const {
      return readers.empty() && (appending == 0 || writer == &device);
    }
  };
  Guarded<std::map<std::string, Claim, std::less<>>> claims_;
  std::function<void()> released_;
};

}  // namespace holdfast::volumes
