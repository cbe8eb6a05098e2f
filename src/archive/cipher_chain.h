// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>

#include "crypto/data_cipher.h"

namespace holdfast::archive {

/// Encrypts the parts of one large file, which is one stream of a cipher, in their order, on whatever threads have them
/// in work; so that what else there is to do to the parts is done in parallel.
///
/// Whoever works on a part must do so, or abandon() the chain: the others wait. They wait for parts that somebody
/// works on already, since the pipeline gives them out in order; so one of them always goes on.
class CipherChain {
 public:
  /// Encrypts the blocks of one part.
  using Work = std::function<void(crypto::Encryption&)>;

  explicit CipherChain(const crypto::SessionKey& key) : encryption_(key) { encryption_.start(); }

  /// Waits until the parts 0 to `part` - 1 are done. Does nothing on a chain that was abandoned. Throws what `work`
  /// throws; then the chain must be abandoned.
  void in_turn(std::uint32_t part, const Work& work);
  /// Ends all waiting: a part failed, and with it the backup.
  void abandon();

 private:
  crypto::Encryption encryption_;  ///< of whose turn it is

  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint32_t next_ = 0;
  bool is_abandoned_ = false;
};

}  // namespace holdfast::archive
