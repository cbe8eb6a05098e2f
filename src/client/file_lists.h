// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <stop_token>

#include "client/scripts.h"
#include "selection/fileset.h"

namespace holdfast::client {

/// Replaces the entries "|command" and "<file" of a file set by the lines they stand for, on this machine
/// (interop 02, section 4). Throws Error where a command fails or a file cannot be read: a job that does not
/// know what to save must not look complete.
void expand_file_lists(selection::FileSet& files, const JobCodes& codes, std::stop_token stop);

}  // namespace holdfast::client
