# SPDX-License-Identifier: AGPL-3.0-or-later
"""Jobs that collect their data on a disk of the Storage Daemon first."""
import trees


def spools(here):
    return sorted(path.name for path in here.work.rglob("*.spool"))


def test_a_job_that_spools_brings_everything_back(install, every_kind):
    here = install(source=every_kind)
    job = here.backup(more="spooldata=yes")
    log = here.job_log(job.id)
    assert job.status == "T", log
    assert "Spooling data ..." in log
    assert 'Committing spooled data to Volume "' in log
    assert "Sending spooled attrs to the Director." in log
    assert spools(here) == []
    status = here.console("status storage")
    assert "Data spooling: 0 active jobs, 0 bytes; 1 total jobs, " in status, status
    restored = here.restore(job.id)
    assert restored.status == "T", here.job_log(restored.id)
    trees.assert_same(every_kind, here.restored)
