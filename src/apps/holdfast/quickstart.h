// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

namespace holdfast::apps {

/// `holdfast quickstart [--stop] [--home FOLDER] [FOLDER]`: writes a configuration with generated passwords under
/// ~/holdfast, starts the three daemons as the user who calls, backs FOLDER up (default /usr/share/doc), restores
/// it beside and compares. Where it runs already, backs up what changed. `argv[0]` is the word quickstart.
/// Returns the exit code.
int quickstart(int argc, const char* const* argv);

}  // namespace holdfast::apps
