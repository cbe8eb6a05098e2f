// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "config/console_resources.h"
#include "config/director_resources.h"
#include "config/file_daemon_resources.h"
#include "config/parser.h"
#include "config/storage_resources.h"

namespace holdfast::config {

// The checks after parsing (interop 06, sections 10 and 13), and what is set where nothing was said: the first Messages
// resource, the first Catalog, the level that goes with a job's type. `file` is named in messages.

void check(DirectorConfiguration& configuration, const std::string& file, Findings& findings);
void check(StorageConfiguration& configuration, const std::string& file, Findings& findings);
void check(FileDaemonConfiguration& configuration, const std::string& file, Findings& findings);
void check(ConsoleConfiguration& configuration, const std::string& file, Findings& findings);

}  // namespace holdfast::config
