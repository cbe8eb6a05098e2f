# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run scripts and mail commands that fail and that hang, on the Director and on the client."""
import pathlib
import re

import pytest

from waiting import eventually

# Where a script runs, and when: the directive's lines, and the label in the log.
PLACES = {
    "director-before": ("Runs When = Before; Runs On Client = no", "BeforeJob"),
    "client-before": ("Runs When = Before; Runs On Client = yes", "ClientBeforeJob"),
    "client-after": ("Runs When = After; Runs On Client = yes", "ClientAfterJob"),
    "director-after": ("Runs When = After; Runs On Client = no", "AfterJob"),
}
FAILED = 'Runscript: {} returned non-zero status=3. ERR=Child exited with code 3'
NOT_STARTED = 'Runscript: {} could not execute. ERR=No such file or directory'


def script(place, command, more=""):
    return f'Run Script {{ {PLACES[place][0]}; Command = "{command}"; {more} }}'


def hooked(install, source, *scripts, **settings):
    return install(source=source, more="Job { Name = hooked; JobDefs = Defaults\n" + "\n".join(scripts) + "\n}", **settings)


def run(here):
    job = here.run("run job=hooked level=Full yes")
    return job, here.job_log(job.id)


class Marks:
    """What scripts leave in a folder: that they ran, and as which process."""

    def __init__(self, folder):
        self.folder = folder

    def ran(self, name):
        return (self.folder / name).exists()

    def touch(self, name):
        return f"touch {self.folder}/{name}"

    def follow(self, name, first):
        """A script that comes to its end only when another one ran."""
        path = self.folder / f"{name}.sh"
        path.write_text(f"#!/bin/sh\nwhile [ ! -e {self.folder}/{first} ]; do sleep 0.1; done\n{self.touch(name)}\n")
        path.chmod(0o755)
        return path

    def hang(self, name, before=""):
        """A script of two processes that never ends."""
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{before}\nsleep 1000 &\necho $$ $! > {path}.pid\nwait\n")
        path.chmod(0o755)
        return path

    def processes(self, name):
        """Those of it that are alive."""
        path = self.folder / f"{name}.pid"
        numbers = path.read_text().split() if path.exists() else []
        return [number for number in numbers if is_alive(number)]


def is_alive(number):
    try:
        state = re.search(r"^State:\s+(\w)", pathlib.Path(f"/proc/{number}/status").read_text(), re.MULTILINE)
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state is not None and state[1] != "Z"


@pytest.fixture
def marks(tmp_path):
    folder = tmp_path / "marks"
    folder.mkdir()
    return Marks(folder)


@pytest.fixture
def exit_3(tmp_path):
    path = tmp_path / "exit-3"
    path.write_text("#!/bin/sh\necho it went wrong\nexit 3\n")
    path.chmod(0o755)
    return path


def test_a_script_before_the_job_that_fails_ends_it_on_the_director(install, small_tree, marks, exit_3):
    here = hooked(install, small_tree, script("director-before", exit_3),
                  f'Run Before Job = "{marks.touch("second")}"', f'Client Run Before Job = "{marks.touch("client")}"',
                  f'Run After Job = "{marks.touch("after")}"', f'Run After Failed Job = "{marks.touch("after-failed")}"')
    job, log = run(here)
    assert job.status == "E" and job.files == 0, log
    assert "BeforeJob: it went wrong" in log and FAILED.format("BeforeJob") in log
    eventually(lambda: marks.ran("after-failed"))
    assert not marks.ran("second") and not marks.ran("client") and not marks.ran("after")
    assert not here.volume_rows(), "no daemon was to be asked"


def test_a_script_before_the_job_that_fails_ends_it_on_the_client(install, small_tree, marks, exit_3):
    here = hooked(install, small_tree, script("client-before", exit_3),
                  script("client-after", marks.follow("client-failed", "after-failed"), "Runs On Success = no; Runs On Failure = yes"),
                  f'Client Run After Job = "{marks.touch("client-after")}"',
                  f'Run After Failed Job = "{marks.touch("after-failed")}"')
    job, log = run(here)
    assert job.status == "f" and job.files == 0, log
    assert "ClientBeforeJob: it went wrong" in log and FAILED.format("ClientBeforeJob") in log
    assert "Bad response to RunBeforeNow command: wanted 2000 OK RunBeforeNow\n, got 2905 Failed RunScript" in log
    assert 'Client "test-fd" RunScript failed.' in log
    eventually(lambda: marks.ran("client-failed") and marks.ran("after-failed"))
    assert not marks.ran("client-after")


@pytest.mark.parametrize("command, said", [("exit-3", FAILED), ("nowhere", NOT_STARTED)])
def test_a_failure_that_is_none_of_the_job_is_told_and_the_job_is_good(install, small_tree, exit_3, command, said):
    here = hooked(install, small_tree, *(script(place, exit_3.with_name(command), "Fail Job On Error = no") for place in PLACES))
    job, log = run(here)
    assert job.status in "TW" and job.files > 0, log
    for _, label in PLACES.values():
        eventually(lambda: said.format(label) in here.job_log(job.id), otherwise=lambda: here.job_log(job.id))


