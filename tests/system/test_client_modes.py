# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a File Daemon may be used: who may ask it for what, how many at once, and who connects to whom."""
import os
import pathlib
import re

import pytest

import proxy
import trees
from waiting import eventually


def second_director(install, first, name, password="other"):
    """Another Director with a Storage Daemon of its own, for the client of `first`."""
    here = install("other", start=False, client_port=first.port("fd"), fd_password=password, source=first.source)
    for role in ("dir", "sd", "console"):
        path = here.work / f"{role}.conf"
        path.write_text(re.sub(r"\btest-dir\b", name, path.read_text()))
    here.start("dir", "sd")
    return here


@pytest.fixture
def two(install, small_tree):
    """two(rights of other-dir on the client) -> both installations; they share the client of the first."""

    def make(rights, **settings):
        other = f'Director {{\n  Name = other-dir\n  Password = "other"\n  {rights}\n}}'
        first = install(source=small_tree, client_more=other, **settings)
        return first, second_director(install, first, "other-dir")

    return make


# Who may ask for what


def test_each_director_may_do_what_its_own_resource_allows(two):
    first, other = two("Allowed Job Command = backup")
    saved = other.backup()
    assert saved.status == "T", other.job_log(saved.id)
    refused = other.restore(saved.id)
    assert refused.status == "f"
    assert 'Illegal "restore" command not allowed' in other.job_log(refused.id)
    assert not other.restored.exists()
    assert "Illegal" in other.console("estimate job=backup level=Full")

    ours = first.backup()
    assert ours.status == "T", first.job_log(ours.id)
    assert first.restore(ours.id).status == "T"
    trees.assert_same(first.source, first.restored)


def test_a_right_of_the_client_holds_for_directors_that_name_none(two):
    first, other = two("Allowed Job Command = restore", client_own="Allowed Job Command = backup")
    saved = first.backup()
    assert saved.status == "T", first.job_log(saved.id)
    refused = first.restore(saved.id)
    assert refused.status == "f" and 'Illegal "restore" command' in first.job_log(refused.id)
    refused = other.backup()
    assert refused.status == "f" and 'Illegal "backup" command' in other.job_log(refused.id)


def test_a_monitor_may_ask_for_the_status_and_nothing_else(two):
    first, other = two("Monitor = yes")
    assert "test-fd Version: 25.1.0" in other.console("status client=test-fd")
    refused = other.backup()
    log = other.job_log(refused.id)
    assert refused.status == "f" and refused.files == 0, log
    assert "monitor" in log.lower(), log
    assert first.backup().status == "T"


def test_a_director_that_the_client_does_not_know_is_refused(install, small_tree):
    first = install(source=small_tree)
    stranger = second_director(install, first, "stranger-dir")
    refused = stranger.backup()
    log = stranger.job_log(refused.id)
    assert refused.status == "f", log
    assert 'does the peer know "stranger-dir", with the same password?' in log, log
    # The client's administrator sees it, too.
    assert 'nobody named "stranger-dir" may come in here' in first.log("fd").read_text(), first.everything_said()
    assert "Failed to connect to Client test-fd." in stranger.console("status client=test-fd")
    assert first.backup().status == "T"


def test_a_director_with_a_wrong_password_is_refused(two):
    first, other = two("")
    path = other.work / "dir.conf"
    assert other.stop("dir") == {"dir": 0}
    path.write_text(path.read_text().replace('Password = "other"', 'Password = "another"'))
    other.start("dir")
    refused = other.backup()
    log = other.job_log(refused.id)
    assert refused.status == "f", log
    assert 'does the peer know "other-dir", with the same password?' in log, log
    assert 'is the password of "other-dir" the same on both sides?' in first.log("fd").read_text(), first.everything_said()
    assert first.backup().status == "T"


# Scripts


def script(folder, name, text):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def with_scripts(here, *directives):
    lines = "\n  ".join(directives)
    here.configure(more=f"Job {{\n  Name = scripted\n  JobDefs = Defaults\n  {lines}\n}}")


def test_scripts_run_on_the_client_around_the_job(install, small_tree, tmp_path):
    marks = tmp_path / "marks"
    here = install(start=False, source=small_tree)
    with_scripts(here, f'''Client Run Before Job = "sh -c \\"echo before %n %l %c >> {marks}; echo hello; touch {small_tree}/made\\""''',
                 f'''Client Run After Job = "sh -c \\"echo after %e %F >> {marks}\\""''')
    here.start()
    saved = here.run("run job=scripted level=Full yes")
    log = here.job_log(saved.id)
    assert saved.status == "T", log
    assert marks.read_text() == f"before scripted Full test-fd\nafter OK {saved.files}\n"
    assert "ClientBeforeJob: hello" in log
    assert (f"{small_tree}/", "made") in here.query("SELECT Path, Name FROM File JOIN Path USING (PathId) WHERE JobId = ?", saved.id)


def test_scripts_lie_in_the_folders_that_the_directors_resource_names(install, small_tree, tmp_path):
    good = script(tmp_path / "good", "mark", f"touch {tmp_path}/good-ran")
    bad = script(tmp_path / "bad", "mark", f"touch {tmp_path}/bad-ran")
    here = install(start=False, source=small_tree, client_director=f'Allowed Script Dir = "{good.parent}"',
                   client_own=f'Allowed Script Dir = "{bad.parent}"')
    with_scripts(here, f'Client Run Before Job = "{good}"', f'Client Run After Job = "{bad}"')
    here.start()
    done = here.run("run job=scripted level=Full yes")
    log = here.job_log(done.id)
    assert (tmp_path / "good-ran").exists() and not (tmp_path / "bad-ran").exists(), log
    assert f'"{bad}" is not in a folder that Allowed Script Dir names' in log
    assert done.status != "T"


