// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/common/subcommands.h"
#include "apps/holdfast-volume/source.h"
#include "apps/holdfast-volume/tape_test.h"

namespace {

using namespace holdfast::apps;

constexpr Subcommand tools[] = {
    {"list", "bls", "files, jobs, blocks or labels on volumes", run_list},
    {"extract", "bextract", "restore files from volumes", run_extract},
    {"keys", "bscrypto", "keys of encrypted tapes, in files and drives", run_tape_keys},
    {"copy", "bcopy", "copy the jobs on volumes to other volumes", run_copy},
    {"scan", "bscan", "rebuild the catalog from volumes", run_scan},
    {"tape", "btape", "try out a tape drive", run_tape_test},
    {"check", "", "verify volumes, their files and the catalog", run_check},
    {"repair", "", "rewrite a volume without its damaged parts", run_repair},
};

}  // namespace

int main(int argc, char** argv) {
  return run_subcommand({.name = "holdfast-volume",
                         .description = "Holdfast volume tools: work on volumes without a Storage Daemon",
                         .commands = tools},
                        argc, argv);
}
