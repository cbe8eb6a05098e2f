// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

namespace holdfast::apps {

// The commands of `holdfast`; argv[0] is the command's word. Each returns the exit code (docs/manual/command-line.md)
// and throws Error where it could not do its work.

int run_job(int argc, const char* const* argv);
int restore(int argc, const char* const* argv);
int list_jobs(int argc, const char* const* argv);
int show_status(int argc, const char* const* argv);
int run_console(int argc, const char* const* argv);
/// The console with @input, @output, @tee and @exec for root too.
int run_unsafe_console(int argc, const char* const* argv);

// Exit codes beside those of all programs.
inline constexpr int exit_job_failed = 2;
inline constexpr int exit_job_warnings = 3;

}  // namespace holdfast::apps