def test_a_script_after_the_job_that_fails_leaves_its_record_alone(install, small_tree, exit_3):
    here = hooked(install, small_tree, script("director-after", exit_3))
    job, log = run(here)
    assert job.status == "T" and job.files > 0, log
    eventually(lambda: re.search(rf"^ +{job.id} .* Error +.* hooked$", here.console("status director"), re.MULTILINE),
               otherwise=lambda: here.console("status director"))
    assert FAILED.format("AfterJob") in here.job_log(job.id)
    assert here.job(job.id).status == "T"


@pytest.mark.parametrize("place", PLACES)
def test_a_script_that_hangs_is_ended_with_its_job(install, small_tree, marks, place):
    """And holds up neither the console nor other jobs."""
    here = hooked(install, small_tree, script(place, marks.hang("hang")),
                  f'Run After Failed Job = "{marks.touch("after-failed")}"')
    output = here.console("run job=hooked level=Full yes")
    assert "JobId=1" in output
    eventually(lambda: len(marks.processes("hang")) == 2, otherwise=here.everything_said)
    assert "hooked" in here.console("status director") and "Version" in here.console("status client=test-fd")
    assert here.backup().status == "T"
    assert "hooked" in here.console("cancel jobid=1 yes")
    job = here.wait_for(1)
    # The record of a job is written before the scripts behind it.
    assert job.status == ("T" if place == "director-after" else "A"), here.job_log(1)
    eventually(lambda: not marks.processes("hang"), otherwise=lambda: str(marks.processes("hang")))
    if place != "director-after":
        eventually(lambda: marks.ran("after-failed"))
    eventually(lambda: "No Jobs running." in here.console("status director"))
    assert here.backup().status == "T"


def test_a_script_that_does_not_want_to_end_is_killed(install, small_tree, marks):
    here = hooked(install, small_tree, script("client-before", marks.hang("deaf", "trap '' TERM")))
    here.console("run job=hooked level=Full yes")
    eventually(lambda: len(marks.processes("deaf")) == 2)
    here.console("cancel jobid=1 yes")
    assert here.wait_for(1).status == "A"
    eventually(lambda: not marks.processes("deaf"), otherwise=lambda: str(marks.processes("deaf")))


@pytest.mark.parametrize("role, place, status", [("dir", "director-before", "A"), ("dir", "client-before", "A"),
                                                 ("fd", "client-before", "f")])
def test_a_daemon_that_is_stopped_ends_the_scripts_that_hang(install, small_tree, marks, role, place, status):
    here = hooked(install, small_tree, script(place, marks.hang("hang")))
    here.console("run job=hooked level=Full yes")
    eventually(lambda: len(marks.processes("hang")) == 2)
    assert here.stop(role) == {role: 0}
    eventually(lambda: not marks.processes("hang"))
    here.start(role)
    job = here.wait_for(1)
    assert job.status == status, here.job_log(1)
    assert here.backup().status == "T"


def test_a_client_that_is_stopped_ends_its_script_behind_the_job(install, small_tree, marks):
    here = hooked(install, small_tree, script("client-after", marks.hang("hang")))
    here.console("run job=hooked level=Full yes")
    eventually(lambda: len(marks.processes("hang")) == 2)
    assert here.stop("fd") == {"fd": 0}
    assert not marks.processes("hang")
    here.kill("dir")  # it would try for a while to tell the client that the job has failed


def test_a_mail_command_that_fails_is_told_and_tried_again(install, small_tree, tmp_path):
    command = tmp_path / "send"
    here = install(source=small_tree, more=f"""
Messages {{ Name = Mailed; Catalog = all; Mail Command = "{command} %r"; Mail = root = all }}
Job {{ Name = mailed; JobDefs = Defaults; Messages = Mailed }}
""")

    def told(*texts):
        eventually(lambda: all(text in here.director_messages() for text in texts), otherwise=here.director_messages)

    missing = here.run("run job=mailed level=Full yes")
    assert missing.status == "T" and missing.errors == 0
    told(f"The mail about job {missing.name} to root could not be sent: No such file or directory (command: {command} root)",
         "Given up after 1 attempt")
    command.write_text("#!/bin/sh\necho queue is full\nexit 75\n")
    command.chmod(0o755)
    failing = here.run("run job=mailed level=Full yes")
    assert failing.status == "T" and failing.errors == 0
    told(f"The mail about job {failing.name} to root could not be sent: Child exited with code 75 (command: {command} root): "
         "queue is full. It is tried again in 1 minute.")
    assert here.stop("dir") == {"dir": 0}
    command.write_text(f"#!/bin/sh\ncat >> {tmp_path}/sent\n")
    here.start("dir")
    eventually(lambda: not list((here.work / "dir").glob("*.mail*")))
    sent = (tmp_path / "sent").read_text()
    assert "JobId 1:" in sent and "JobId 2:" in sent
