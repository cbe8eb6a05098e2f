# SPDX-License-Identifier: AGPL-3.0-or-later
"""The catalog goes away while the Director works: its server stops, for a moment or longer, or its disk is full. Jobs go on
or fail in a stated time with a clear message, the Director answers meanwhile, nothing that was saved is lost, and the next
job works."""
import os
import re
import signal
import sqlite3
import subprocess
import time

import pytest

import postgres
import proxy
import trees
from clock import Clock
from waiting import eventually

GONE = "the connection to the catalog was lost and cannot be made again"


@pytest.fixture(scope="module")
def server():
    yield from postgres.for_tests()


@pytest.fixture
def ways():
    """Proxies; they end after the daemons that use them."""
    made = []
    yield made
    for way in made:
        way.close()


@pytest.fixture
def holdable(ways, install, tmp_path):
    """An installation that is not started yet, whose jobs hold_job() can hold in the middle."""
    def make(**settings):
        source = trees.small_tree(tmp_path / "source", files=300)
        trees.write(source / "large", os.urandom(20_000_000))
        trees.settle(source)
        here = install(source=source, start=False, **settings)
        here.way = proxy.Proxy(here.port("sd"))
        ways.append(here.way)
        here.configure(storage_port=here.way.port)
        return here

    return make


@pytest.fixture
def on_postgres(holdable, server):
    def make(under=None, **settings):
        if server.process.poll() is not None:
            server.start()
        server.forget()
        here = holdable(database=server, **settings)
        subprocess.run(director(here, "--setup-catalog"), check=True, env=server.administrator(), capture_output=True,
                       timeout=60)
        here.start(**under.options if under else {})
        return here

    return make


def director(here, *options):
    return [here.programs / "holdfast-dir", *options, "-c", here.work / "dir.conf"]


def refusal(here, *options, **more):
    """What a Director says that does not start."""
    done = subprocess.run(director(here, *options), capture_output=True, text=True, timeout=60, **more)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stderr


def hold_job(here, after=150):
    """A Full whose data stops on its way to the storage."""
    here.way.is_held.clear()
    here.way.may_go_on.clear()
    here.way.plan(proxy.JOB, proxy.Fault(after=after, how="hold"))
    job = int(re.search(r"Job queued\. JobId=(\d+)", here.console("run job=backup level=Full yes"))[1])
    assert here.way.is_held.wait(60), here.everything_said()
    return job


def said(here, name):
    path = here.work / "dir" / f"{name}.log"
    return path.read_text(errors="replace") if path.exists() else ""


def assert_status_is_told(here, job):
    began = time.monotonic()
    told = here.console("status director", timeout=30)
    assert re.search(rf"^\s*{job}\s.*is running", told, re.MULTILINE), told
    assert time.monotonic() - began < postgres.PATIENCE, "status director waits for the database"


def assert_restorable(here, *jobs):
    for job in jobs:
        trees.remove(here.restored)
        restored = here.restore(job)
        assert restored.status == "T", here.job_log(restored.id)
        trees.assert_same(here.source, here.restored)


def test_a_server_that_comes_back_in_time_costs_the_job_nothing(on_postgres, server):
    here = on_postgres()
    job_id = hold_job(here)
    server.stop()
    here.way.may_go_on.set()
    assert_status_is_told(here, job_id)
    server.start()
    job = here.wait_for(job_id)
    log = here.job_log(job_id)
    assert job.status == "T", log
    for line in ("Start Backup JobId", "Complete: client, storage and catalog agree", "Termination:            Backup OK"):
        assert log.count(line) == 1, log
    assert_restorable(here, job_id)


def test_a_server_that_stays_away_fails_the_job_in_the_stated_time(on_postgres, server):
    here = on_postgres()
    first = here.backup()
    assert first.status == "T", here.job_log(first.id)
    job_id = hold_job(here)
    server.stop(signal.SIGQUIT)
    began = time.monotonic()
    here.way.may_go_on.set()
    assert_status_is_told(here, job_id)
    eventually(lambda: "could not be ended in the catalog" in said(here, "daemon"), otherwise=here.everything_said)
    assert time.monotonic() - began < 2 * postgres.PATIENCE + 5
    assert GONE in said(here, "jobs")
    assert "No Jobs running." in here.console("status director")
    server.start()
    # Written down as soon as there is somewhere to write it to, without a restart of the Director.
    failed = here.wait_for(job_id, timeout=30)
    assert failed.status == "f" and failed.end_time
    eventually(lambda: GONE in here.job_log(job_id), otherwise=lambda: here.job_log(job_id))
    following = here.backup()
    assert following.status == "T", here.job_log(following.id)
    assert_restorable(here, first.id, following.id)


def test_scheduled_jobs_start_once_when_the_server_is_back(on_postgres, server, tmp_path):
    clock = Clock(tmp_path)
    clock.set("2026-11-24 12:59:48")
    here = on_postgres(under=clock, more="""
Schedule {
  Name = Times
  Run = Full at 13:00
}
Job {
  Name = timed
  JobDefs = Defaults
  Schedule = Times
}
""")
    server.stop()
    assert clock.now() < "2026-11-24 13:00", "the Director was started too slowly for this test"
    eventually(lambda: "Job timed could not be started by its schedule" in said(here, "daemon"),
               otherwise=here.everything_said)
    server.start()
    job, = eventually(lambda: here.query("SELECT JobId, SchedTime FROM Job WHERE Name = 'timed' AND JobStatus = 'T'"),
                      otherwise=here.everything_said)
    assert job[1] == "2026-11-24 13:00:00"
    assert here.query("SELECT COUNT(*) FROM Job") == [(1,)]
    assert_restorable(here, job[0])


