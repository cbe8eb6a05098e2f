# SPDX-License-Identifier: AGPL-3.0-or-later
"""A power cut takes the last seconds of the catalog with it, while the volumes have them: the next job brings the catalog up
to date with the volume, and nothing that lies there is lost or written over."""
import sqlite3

import agreement
import trees


def snapshot(here, to):
    """The catalog as it is now, in a file; the Director goes on meanwhile."""
    source = sqlite3.connect(here.work / "dir" / "catalog.sqlite")
    target = sqlite3.connect(to)
    with source, target:
        source.backup(target)
    source.close()
    target.close()


def put_back(here, old):
    catalog = here.work / "dir" / "catalog.sqlite"
    for suffix in ("-wal", "-shm"):
        catalog.with_name(catalog.name + suffix).unlink(missing_ok=True)
    catalog.write_bytes(old.read_bytes())


def change(here, number):
    trees.write(here.source / f"changed-{number}", b"content %d" % number * 5000)
    trees.settle(here.source)


def restores(here, job, manifest):
    restored = here.restore(job.id)
    assert restored.status == "T", here.job_log(restored.id)
    assert trees.differences(manifest, trees.manifest(here.restored)) == []


def test_a_catalog_that_is_behind_is_brought_up_to_date_from_the_volume(install, tmp_path):
    here = install()
    change(here, 0)
    first = here.backup()
    manifest = trees.manifest(here.source)
    snapshot(here, tmp_path / "old.sqlite")
    change(here, 1)
    lost = here.backup()
    assert lost.status == "T"
    here.kill("dir")
    put_back(here, tmp_path / "old.sqlite")
    here.start("dir")
    assert not here.job(lost.id)

    change(here, 2)
    after = here.backup()
    now = trees.manifest(here.source)
    assert after.status in "TW", here.job_log(after.id)
    assert "Correcting Catalog" in here.job_log(after.id)
    agreement.check_volumes(here)
    agreement.check_readable(here)
    for job in (first, after):
        agreement.check_job(here, job.id)
    restores(here, after, now)
    assert here.job(first.id) == first
    trees.remove(here.restored)
    restores(here, first, manifest)


def test_a_job_that_ran_at_the_power_cut_is_failed_and_its_volume_goes_on(install, tmp_path):
    here = install()
    for number in range(5):
        change(here, number)
    first = here.backup()
    manifest = trees.manifest(here.source)
    # The catalog of a moment in which the second job was running, and the volume of a later one.
    here.console("run job=backup level=Full yes")
    snapshot(here, tmp_path / "old.sqlite")
    here.wait_for(first.id + 1)
    here.kill("dir")
    put_back(here, tmp_path / "old.sqlite")
    here.start("dir")
    interrupted = here.job(first.id + 1)
    assert interrupted.status in "fT"
    after = here.backup()
    assert after.status in "TW", here.job_log(after.id)
    agreement.check_volumes(here)
    agreement.check_readable(here)
    restores(here, after, manifest)
