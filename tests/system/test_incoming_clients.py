# SPDX-License-Identifier: AGPL-3.0-or-later
"""Clients that nobody can connect to: they connect to the Director and wait for work."""
import pytest

import proxy
import trees
from waiting import eventually

ON_CONNECT = """
Job { Name = eager; JobDefs = Defaults; Type = Admin; Run On Incoming Connect Interval = 1 hour }
"""
BOTH = "Connection From Client To Director = yes\nConnection From Director To Client = no\n"


def connect_to(here, port):
    here.configure(client_director=f"{BOTH}Address = 127.0.0.1\nPort = {port}\n")


@pytest.fixture
def incoming(install):
    """incoming(**settings) -> Installation whose client connects to the Director, and nobody to it."""

    def make(roles=("dir", "sd", "fd"), **settings):
        here = install(start=False, client=BOTH, **settings)
        connect_to(here, here.port("dir"))
        for role in roles:  # one after the other: a client that finds nobody comes again ten seconds later
            here.start(role)
        return here

    return make


def waits(here):
    """Whether the Director has a connection of the client waiting."""
    said = here.console("status director").partition("Client Initiated Connections")[2]
    return "test-fd" in said.partition("====\n")[2]


def test_jobs_and_questions_go_over_connections_of_the_client(incoming, small_tree):
    here = incoming(source=small_tree)
    eventually(lambda: waits(here), otherwise=lambda: here.console("status director"))
    for _ in range(3):
        assert "test-fd Version: 25.1.0" in here.console("status client=test-fd")
    saved = here.backup()
    assert saved.status == "T", here.job_log(saved.id)
    assert "Using Client Initiated Connection (test-fd)." in here.job_log(saved.id)
    restored = here.restore(saved.id)
    assert restored.status == "T", here.job_log(restored.id)
    trees.assert_same(small_tree, here.restored)


def test_a_job_waits_for_its_client_to_come(incoming, small_tree):
    here = incoming(roles=("dir", "sd"), source=small_tree)
    here.console("run job=backup level=Full yes", "run job=backup level=Full yes")
    eventually(lambda: here.console("status director").count(
        "is waiting for Client to connect (Client Initiated Connection)") == 2,
               otherwise=lambda: here.console("status director"))
    here.console("cancel jobid=1 yes")
    assert here.wait_for(1).status == "A"
    here.start("fd")
    assert here.wait_for(2).status == "T", here.job_log(2)


def test_a_job_that_runs_when_its_client_comes_runs_once_in_its_interval(incoming, small_tree):
    here = incoming(source=small_tree, more=ON_CONNECT)
    eventually(lambda: here.job(1))
    assert here.wait_for(1).status == "T"
    assert "Job triggered by:       Client" in here.job_log(1)
    assert here.stop("fd") == {"fd": 0}
    here.start("fd")
    eventually(lambda: waits(here))
    saved = here.backup()
    assert saved.id == 2 and saved.status == "T", here.job_log(saved.id)


def test_a_connection_that_is_lost_comes_back(incoming, small_tree):
    here = incoming(source=small_tree)
    between = proxy.Proxy(here.port("dir"))
    try:
        here.stop("fd")
        connect_to(here, between.port)
        here.start("fd")
        for _ in range(2):
            eventually(lambda: waits(here))
            between.reset()
            assert "test-fd Version: 25.1.0" in here.console("status client=test-fd")
        eventually(lambda: waits(here))
        here.kill("dir")
        here.start("dir")
        job = here.backup()
        assert job.status == "T", here.job_log(job.id)
        eventually(lambda: waits(here))
        assert here.stop("dir") == {"dir": 0}
        here.start("dir")
        assert "test-fd Version: 25.1.0" in here.console("status client=test-fd")
    finally:
        between.close()


def test_a_job_of_such_a_client_can_be_cancelled(incoming, small_tree):
    here = incoming(source=small_tree, more='Job { Name = hangs; JobDefs = Defaults; Client Run Before Job = "sleep 1000" }')
    eventually(lambda: waits(here))
    here.console("run job=hangs level=Full yes")
    eventually(lambda: 'run ClientBeforeJob "sleep 1000"' in here.job_log(1))
    assert "JobId 1 Job hangs" in here.console("status client=test-fd")
    here.console("cancel jobid=1 yes")
    assert here.wait_for(1).status == "A"
    eventually(lambda: "No Jobs running." in here.console("status client=test-fd"),
               otherwise=lambda: here.console("status client=test-fd"))
    saved = here.backup()
    assert saved.status == "T", here.job_log(saved.id)
