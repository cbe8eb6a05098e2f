# SPDX-License-Identifier: AGPL-3.0-or-later
"""Peers that lie, babble, fall silent or vanish: a clear message, no crash, no leak, and the next peer is served."""
import random
import re
import struct

import pytest

import installation as holdfast
import peer

DIALOGUES = {
    "nothing at all": b"",
    "half a length": b"\0\0",
    "a length and nothing": struct.pack(">i", 100),
    "half a packet": struct.pack(">i", 100) + b"Hello",
    "length of 2 GB": struct.pack(">i", 0x7FFFFFFF) + b"x" * 100,
    "length of a megabyte": struct.pack(">i", 1 << 20) + b"y" * 5000,
    "most negative length": struct.pack(">i", -0x80000000),
    "unknown signal": struct.pack(">i", -99),
    "garbage": random.Random(5).randbytes(4096),
    "zeros": bytes(4096),
    "web browser": b"GET / HTTP/1.1\r\nHost: backup\r\n\r\n",
    "broken TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40),
    "hello of nobody": peer.packet(b"Hello nobody calling version 25.1.0\n"),
    "hello without end": peer.packet(b"Hello " + b"a" * 1000),
    "hello with formats": peer.packet(b"Hello %s%n%n calling version 25.1.0\n"),
}


@pytest.mark.parametrize("role", holdfast.ROLES)
def test_bad_peers_do_no_harm(install, small_tree, role):
    here = install(source=small_tree)
    assert here.backup().status == "T"
    before = here.open_descriptors(role)
    for name, said in DIALOGUES.items():
        for close_at_once in (True, False):
            with peer.connect(here.port(role)) as connection:
                peer.say(connection, said)
                if not close_at_once:
                    assert peer.is_closed_after_our_end(connection), f"{name}: the daemon neither answered nor closed"
            assert here.is_running(role), f"{name}: holdfast-{role} died\n{here.everything_said()}"
    peer.wait_until(lambda: here.open_descriptors(role) <= before, why="descriptors are closed again")
    assert here.backup("Incremental").status in "TW"


@pytest.mark.parametrize("role", holdfast.ROLES)
def test_a_silent_peer_is_let_go_after_the_deadline_and_others_are_served_meanwhile(install, small_tree, role):
    here = install(source=small_tree)
    silent = [peer.connect(here.port(role), timeout=40) for _ in range(20)]
    try:
        assert here.backup().status == "T"
    finally:
        for connection in silent:
            connection.close()
    peer.wait_until(lambda: here.console("version") and here.open_descriptors(role) < 60, why="descriptors are closed")


def test_a_wrong_console_password_is_refused(install, tmp_path):
    here = install()
    right = here.settings["console_password"]
    here.configure(console_password="wrong")
    output = here.console("list jobs")
    assert "Director authorization problem" in output or "authoriz" in output.lower() or "TLS" in output
    assert "list jobs" not in output.split("\n")[-2:]
    here.configure(console_password=right)
    assert "list jobs" in here.console("list jobs")


@pytest.mark.parametrize("role", ["sd", "fd"])
def test_a_wrong_password_between_daemons_fails_the_job_with_a_clear_message(install, small_tree, role):
    here = install(source=small_tree)
    here.stop(role)
    right = here.settings[f"{role}_password"]
    here.configure(**{f"{role}_password": "wrong"})
    here.start(role)
    job = here.backup()
    assert job.status in "fE"
    log = here.job_log(job.id).lower()
    assert "password" in log or "authori" in log or "authentic" in log or "tls" in log, here.job_log(job.id)
    here.stop(role)
    here.configure(**{f"{role}_password": right})
    here.start(role)
    assert here.backup().status == "T"


def test_a_director_unknown_to_the_client_is_refused(install, small_tree):
    here = install(source=small_tree, start=False)
    text = (here.work / "fd.conf").read_text()
    (here.work / "fd.conf").write_text(text.replace("Director {\n  Name = test-dir", "Director {\n  Name = other-dir"))
    here.start()
    job = here.backup()
    assert job.status in "fE" and here.job_log(job.id)


def test_a_client_nobody_knows_gets_no_job(install, small_tree):
    other = 'Client {\n Name = other-fd\n Address = 127.0.0.1\n Password = x\n Catalog = Catalog\n}\n'
    here = install(source=small_tree, more=other)
    # With two to choose from it asks; the dot ends that.
    output = here.console("run job=backup client=nobody yes", ".")
    assert 'Client "nobody" not found' in output, output
    assert here.query("SELECT count(*) FROM Job") == [(0,)]


def test_a_busy_client_refuses_one_job_more_and_still_tells_its_status(install, tmp_path):
    here = install(source=endless_source(tmp_path), client_own="Maximum Concurrent Jobs = 1")
    running = start(here)
    volume_grows(here)
    refused = here.backup()
    assert refused.status in "fE"
    assert "Maximum Concurrent Jobs" in here.job_log(refused.id), here.job_log(refused.id)
    assert here.job(running).name in here.console("status client=test-fd")
    here.console(f"cancel jobid={running} yes")
    assert here.wait_for(running, timeout=30).status == "A"


@pytest.mark.parametrize("role", ["sd", "fd"])
def test_a_daemon_that_is_not_there_fails_the_job(install, small_tree, role):
    here = install(source=small_tree, director="FD Connect Timeout = 3\n SD Connect Timeout = 3")
    here.stop(role)
    job = here.backup(timeout=90)
    assert job.status in "fE"
    assert "connect" in here.job_log(job.id).lower(), here.job_log(job.id)


@pytest.mark.parametrize("role", ["sd", "fd"])
def test_a_daemon_that_dies_during_the_job_fails_it_and_the_next_job_works(install, tmp_path, role):
    source = endless_source(tmp_path)
    here = install(source=source)
    job_id = start(here)
    volume_grows(here)
    here.kill(role)
    job = here.wait_for(job_id)
    assert job.status in "fE", here.job_log(job.id)
    here.start(role)
    (source / "endless").write_bytes(b"short now")
    again = here.backup()
    assert again.status == "T", here.job_log(again.id)


def endless_source(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    with open(source / "endless", "wb") as output:
        output.truncate(20_000_000_000)
    return source


def start(here):
    """Begins a backup; its number."""
    return int(re.search(r"JobId=(\d+)", here.console("run job=backup level=Full yes"))[1])


def volume_grows(here):
    def size():
        return sum(path.stat().st_size for path in here.volumes.iterdir())
    peer.wait_until(lambda: size() > 1_000_000, why="the volume grows")


def test_cancel_ends_a_running_job_everywhere(install, tmp_path):
    here = install(source=endless_source(tmp_path))
    job_id = start(here)
    volume_grows(here)
    here.console(f"cancel jobid={job_id} yes")
    assert here.wait_for(job_id, timeout=30).status == "A"
    for role in ("sd", "fd"):
        peer.wait_until(lambda: "No Jobs running" in here.console(f"status {'storage' if role == 'sd' else 'client'}"),
                        why=f"the job is gone from the {role}")


def test_many_jobs_leave_no_descriptor_open(install, small_tree):
    here = install(source=small_tree)
    here.backup()
    here.restore(1)
    counts = {role: here.open_descriptors(role) for role in holdfast.ROLES}
    for _ in range(5):
        here.backup()
        here.restore(1)
        here.console("status director", "status client", "status storage", "list jobs")
    for role in holdfast.ROLES:
        peer.wait_until(lambda: here.open_descriptors(role) <= counts[role], why=f"no descriptor leaks in {role}")
