// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/magnetic_tape.h"

namespace holdfast::device {

Outcome<std::unique_ptr<TapeDrive>> MagneticTape::open(const std::string& path, os::Tape::Access access) {
  // A blocking open of a drive without medium would wait as long as the driver likes; so it is asked first whether it
  // can move its tape. The driver lets only one have it open.
  {
    auto asked = os::Tape::open_unready(path);
    if (!asked) return unexpected(asked.error());
    if (auto rewound = asked->operate(TapeOperation::rewind, 1); !rewound) return unexpected(rewound.error());
  }
  auto tape = os::Tape::open(path, access);
  if (!tape) return unexpected(tape.error());
  return std::make_unique<MagneticTape>(std::move(*tape));
}

Outcome<TapeWrite> MagneticTape::write(Bytes block) {
  return tape_.write(block).map([](std::size_t length) { return TapeWrite{.length = length}; });
}

}  // namespace holdfast::device
