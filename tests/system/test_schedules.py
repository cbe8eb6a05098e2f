# SPDX-License-Identifier: AGPL-3.0-or-later
"""Schedules of a running Director whose clock the tests set."""
import re

import pytest

from clock import Clock
from waiting import eventually


@pytest.fixture
def clock(tmp_path):
    return Clock(tmp_path)


@pytest.fixture
def central_european(tmp_path):
    return Clock(tmp_path, zone="CET-1CEST,M3.5.0,M10.5.0/3")


def schedule(job, *times, more="Type = Admin"):
    runs = "\n".join(f"Run = {each}" for each in times)
    return f"Schedule {{ Name = {job}-times\n{runs}\n}}\nJob {{ Name = {job}; JobDefs = Defaults; Schedule = {job}-times\n{more}\n}}\n"


def starts(here, job):
    """For which moments the job was started, of those that have ended."""
    return [when for when, in here.query("SELECT SchedTime FROM Job WHERE Name = ? AND JobStatus = 'T' ORDER BY JobId", job)]


def started(here, job, *moments, by_hand=0):
    """Waits for them, and expects no others but those that were started by hand before."""
    eventually(lambda: len(starts(here, job)) >= by_hand + len(moments), otherwise=here.how_it_stands)
    assert starts(here, job)[by_hand:] == list(moments)


def set_clock(here, clock, moment):
    """And lets the Director look at it: by itself it does so now and then, and when a job is due."""
    clock.set(moment)
    assert "reloaded" in here.console("reload")


def test_a_job_starts_once_whatever_happens_in_its_minute(install, small_tree, clock):
    here = install(source=small_tree, start=False, more=schedule(
        "nightly", "Full at 13:00", "Level=Incremental Priority=7 at 13:01", "at 13:02", more="Type = Backup"))
    clock.set("2026-11-24 12:59:58.5")
    here.start(**clock.options)
    shown = here.console("status scheduler days=1")
    assert re.search(r"Tue 24-Nov-2026 13:00 +nightly-times", shown), shown
    started(here, "nightly", "2026-11-24 13:00:00")
    set_clock(here, clock, "2026-11-24 13:00:58.5")
    started(here, "nightly", "2026-11-24 13:00:00", "2026-11-24 13:01:00")
    assert [level for level, in here.query("SELECT Level FROM Job ORDER BY JobId")] == ["F", "I"]
    assert "Job triggered by:       Scheduler" in here.job_log(2)
    assert here.stop("dir") == {"dir": 0}
    here.start("dir", **clock.options)
    set_clock(here, clock, "2026-11-24 13:01:58.5")
    started(here, "nightly", *(f"2026-11-24 13:0{minute}:00" for minute in range(3)))


def test_missed_runs_are_dropped_or_made_up_for_once(install, clock):
    times = ("at 13:00", "at 14:00", "at 15:01")
    here = install(start=False, more=schedule("dropped", *times)
                   + schedule("caught-up", *times, more="Type = Admin; Run Missed Schedule = yes")
                   + schedule("new", *times, more="Type = Admin; Run Missed Schedule = yes"))
    clock.set("2026-11-24 12:00:00")
    here.start("dir", **clock.options)
    for job in ("dropped", "caught-up"):
        assert here.run(f"run job={job} yes").status == "T"
    assert here.stop("dir") == {"dir": 0}
    clock.set("2026-11-24 15:00:58")
    here.start("dir", **clock.options)
    started(here, "new", "2026-11-24 15:01:00")
    started(here, "dropped", "2026-11-24 15:01:00", by_hand=1)
    started(here, "caught-up", "2026-11-24 14:00:00", "2026-11-24 15:01:00", by_hand=1)


def test_what_is_disabled_does_not_start_until_a_reload(install, clock):
    times = [f"at 13:0{minute}" for minute in range(4)]
    here = install(start=False, more=schedule("one", *times) + schedule("other", *times))
    clock.set("2026-11-24 12:59:56")
    here.start("dir", **clock.options)
    assert 'Job "one" disabled' in here.console("disable job=one")
    disabled = clock.now()
    shown = here.console("status scheduler days=1")
    assert re.search(r"^ *other-times", shown, re.MULTILINE) and "one (disabled)" in shown, shown
    eventually(lambda: any(when > disabled for when in starts(here, "other")), timeout=90)
    assert not [when for when in starts(here, "one") if when > disabled]
    last, = starts(here, "other")[-1:]
    minute = int(last[15])
    set_clock(here, clock, f"2026-11-24 13:0{minute}:58.5")
    eventually(lambda: f"2026-11-24 13:0{minute + 1}:00" in starts(here, "one"))


