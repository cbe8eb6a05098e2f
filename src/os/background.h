// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace holdfast::os {

/// Starts a program that goes on when we end: a session of its own, no input, its output appended to `log`.
/// Returns its process id. Throws Error where the program or the log cannot be opened.
int start_in_background(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                        const std::filesystem::path& log);

/// Whether the process exists and runs this program, also where the file was replaced meanwhile. False for
/// another program that got the same id later.
bool runs_program(int process, const std::filesystem::path& program);

/// Asks the process to end and waits; after `patience` it is ended by force. It need not be our child.
void end_process(int process, std::chrono::milliseconds patience);

/// The effective user may do anything: root.
bool is_root();

}  // namespace holdfast::os
