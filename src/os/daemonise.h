// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

namespace holdfast::os {

enum class StandardStreams {
  kept,
  closed,  ///< on /dev/null
};

/// Goes on in a child with a session of its own; the calling process ends with status 0. Before other threads exist.
void daemonise(StandardStreams streams);

}  // namespace holdfast::os
