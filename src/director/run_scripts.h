// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/active_job.h"
#include "director/job_runner.h"

namespace holdfast::director {

/// When a Job's scripts on the Director run.
enum class ScriptMoment { before, after };

/// Runs the commands that are due on this host, one after the other; what they print goes to the job's log (interop 08,
/// section 11). False where one failed whose failure fails the job.
///
/// They end with the job when it is cancelled. Those for a job that was cancelled already may take a minute.
bool run_director_scripts(ActiveJob& job, ScriptMoment moment, const JobSurroundings& surroundings);

}  // namespace holdfast::director
