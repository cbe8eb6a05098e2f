// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// Small programs around the daemons (interop 10, section 9): trying out what a FileSet says, sending mail, looking after
// the catalog. Each is a command of holdfast-tools and has the name of the peer's program as a link.

namespace holdfast::apps {

int run_regex(int argc, const char* const* argv);
int run_wild(int argc, const char* const* argv);
int run_list_files(int argc, const char* const* argv);
int run_mail(int argc, const char* const* argv);
int run_check_catalog(int argc, const char* const* argv);

}  // namespace holdfast::apps
