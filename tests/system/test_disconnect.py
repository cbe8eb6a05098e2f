# SPDX-License-Identifier: AGPL-3.0-or-later
import random

import pytest

import disconnect


@pytest.mark.parametrize("case", disconnect.CASES)
def test_a_disturbed_connection_fails_the_job_in_time_and_nothing_else(programs, volume_tools, tmp_path, case):
    seed = random.SystemRandom().randrange(1_000_000)
    assert disconnect.run_series(tmp_path / "holdfast", programs, seed, case, disconnect.SAMPLE[case]) > 0
