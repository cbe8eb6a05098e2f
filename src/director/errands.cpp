// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/errands.h"

#include <iterator>

namespace holdfast::director {

Errands::Errands(std::chrono::milliseconds between_tries) : between_tries_(between_tries) {
  thread_ = std::jthread([this](const std::stop_token& stop) { keep(stop); });
}

void Errands::add(Errand errand) {
  added_.with([&](std::vector<Errand>& added) { added.push_back(std::move(errand)); });
}

void Errands::end() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Errands::keep(const std::stop_token& stop) {
  std::vector<Errand> left;
  const auto is_there = [](const std::vector<Errand>& added) { return !added.empty(); };
  const auto take = [&](std::vector<Errand>& added) {
    std::move(added.begin(), added.end(), std::back_inserter(left));
    added.clear();
  };
  while (!stop.stop_requested()) {
    if (left.empty())
      added_.wait(stop, is_there, take);
    else
      added_.wait_for(stop, between_tries_, is_there, take);
    std::erase_if(left, [&](const Errand& errand) { return !stop.stop_requested() && errand(); });
  }
}

}  // namespace holdfast::director