def test_a_restore_selection_survives_the_server(on_postgres, server):
    here = on_postgres()
    saved = here.backup()
    assert saved.status == "T", here.job_log(saved.id)
    console = Dialogue(here)
    console.say(f"restore jobid={saved.id} client=test-fd restorejob=restore select", "cwd is: /")
    server.stop(signal.SIGQUIT)
    refused = console.say(f"cd {here.source}", "accepting connections")
    server.start()
    console.end()
    assert f"{GONE}: Unable to connect to PostgreSQL server" in refused
    assert here.is_running("dir")
    assert_restorable(here, saved.id)


class Dialogue:
    """A console whose answers are read while it goes on."""

    def __init__(self, here):
        self.process = subprocess.Popen(here.console_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, bufsize=1)

    def say(self, text, until):
        """What is answered, up to `until`."""
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        heard = ""
        while until not in heard:
            letter = self.process.stdout.read(1)
            assert letter, f"the console ended: {heard}"
            heard += letter
        return heard

    def end(self):
        self.process.communicate(".\nquit\n", timeout=60)


def test_a_server_that_does_not_answer_is_not_waited_for_longer(on_postgres, server):
    here = on_postgres()
    server.freeze()
    try:
        began = time.monotonic()
        told = here.console("list jobs", timeout=60)
        assert "Unable to connect to PostgreSQL server" in told and "the server does not answer" in told, told
        assert time.monotonic() - began < 15
    finally:
        server.thaw()
    assert here.backup().status == "T"


def test_a_start_without_the_server_says_what_is_wrong(on_postgres, server):
    here = on_postgres()
    here.stop("dir")
    server.stop()
    for option in ("-t", "-f"):
        began = time.monotonic()
        why = refusal(here, option)
        assert 'Could not open Catalog "Catalog", database "catalog"' in why
        assert "Unable to connect to PostgreSQL server" in why
        assert time.monotonic() - began < 2 * postgres.PATIENCE
    server.start()
    here.start("dir")
    assert here.backup().status == "T"


def test_a_start_waits_for_a_server_that_comes_up(on_postgres, server):
    here = on_postgres()
    here.stop("dir")
    server.stop()
    starting = subprocess.Popen(director(here, "-t"), stderr=subprocess.PIPE, text=True)
    server.start()
    assert starting.wait(30) == 0, starting.stderr.read()
    here.start("dir")


def test_a_database_or_a_role_that_is_not_there_is_named_with_what_creates_it(on_postgres, server):
    here = on_postgres()
    here.stop("dir")
    directives = here.settings["catalog"]
    for given, other, why in ((f"DB Name = {postgres.DATABASE}", "DB Name = nowhere", 'database "nowhere" does not exist'),
                              (f"DB User = {postgres.ROLE}", "DB User = nobody_yet", 'role "nobody_yet" does not exist')):
        here.configure(catalog=directives.replace(given, other))
        told = refusal(here, "-t")
        assert why in told and "holdfast-dir --setup-catalog" in told


@pytest.fixture
def on_small_disk(holdable, small_disk):
    here = holdable(catalog=f'DB Driver = sqlite\n  DB Name = "{small_disk}/catalog.sqlite"')
    here.database = OnDisk(small_disk / "catalog.sqlite")
    here.ballast = small_disk / "ballast"
    here.start()
    return here


def fill(path):
    with open(path, "wb", buffering=0) as output, pytest.raises(OSError):
        while True:
            output.write(bytes(4096))


def names_what_is_full(here, text):
    return f"the disk is full: make room on the disk of {here.database.file}" in text


@pytest.mark.parametrize("small_disk", ["3m"], indirect=True)
def test_a_full_disk_under_the_catalog_fails_the_job_until_there_is_room(on_small_disk):
    here = on_small_disk
    first = here.backup()
    assert first.status == "T", here.job_log(first.id)
    job_id = hold_job(here)
    fill(here.ballast)
    here.way.may_go_on.set()
    eventually(lambda: "could not be ended in the catalog" in said(here, "daemon"), otherwise=here.everything_said)
    assert names_what_is_full(here, said(here, "jobs")), said(here, "jobs")
    assert "No Jobs running." in here.console("status director")
    here.ballast.unlink()
    failed = here.wait_for(job_id, timeout=30)
    assert failed.status == "f"
    eventually(lambda: names_what_is_full(here, here.job_log(job_id)), otherwise=lambda: here.job_log(job_id))
    following = here.backup()
    assert following.status == "T", here.job_log(following.id)
    assert_restorable(here, first.id, following.id)


@pytest.mark.parametrize("small_disk", ["3m"], indirect=True)
def test_a_job_that_a_full_disk_cannot_take_is_refused(on_small_disk):
    here = on_small_disk
    fill(here.ballast)
    refused = here.console("run job=backup level=Full yes")
    assert "Job queued" not in refused and names_what_is_full(here, refused), refused
    here.ballast.unlink()
    job = here.backup()
    assert job.status == "T", here.job_log(job.id)
    assert here.query("SELECT COUNT(*) FROM Job WHERE JobStatus NOT IN ('T', 'f')") == [(0,)]


class OnDisk:
    """A catalog of SQLite elsewhere than in the Director's folder."""

    def __init__(self, file):
        self.file = file

    def query(self, sql, *parameters):
        catalog = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=20)
        try:
            return catalog.execute(sql, parameters).fetchall()
        finally:
            catalog.close()


def test_sqlite_of_another_schema_version_is_refused(install, small_tree):
    here = install(source=small_tree)
    here.stop("dir")
    here.change("UPDATE Version SET VersionId = 2240")
    for option in ("-t", "-f"):
        assert "Wanted 2250, got 2240" in refusal(here, option)
    here.change("UPDATE Version SET VersionId = 2250")
    here.start("dir")
    assert here.backup().status == "T"
