// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/common/subcommands.h"
#include "apps/holdfast-tools/tools.h"

namespace {

using namespace holdfast::apps;

constexpr Subcommand tools[] = {
    {"regex", "bregex", "try regular expressions on the lines of a file", run_regex},
    {"wild", "bwild", "try wildcards on the lines of a file", run_wild},
    {"files", "btestls", "list the files that a backup of some paths would save", run_list_files},
    {"mail", "bsmtp", "send standard input as a mail", run_mail},
    {"catalog", "bareos-dbcheck", "check the catalog, and repair it", run_check_catalog},
    {"", "dbcheck", "", run_check_catalog},
};

}  // namespace

int main(int argc, char** argv) {
  return run_subcommand({.name = "holdfast-tools",
                         .description = "Holdfast tools: small helpers around the daemons",
                         .commands = tools},
                        argc, argv);
}
