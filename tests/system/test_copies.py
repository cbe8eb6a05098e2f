# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copies, migrated jobs, virtual Fulls and what consolidation makes: each restores the tree that was saved, and what
fails on the way leaves source and catalog as they were."""
import re
import time

import pytest

import trees
from waiting import eventually

JOBS = """
Storage {{
  Name = Copies
  Address = 127.0.0.1
  Port = {copies_port}
  Password = "{copies_password}"
  Device = {copies_device}
  Media Type = {copies_media_type}
  Maximum Concurrent Jobs = 10
  {copies_more}
}}
Pool {{
  Name = Copies
  Pool Type = Backup
  Label Format = "Copy-"
  Storage = Copies
}}
Job {{
  Name = copy
  Type = Copy
  JobDefs = Defaults
  Selection Type = PoolUncopiedJobs
}}
Job {{
  Name = copy-incrementals
  Type = Copy
  JobDefs = Defaults
  Pool = Incremental
  Selection Type = PoolUncopiedJobs
}}
Job {{
  Name = migrate
  Type = Migrate
  JobDefs = Defaults
  Selection Type = Job
  Selection Pattern = "^backup$"
}}
Job {{
  Name = always
  JobDefs = Defaults
  Accurate = yes
  Always Incremental = yes
  Always Incremental Job Retention = 1 second
  Always Incremental Keep Number = 1
}}
Job {{
  Name = consolidate
  Type = Consolidate
  JobDefs = Defaults
  Accurate = yes
}}
"""

DEVICE = """
Device {{
  Name = CopyDevice
  Media Type = CopyFile
  Device Type = File
  Archive Device = "{volumes}"
  Label Media = yes
  Random Access = yes
  Automatic Mount = yes
  Removable Media = no
  Always Open = no
  Maximum Concurrent Jobs = 10
  Count = 4
}}
"""


def with_copies(install, source, other=None, **settings):
    """An installation whose Fulls have a next pool, on further devices, where Incrementals lie too, or on the Storage
    Daemon of another one."""
    here = install(source=source, start=False, full_pool="Next Pool = Copies",
                   incremental_pool="Next Pool = Copies\n  Storage = Copies", **settings)
    where = other or here
    here.configure(
        more=JOBS.format(copies_port=where.port("sd"), copies_password=where.settings["sd_password"],
                         copies_device="FileDevice" if other else "CopyDevice",
                         copies_media_type="File" if other else "CopyFile",
                         copies_more="" if other else "Auto Changer = yes"),
        storage_more="" if other else DEVICE.format(volumes=here.volumes))
    here.start()
    return here


def started_by(here, control):
    """The jobs that a job started, when they have ended."""
    assert control.status == "T", here.job_log(control.id)
    ids = re.findall(r"(?:Copying|Migration|Consolidating) JobId (\d+) started", here.job_log(control.id))
    return [here.wait_for(int(each)) for each in ids]


def results(here, source):
    """[(JobId, Type, JobStatus)] of what was made of a job."""
    return here.query("SELECT JobId, Type, JobStatus FROM Job WHERE PriorJobId = ? ORDER BY JobId", source)


def assert_restores(here, job_id, expected, more=""):
    restored = here.restore(job_id, more)
    assert restored.status == "T", here.job_log(restored.id)
    trees.assert_same(expected, here.restored)


def change(tree):
    """Nothing is deleted: our File Daemon does not notice that yet."""
    trees.let_a_second_pass()
    trees.write(tree / "new.txt", b"new")
    trees.write(tree / "folder-1" / "file-1.txt", b"changed")
    trees.let_a_second_pass()


def test_a_copy_restores_the_same_tree_and_stands_beside_its_source(install, every_kind):
    here = with_copies(install, every_kind)
    backup = here.backup()
    (worker,) = started_by(here, here.run("run job=copy yes"))
    assert worker.status == "T", here.job_log(worker.id)
    ((copy, kind, status),) = results(here, backup.id)
    assert (kind, status) == ("C", "T")
    copied = here.job(copy)
    assert (copied.files, copied.level, copied.start_time) == (backup.files, "F", backup.start_time)
    assert here.job(backup.id).type == "B"
    assert_restores(here, copy, every_kind)
    again = here.run("run job=copy yes")
    assert "No JobIds found to copy" in here.job_log(again.id)


def test_a_migrated_job_takes_the_place_of_its_source(install, small_tree):
    here = with_copies(install, small_tree)
    trees.let_a_second_pass()
    backup = here.backup()
    change(small_tree)
    incremental = here.backup("Incremental", "accurate=yes")
    (worker,) = started_by(here, here.run("run job=migrate yes"))
    assert worker.status == "T", here.job_log(worker.id)
    ((moved, kind, status),) = results(here, backup.id)
    assert (kind, status) == ("B", "T")
    assert here.job(backup.id).type == "M"
    assert here.query("SELECT count(*) FROM File WHERE JobId = ?", backup.id) == [(0,)]
    restored = here.run("restore client=test-fd restorejob=restore select current all done yes")
    assert restored.status == "T", here.job_log(restored.id)
    trees.assert_same(small_tree, here.restored)
    # The next one builds on the migrated Full.
    later = here.backup("Incremental")
    assert (later.status, later.level) == ("T", "I")
    assert incremental.id < moved < later.id


def test_a_virtual_full_is_the_newest_state(install, small_tree):
    here = with_copies(install, small_tree)
    trees.let_a_second_pass()
    here.backup(more="accurate=yes")
    change(small_tree)
    incremental = here.backup("Incremental", "accurate=yes")
    assert incremental.level == "I"
    virtual = here.run("run job=backup level=VirtualFull accurate=yes yes")
    assert (virtual.status, virtual.level) == ("T", "F"), here.job_log(virtual.id)
    assert (virtual.start_time, virtual.end_time) == (incremental.start_time, incremental.end_time)
    assert_restores(here, virtual.id, small_tree)
    # It stands on volumes of its own, and the next Incremental builds on it.
    trees.let_a_second_pass()
    trees.write(small_tree / "later.txt", b"later")
    later = here.backup("Incremental", "accurate=yes")
    assert (later.status, later.level) == ("T", "I"), here.job_log(later.id)
    restored = here.run("restore client=test-fd restorejob=restore select current all done yes")
    assert restored.status == "T", here.job_log(restored.id)
    trees.assert_same(small_tree, here.restored)


def test_consolidation_keeps_what_can_be_restored(install, small_tree):
    here = with_copies(install, small_tree)
    trees.let_a_second_pass()
    assert here.run("run job=always level=Full yes").status == "T"
    for number in range(3):
        trees.let_a_second_pass()
        trees.write(small_tree / f"new-{number}", b"new")
        trees.let_a_second_pass()
        job = here.run("run job=always level=Incremental yes")
        assert (job.status, job.level) == ("T", "I"), here.job_log(job.id)
        assert job.files == 2, "the file, and the folder in which it is new"
    trees.let_a_second_pass()
    trees.let_a_second_pass()
    (virtual,) = started_by(here, here.run("run job=consolidate yes"))
    assert (virtual.status, virtual.level) == ("T", "F"), here.job_log(virtual.id)
    # What was consolidated goes when the job has ended.
    good = "SELECT Level FROM Job WHERE Name = 'always' AND JobStatus = 'T' ORDER BY JobTDate, JobId"
    eventually(lambda: here.query(good) == [("F",), ("I",)], otherwise=lambda: here.query(good))
    restored = here.run("restore client=test-fd restorejob=restore select current all done yes")
    assert restored.status == "T", here.job_log(restored.id)
    trees.assert_same(small_tree, here.restored)
    # From then on the Full lies in the pool that the next one is written to.
    trees.write(small_tree / "last", b"last")
    trees.let_a_second_pass()
    assert here.run("run job=always level=Incremental yes").level == "I"
    trees.let_a_second_pass()
    trees.let_a_second_pass()
    (virtual,) = started_by(here, here.run("run job=consolidate yes"))
    assert (virtual.status, virtual.level) == ("T", "F"), here.job_log(virtual.id)
    restored = here.run("restore client=test-fd restorejob=restore select current all done yes")
    trees.assert_same(small_tree, here.restored)


def test_a_copy_goes_to_another_storage_daemon(install, every_kind):
    other = install("other", start=False)
    other.start("sd")
    here = with_copies(install, every_kind, other)
    backup = here.backup()
    (worker,) = started_by(here, here.run("run job=copy yes"))
    assert worker.status == "T", here.job_log(worker.id)
    ((copy, kind, status),) = results(here, backup.id)
    assert (kind, status) == ("C", "T")
    assert here.job(copy).files == backup.files
    assert any(other.volumes.iterdir())
    assert_restores(here, copy, every_kind)


def wait_for_volume(folder, pattern, size):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if any(path.stat().st_size > size for path in folder.glob(pattern)):
            return
        time.sleep(0.01)
    raise RuntimeError(f"no {pattern} in {folder} grew to {size} bytes")


def test_a_storage_daemon_killed_while_it_copies_leaves_the_source_as_it_was(install, small_tree):
    with open(small_tree / "large", "wb") as output:
        output.truncate(300_000_000)
    here = with_copies(install, small_tree)
    backup = here.backup()
    output = here.console("run job=copy yes")
    control = int(re.search(r"JobId=(\d+)", output)[1])
    wait_for_volume(here.volumes, "Copy-*", 5_000_000)
    here.kill("sd")
    (worker,) = started_by(here, here.wait_for(control))
    assert worker.status == "f", here.job_log(worker.id)
    ((_, kind, status),) = results(here, backup.id) or [(0, "B", "f")]
    assert (kind, status) == ("B", "f")
    assert here.job(backup.id).type == "B"
    assert here.query("SELECT count(*) FROM Job WHERE JobStatus IN ('R', 'C')") == [(0,)]
    here.start("sd")
    (again,) = started_by(here, here.run("run job=copy yes"))
    assert again.status == "T", here.job_log(again.id)
    copy = [each for each, kind, status in results(here, backup.id) if (kind, status) == ("C", "T")]
    assert len(copy) == 1
    assert_restores(here, copy[0], small_tree)


def test_a_restore_uses_the_copies_when_it_is_asked_to(install, small_tree):
    here = with_copies(install, small_tree)
    backup = here.backup()
    started_by(here, here.run("run job=copy yes"))
    restored = here.restore(backup.id)
    assert "Full-" in here.job_log(restored.id) and "Copy-" not in here.job_log(restored.id)
    restored = here.run("restore client=test-fd restorejob=restore copies select current all done yes")
    assert restored.status == "T", here.job_log(restored.id)
    assert "Copy-" in here.job_log(restored.id) and "Full-" not in here.job_log(restored.id)
    trees.assert_same(small_tree, here.restored)


@pytest.mark.parametrize("far", [False, True], ids=["to another device", "to another storage daemon"])
def test_a_copy_can_be_cancelled(install, small_tree, far):
    with open(small_tree / "large", "wb") as output:
        output.truncate(300_000_000)
    other = None
    if far:
        other = install("other", start=False)
        other.start("sd")
    here = with_copies(install, small_tree, other)
    backup = here.backup()
    output = here.console("run job=copy yes")
    control = here.wait_for(int(re.search(r"JobId=(\d+)", output)[1]))
    worker = int(re.search(r"Copying JobId (\d+) started", here.job_log(control.id))[1])
    wait_for_volume((other or here).volumes, "Copy-*", 5_000_000)
    here.console(f"cancel jobid={worker} yes")
    assert here.wait_for(worker).status == "A", here.job_log(worker)
    ((_, kind, status),) = results(here, backup.id)
    assert (kind, status) == ("B", "A")
    assert here.job(backup.id).type == "B"
    (again,) = started_by(here, here.run("run job=copy yes"))
    assert again.status == "T", here.job_log(again.id)
