# SPDX-License-Identifier: AGPL-3.0-or-later
import random

import crash
import crash_director


def test_daemons_killed_during_backups_leave_volumes_and_catalog_that_agree(programs, volume_tools, tmp_path):
    seed = random.SystemRandom().randrange(1_000_000)
    ended = crash.run_rounds(tmp_path / "holdfast", programs, rounds=10, seed=seed)
    assert ended["failed"], f"seed {seed}: no job was interrupted"


def test_a_director_killed_during_jobs_of_every_type_leaves_none_running_and_nothing_lost(programs, volume_tools, tmp_path):
    seed = random.SystemRandom().randrange(1_000_000)
    rounds = len(crash_director.AllJobs(tmp_path / "kinds", programs, seed).kinds)
    ended = crash.run_rounds(tmp_path / "holdfast", programs, rounds, seed, of=crash_director.AllJobs)
    assert ended["failed"], f"seed {seed}: no job was interrupted"
