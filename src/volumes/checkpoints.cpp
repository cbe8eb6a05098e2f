// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/checkpoints.h"

#include <fmt/core.h>

namespace holdfast::volumes {

void Checkpoints::write(const format::BuiltBlock& block) {
  writer_.write(block);
  const bool is_other_volume = std::exchange(generation_, writer_.generation()) != writer_.generation();
  if (!is_other_volume && clock_.instant() < next_) return;
  log_.message(MessageType::info,
               is_other_volume ? "Volume changed, doing checkpoint:\n"
                               : fmt::format("Doing timed backup checkpoint. Next checkpoint in {} seconds\n",
                                             interval_.count()));
  tell_catalog_();
  writer_.settle();
  next_ = clock_.instant() + interval_;
}

}  // namespace holdfast::volumes
