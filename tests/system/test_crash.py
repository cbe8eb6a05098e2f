# SPDX-License-Identifier: AGPL-3.0-or-later
import random

import crash


def test_daemons_killed_during_backups_leave_volumes_and_catalog_that_agree(programs, volume_tools, tmp_path):
    seed = random.SystemRandom().randrange(1_000_000)
    ended = crash.run_rounds(tmp_path / "holdfast", programs, rounds=10, seed=seed)
    assert ended["failed"], f"seed {seed}: no job was interrupted"
