// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include "base/guarded.h"

namespace holdfast::director {

/// What must be done some time and cannot be done while the catalog is away: tried at once and then again and again, on
/// a thread of its own, each time in the order in which it came. Any thread.
class Errands {
 public:
  /// False: it cannot be done yet. Must not throw.
  using Errand = std::function<bool()>;

  explicit Errands(std::chrono::milliseconds between_tries);
  Errands(const Errands&) = delete;
  Errands& operator=(const Errands&) = delete;

  void add(Errand errand);
  /// Waits for the one that is being tried; nothing is done any more.
  void end();

 private:
  void keep(const std::stop_token& stop);

  std::chrono::milliseconds between_tries_;
  Guarded<std::vector<Errand>> added_;
  std::jthread thread_;
};

}  // namespace holdfast::director
