# SPDX-License-Identifier: AGPL-3.0-or-later
"""Volumes are pruned, recycled and truncated by running daemons, and the newest restorable backup is held."""
import trees

ONE_JOB_EACH = "Maximum Volume Jobs = 1\n Volume Retention = 1 second\n Maximum Volumes = 2\n"


def age(here, job_id, days=10):
    """Makes a job look older, as if it had run days ago."""
    here.change("UPDATE Job SET JobTDate = JobTDate - ? WHERE JobId = ?", days * 86400, job_id)


def test_an_expired_volume_is_written_again_and_restores(install, small_tree):
    here = install(source=small_tree, full_pool=ONE_JOB_EACH)
    first, second = here.backup(), here.backup()
    for job in first, second:
        assert job.status == "T", here.job_log(job.id)
        age(here, job.id)
    third = here.backup()
    assert third.status == "T", here.job_log(third.id)
    log = here.job_log(third.id)
    assert 'Recycled volume "Full-0001"' in log, log
    assert here.query("SELECT JobId FROM Job WHERE JobId = ?", first.id) == []
    assert here.query("SELECT VolStatus, RecycleCount FROM Media WHERE VolumeName = 'Full-0001'") == [("Used", 1)]
    restored = here.restore(third.id)
    assert restored.status == "T", here.job_log(restored.id)
    trees.assert_same(small_tree, here.restored)


def test_the_newest_full_outlives_its_retention(install, small_tree):
    here = install(source=small_tree, full_pool=ONE_JOB_EACH)
    first, second = here.backup(), here.backup()
    age(here, first.id, 20)
    age(here, second.id, 10)
    assert f"JobId {second.id} Full" in here.console("show holds")
    assert f"JobId {first.id} Full" not in here.console("show holds")
    here.console(f"delete jobid={first.id} yes")
    assert here.query("SELECT JobId FROM Job WHERE JobId = ?", first.id) == []
    here.console("update volume=Full-0001 enabled=no")
    answer = here.console("list nextvolume job=backup")
    assert "Full-0002" not in answer, answer
    restored = here.restore(second.id)
    assert restored.status == "T", here.job_log(restored.id)
    trees.assert_same(small_tree, here.restored)


def test_purged_volumes_are_truncated_and_used_again(install, small_tree):
    here = install(source=small_tree, full_pool="Maximum Volume Jobs = 1\n Maximum Volumes = 1\n")
    first = here.backup()
    assert first.status == "T", here.job_log(first.id)
    assert "Marking it purged" in here.console("purge volume=Full-0001")
    size = (here.volumes / "Full-0001").stat().st_size
    answer = here.console("truncate volstatus=Purged storage=File yes")
    assert "has been truncated" in answer or "No results" in answer, answer
    if size > 64512:
        assert (here.volumes / "Full-0001").stat().st_size < 1024
    again = here.backup()
    assert again.status == "T", here.job_log(again.id)
    restored = here.restore(again.id)
    assert restored.status == "T", here.job_log(restored.id)


def test_files_and_jobs_are_pruned_behind_a_good_job(install, small_tree):
    here = install(source=small_tree, client="Auto Prune = yes\n File Retention = 5 days\n Job Retention = 15 days\n")
    old, middle = here.backup(), here.backup()
    age(here, old.id, 20)
    age(here, middle.id, 10)
    last = here.backup()
    log = here.job_log(last.id)
    assert "Pruned 1 Job for client test-fd from catalog." in log, log
    assert "Pruned Files from 1 Jobs for client test-fd from catalog." in log, log
    assert log.index("Termination:") < log.index("Begin pruning Jobs") < log.index("End auto prune.")
    assert here.query("SELECT JobId, PurgedFiles FROM Job WHERE Type = 'B' ORDER BY JobId") == [(middle.id, 1), (last.id, 0)]
