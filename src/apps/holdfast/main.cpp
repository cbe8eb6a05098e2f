// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/common/subcommands.h"
#include "apps/holdfast/commands.h"
#include "apps/holdfast/quickstart.h"

namespace {

using namespace holdfast::apps;

constexpr Subcommand commands[] = {
    {"quickstart", "", "set up a Director, clients and storage for trying out, and back up a folder",
     quickstart},
    {"run", "", "run a job and follow it to its end", run_job},
    {"restore", "", "restore files and follow the job to its end", restore},
    {"jobs", "", "list jobs", list_jobs},
    {"status", "", "what the Director is doing, or how one job went", show_status},
    {"console", "bconsole", "interactive console with all commands of the Director", run_console},
    {"", "bconsole-unsafe", "", run_unsafe_console},
};

constexpr const char* examples =
    "  holdfast quickstart\n"
    "  holdfast run nightly --level Full\n"
    "  holdfast restore --client db1-fd --file /etc/hosts --where /tmp/restored\n"
    "  holdfast jobs --days 1 --json\n"
    "  holdfast console\n";

}  // namespace

int main(int argc, char** argv) {
  return run_subcommand({.name = "holdfast",
                         .description = "Holdfast, network backup",
                         .commands = commands,
                         .examples = examples},
                        argc, argv);
}
