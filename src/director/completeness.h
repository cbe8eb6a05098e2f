// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/job_end.h"

namespace holdfast::director {

/// Whether client, storage and catalog agree about what a backup saved: their counts of files, and, of daemons that
/// give them, records, bytes and the digest over all that the catalog got; that the catalog holds the rows; and that
/// it knows a volume for every file. Each disagreement is an error in the job's log.
bool is_complete(ActiveJob& job, const JobOutcome& outcome, catalog::Catalog& catalog);

/// The same of a job that a Storage Daemon made of others, for which `expected` files were to be read. A copy has a
/// `source`, and must come to the digest that was proven of it; only a Storage Daemon of ours is asked for that.
bool is_complete_copy(ActiveJob& job, const JobOutcome& outcome, std::uint64_t expected,
                      std::optional<JobId> source, catalog::Catalog& catalog);

}  // namespace holdfast::director
