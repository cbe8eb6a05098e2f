// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/cipher_chain.h"

namespace holdfast::archive {

void CipherChain::in_turn(std::uint32_t part, const Work& work) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return next_ == part || is_abandoned_; });
    if (is_abandoned_) return;
  }
  work(encryption_);
  {
    const std::lock_guard lock(mutex_);
    ++next_;
  }
  changed_.notify_all();
}

void CipherChain::abandon() {
  {
    const std::lock_guard lock(mutex_);
    is_abandoned_ = true;
  }
  changed_.notify_all();
}

}  // namespace holdfast::archive
