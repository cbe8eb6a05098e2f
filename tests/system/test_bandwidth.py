# SPDX-License-Identifier: AGPL-3.0-or-later
"""Limits of the connection between client and Storage Daemon: whose counts, and that it holds."""
import os
import re

import pytest

from waiting import eventually

SLOW = "Job { Name = slow; JobDefs = Defaults; Maximum Bandwidth = 20 kb/s }"


@pytest.fixture
def incompressible(tmp_path):
    folder = tmp_path / "incompressible"
    folder.mkdir()
    for number in range(40):
        (folder / f"file {number}").write_bytes(os.urandom(200_000))
    return folder


def limit_of_running_job(here, job):
    """What the client says of a job under way, which is cancelled then."""
    here.console(f"run job={job} level=Full yes")
    running = eventually(lambda: re.search(r"Bwlimit=([1-9]\d*)", here.console("status client=test-fd")),
                         otherwise=lambda: here.console("status client=test-fd"))
    here.console("cancel jobid=1 yes")
    assert here.wait_for(1).status == "A"
    return int(running[1])


@pytest.mark.parametrize("job, settings, limit", [
    ("slow", {"more": SLOW}, 20_000),
    ("slow", {"more": SLOW, "client": "Maximum Bandwidth Per Job = 50 kb/s"}, 20_000),
    ("backup", {"client": "Maximum Bandwidth Per Job = 50 kb/s"}, 50_000),
    ("backup", {"client_director": "Maximum Bandwidth Per Job = 30 kb/s", "client_own": "Maximum Bandwidth Per Job = 40 kb/s"},
     30_000),
    ("backup", {"client_own": "Maximum Bandwidth Per Job = 40 kb/s"}, 40_000),
], ids=["job", "job before client", "client", "Director of the client", "client's own"])
def test_the_nearest_limit_counts(install, incompressible, job, settings, limit):
    here = install(source=incompressible, **settings)
    assert limit_of_running_job(here, job) == limit


def test_a_job_under_its_limit_ends_well(install, small_tree):
    here = install(source=small_tree, more="Job { Name = slow; JobDefs = Defaults; Maximum Bandwidth = 100 mb/s }",
                   client_own="Allow Bandwidth Bursting = yes")
    saved = here.run("run job=slow level=Full yes")
    assert saved.status == "T", here.job_log(saved.id)
    assert here.restore(saved.id).status == "T"