def test_a_reload_changes_nothing_for_a_job_that_runs(install, small_tree, tmp_path):
    gate = tmp_path / "gate"
    wait = tmp_path / "wait"
    wait.write_text(f"#!/bin/sh\necho the old one\nuntil [ -e {gate} ]; do sleep 0.05; done\n")
    wait.chmod(0o755)
    before = f"""
Pool {{ Name = Old; Pool Type = Backup; Label Format = "Old-" }}
Messages {{ Name = Old; Catalog = all; Append = "{tmp_path}/old.log" = all }}
Job {{ Name = long; JobDefs = Defaults; Pool = Old; Messages = Old; Client Run Before Job = {wait}
  Run After Job = "touch {tmp_path}/after-old" }}
Job {{ Name = gone; JobDefs = Defaults; Pool = Old; Messages = Old; Run Before Job = {wait} }}
"""
    after = f"""
Job {{ Name = long; JobDefs = Defaults; Level = Incremental; Run After Job = "touch {tmp_path}/after-new" }}
"""
    here = install(source=small_tree, more=before)
    for number, job in enumerate(("long", "gone"), 1):
        assert f"JobId={number}" in here.console(f"run job={job} level=Full yes")
        eventually(lambda: "the old one" in here.job_log(number))
    here.configure(more=after, director="Maximum Concurrent Jobs = 10", full_pool="Maximum Volumes = 1")
    assert "reloaded" in here.console("reload")
    shown = here.console("status director", "show jobs")
    assert "long" in shown and "gone" not in shown[shown.index("show jobs"):]
    gate.touch()
    for number in (1, 2):
        job = here.wait_for(number)
        assert job.status == "T" and job.level == "F" and job.files, here.job_log(number)
        assert 'Pool:                   "Old"' in here.job_log(number)
        assert f"JobId {number}:" in (tmp_path / "old.log").read_text()
    eventually(lambda: (tmp_path / "after-old").exists())
    assert not (tmp_path / "after-new").exists()
    assert all(name.startswith("Old-") for name in here.volume_rows())
    assert here.run("run job=long yes").status == "T"
    eventually(lambda: (tmp_path / "after-new").exists())
    assert "Job queued" not in here.console("run job=gone yes")


def test_a_clock_set_back_a_day_runs_nothing_twice_and_prunes_nothing_early(install, small_tree, clock):
    def nightly(more=""):
        return schedule("nightly", "Full at 13:00", more="Type = Backup") + more

    here = install(source=small_tree, start=False, more=nightly(), client="Job Retention = 2 days; File Retention = 2 days",
                   full_pool="Volume Retention = 2 days; Maximum Volume Jobs = 1")
    clock.set("2026-11-23 12:59:58.5")
    here.start(**clock.options)
    days = ["2026-11-23 13:00:00", "2026-11-24 13:00:00"]
    started(here, "nightly", *days[:1])
    set_clock(here, clock, "2026-11-24 12:59:58.5")
    started(here, "nightly", *days)
    volumes = here.volume_rows()
    assert len(volumes) == 2

    def prune():
        return here.console("prune jobs client=test-fd yes", "prune files client=test-fd yes",
                            *(f"prune volume={name} yes" for name in volumes))

    def kept():
        return [files for files, in here.query("SELECT COUNT(*) FROM File GROUP BY JobId ORDER BY JobId")], here.volume_rows()

    everything = kept()
    # The hour comes again: once under the running Director, once for one that starts in it.
    here.configure(more=nightly(schedule("sync", "at 13:00", "at 13:01")))
    set_clock(here, clock, "2026-11-23 12:59:58.5")
    started(here, "sync", "2026-11-23 13:00:00")
    assert here.stop("dir") == {"dir": 0}
    clock.set("2026-11-23 13:00:30")
    here.start("dir", **clock.options)
    set_clock(here, clock, "2026-11-23 13:00:58.5")
    started(here, "sync", "2026-11-23 13:00:00", "2026-11-23 13:01:00")
    assert starts(here, "nightly") == days
    prune()
    assert kept() == everything
    # What the clock of before says about changes cannot be trusted.
    increment = here.run("run job=nightly level=Incremental yes")
    log = here.job_log(increment.id)
    assert increment.status == "T" and "Incremental, since=2026-11-23 13:00:0" in log, log
    assert "JobId 2 began at 2026-11-24 13:00:0" in log and "the clock was set back" in log, log
    set_clock(here, clock, "2026-11-26 12:00:00")
    prune()
    assert kept()[0] == everything[0][1:], "two days after the first job, and no sooner"


def test_the_hour_that_comes_twice_runs_a_job_once(install, central_european):
    here = install(start=False, more=schedule("nightly", "at 2:30", more="Type = Admin; Run Missed Schedule = yes")
                   + schedule("sync", "at 3:00"))
    central_european.set("2026-10-25 00:29:58.5")
    here.start("dir", **central_european.options)
    started(here, "nightly", "2026-10-25 02:30:00")
    set_clock(here, central_european, "2026-10-25 01:30:10")
    assert here.stop("dir") == {"dir": 0}
    here.start("dir", **central_european.options)
    set_clock(here, central_european, "2026-10-25 01:59:58.5")
    started(here, "sync", "2026-10-25 03:00:00")
    assert starts(here, "nightly") == ["2026-10-25 02:30:00"]


def test_the_hour_that_is_skipped_runs_a_job_as_late_as_the_clock_skipped(install, central_european):
    here = install(start=False, more=schedule("nightly", "at 2:30") + schedule("sync", "at 3:31"))
    central_european.set("2026-03-29 01:29:58.5")
    here.start("dir", **central_european.options)
    started(here, "nightly", "2026-03-29 03:30:00")
    set_clock(here, central_european, "2026-03-29 01:30:58.5")
    started(here, "sync", "2026-03-29 03:31:00")
    assert starts(here, "nightly") == ["2026-03-29 03:30:00"]
