# SPDX-License-Identifier: AGPL-3.0-or-later
import random

import pytest

import disconnect
import trees


@pytest.mark.parametrize("case", disconnect.CASES)
def test_a_disturbed_connection_fails_the_job_in_time_and_nothing_else(programs, volume_tools, tmp_path, case):
    seed = random.SystemRandom().randrange(1_000_000)
    assert disconnect.run_series(tmp_path / "holdfast", programs, seed, case, disconnect.SAMPLE[case]) > 0


def test_a_client_that_sends_for_longer_than_its_patience_loses_none(install, tmp_path):
    source = tmp_path / "source"
    trees.write(source / "slow", random.Random(3).randbytes(3_000_000))
    here = install(source=source, client_own="Absolute Job Timeout = 1\n Maximum Bandwidth Per Job = 1000000")
    job = here.backup()
    assert job.status == "T", here.job_log(job.id)
