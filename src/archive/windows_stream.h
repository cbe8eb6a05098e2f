// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace holdfast::archive {

/// Takes the file data out of a Windows BackupRead stream: headers and bodies one after the other, wherever the
/// records were cut (interop 05, section 10). The input is not trusted.
class WindowsStream {
 public:
  /// The pieces of file data in the next bytes; views into them.
  std::vector<Bytes> feed(Bytes bytes);

 private:
  Bytes take_header(Bytes bytes);

  Buffer header_;
  std::uint64_t name_left_ = 0;
  std::uint64_t body_left_ = 0;
  bool is_data_ = false;
};

}  // namespace holdfast::archive
