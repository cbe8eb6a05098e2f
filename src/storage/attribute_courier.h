// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "base/bounded_queue.h"
#include "storage/attribute_spool.h"
#include "storage/director_line.h"
#include "volumes/append_session.h"

namespace holdfast::storage {

/// Takes attributes to the Director on a thread of its own, so that a slow catalog does not hold up the disk
/// before several batches are waiting; or keeps them in a file until the end of the job, or until the disk is full.
class AttributeCourier final : public volumes::AttributeSink {
 public:
  /// Whether the pool wants its files in the catalog at all; if not, attributes are dropped.
  enum class Catalog { used, unused };

  /// `spool_path`: empty, or where to keep them.
  AttributeCourier(DirectorLine& director, const std::string& spool_path, volumes::SpoolCounters& counters,
                   Catalog catalog);
  ~AttributeCourier() override;

  void attributes(std::vector<volumes::CatalogRecord> batch) override;

  /// Returns when all batches given so far are on their way; throws what the courier failed with. Nothing may
  /// be given afterwards.
  void finish();

  bool is_spooling() const { return spool_ != nullptr; }
  std::uint64_t spooled_bytes() const { return spool_->bytes(); }
  /// Sends what was spooled.
  void despool();

 private:
  static constexpr std::size_t batches_ahead = 16;

  void carry();
  void spool(const volumes::CatalogRecord& record);
  void give_up_spooling();

  DirectorLine& director_;
  Catalog catalog_;
  volumes::SpoolCounters& counters_;
  std::unique_ptr<AttributeSpool> spool_;
  bool is_disk_full_ = false;  ///< attributes go to the Director at once
  BoundedQueue<std::vector<volumes::CatalogRecord>> queue_{batches_ahead};
  Guarded<std::exception_ptr> failure_;
  std::jthread carrying_;
};

}  // namespace holdfast::storage