def test_a_director_that_may_run_no_scripts_fails_its_job_before_anything_is_saved(install, small_tree, tmp_path):
    ran = tmp_path / "ran"
    here = install(start=False, source=small_tree, client_director="Allowed Job Command = backup")
    with_scripts(here, f'Client Run Before Job = "touch {ran}"')
    here.start()
    done = here.run("run job=scripted level=Full yes")
    assert done.status == "f" and done.files == 0
    assert 'Illegal "runscript" command' in here.job_log(done.id)
    assert not ran.exists()
    assert here.backup().status == "T"


# How many at once


@pytest.fixture
def gate(tmp_path):
    """A file; as long as it is not there, jobs with the script below wait on the client."""
    return tmp_path / "gate"


def held(gate):
    return f'''Client Run Before Job = "sh -c \\"until test -e {gate}; do sleep 0.1; done\\""'''


def start_two(here):
    here.console("run job=scripted level=Full yes")
    eventually(lambda: "run ClientBeforeJob" in here.job_log(1), otherwise=here.everything_said)
    here.console("run job=scripted level=Full yes")


def test_one_job_more_than_the_client_takes_is_refused_and_says_so(install, small_tree, gate):
    here = install(start=False, source=small_tree, client_own="Maximum Concurrent Jobs = 1")
    with_scripts(here, held(gate))
    here.start()
    start_two(here)
    refused = here.wait_for(2)
    log = here.job_log(2)
    assert refused.status == "f", log
    assert "1 jobs run on this client already, as many as its Maximum Concurrent Jobs allows" in log
    # Questions get through all the same.
    assert "JobId 1 Job scripted" in here.console("status client=test-fd")
    assert "2000 OK estimate" in here.console("estimate job=backup level=Full")
    gate.touch()
    assert here.wait_for(1).status == "T", here.job_log(1)
    assert here.backup().status == "T"


def test_one_job_more_than_the_director_gives_the_client_waits(install, small_tree, gate):
    here = install(start=False, source=small_tree, client="Maximum Concurrent Jobs = 1")
    with_scripts(here, held(gate))
    # The last one counts.
    conf = here.work / "dir.conf"
    conf.write_text(conf.read_text().replace("Catalog = Catalog\n  Maximum Concurrent Jobs = 10\n", "Catalog = Catalog\n"))
    here.start()
    start_two(here)
    eventually(lambda: "is waiting on max Client jobs" in here.console("status director"),
               otherwise=lambda: here.console("status director"))
    gate.touch()
    for job in (1, 2):
        assert here.wait_for(job).status == "T", here.job_log(job)


def threads(here):
    return len(list(pathlib.Path(f"/proc/{here.pid('fd')}/task").iterdir()))


def settled_threads(here):
    """Threads start and end one after the other: how many there are when that is over."""
    counts = []

    def settled():
        counts.append(threads(here))
        return len(counts) > 10 and len(set(counts[-10:])) == 1

    eventually(settled)
    return counts[-1]


def threads_of_a_job(install, small_tree, workers, gate):
    """How many more threads the client has while a job works, which a plugin keeps from ending."""
    reader = f"bpipe:file=/held:reader=sh -c 'echo > {gate}-{workers}; until test -e {gate}; do sleep 0.05; done':writer=cat"
    here = install(f"workers-{workers}", source=small_tree, files=f'Plugin = "{reader}"',
                   client_own=f"Plugin Names = bpipe\n  Maximum Workers Per Job = {workers}")
    here.console("status client=test-fd")  # now it accepts connections, with all threads that this takes
    idle = settled_threads(here)
    here.console("run job=backup level=Full yes")
    eventually(lambda: os.path.exists(f"{gate}-{workers}"), otherwise=here.everything_said)
    working = settled_threads(here)
    gate.touch()
    assert here.wait_for(1).status == "T", here.job_log(1)
    gate.unlink()
    return working - idle


def test_a_job_has_as_many_workers_as_the_client_says(install, small_tree, gate):
    few, many = (threads_of_a_job(install, small_tree, workers, gate) for workers in (1, 6))
    assert many - few == 5


# Who connects to whom


def test_a_passive_client_is_called_by_director_and_storage(install, small_tree):
    here = install(start=False, source=small_tree, client="Passive = yes")
    between = proxy.Proxy(here.port("fd"))
    try:
        # The only way to the client: who calls it is counted.
        here.configure(client_port=between.port)
        here.start()
        saved = here.backup()
        assert saved.status == "T", here.job_log(saved.id)
        assert len(between.lines) == 2, "the Director and the Storage Daemon are to call the client once each"
        restored = here.restore(saved.id)
        assert restored.status == "T", here.job_log(restored.id)
        trees.assert_same(small_tree, here.restored)
        incremental = here.backup("Incremental", "accurate=yes")
        assert incremental.status == "T", here.job_log(incremental.id)
    finally:
        between.close()


def test_a_passive_client_may_be_one_that_calls_the_director(install, small_tree):
    both = "Connection From Client To Director = yes\nConnection From Director To Client = no\n"
    here = install(start=False, source=small_tree, client=both + "Passive = yes\n")
    here.configure(client_director=f"{both}Address = 127.0.0.1\nPort = {here.port('dir')}\n")
    for role in ("dir", "sd", "fd"):
        here.start(role)
    eventually(lambda: "test-fd" in here.console("status director").partition("Client Initiated Connections")[2].partition("====\n")[2],
               otherwise=lambda: here.console("status director"))
    saved = here.backup()
    assert saved.status == "T", here.job_log(saved.id)
    assert "Using Client Initiated Connection (test-fd)." in here.job_log(saved.id)
