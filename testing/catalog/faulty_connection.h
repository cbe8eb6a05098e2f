// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <atomic>
#include <filesystem>
#include <limits>
#include <memory>

#include "catalog/sql_connection.h"

namespace holdfast::catalog {

/// Says when the disk is full: after so many changes of the database, and from then on always. Shared by all
/// connections that are to fail together; any thread.
class FaultCountdown {
 public:
  explicit FaultCountdown(int changes) : left_(changes) {}
  /// Throws Error{no_space} when it is time.
  void count();
  /// There is room again, for good.
  void make_room() { left_ = std::numeric_limits<int>::max(); }
  bool fired() const { return left_.load() < 0; }

 private:
  std::atomic<int> left_;
};

/// A catalog whose changes fail by the countdown.
std::unique_ptr<Catalog> make_faulty_catalog(std::unique_ptr<SqlConnection> connection,
                                             std::shared_ptr<FaultCountdown> faults);

/// A catalog on a file whose changes fail by the countdown.
std::unique_ptr<Catalog> open_faulty_catalog(const std::filesystem::path& file,
                                             std::shared_ptr<FaultCountdown> faults);

}  // namespace holdfast::catalog
