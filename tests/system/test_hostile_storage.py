# SPDX-License-Identifier: AGPL-3.0-or-later
"""A Storage Daemon that sends records to get out of `where`, or to eat memory: nothing is written elsewhere, memory stays
bounded, and the File Daemon says what was wrong and serves the next job."""
import os
import stat

import pytest

import hostile_storage
import manifests
import trees

PLAIN = "TLS Enable = no"


@pytest.fixture
def world(install, tmp_path):
    """A File Daemon, a folder to restore to, and all around it that must stay as it is."""
    here = install(client_own=PLAIN, client_director=PLAIN, client=PLAIN)
    trees.write(tmp_path / "outside" / "secret", b"untouched", 0o600)
    (tmp_path / "where").mkdir()
    before = manifests.exact(tmp_path / "outside")

    class World:
        where = tmp_path / "where"
        outside = os.fsencode(tmp_path / "outside")
        records = hostile_storage.Records()

        def restore(self):
            return hostile_storage.restore(here.port("fd"), here.settings["fd_password"], self.where, self.records.list)

        def peak(self):
            status = (f"/proc/{here.pid('fd')}/status")
            with open(status) as lines:
                return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

    yield World()
    assert here.is_running("fd"), here.everything_said()
    assert manifests.exact(tmp_path / "outside") == before
    assert {path.name for path in tmp_path.iterdir()} <= {"outside", "where", "holdfast", "sanitizer-reports"}
    assert "2000 OK" in here.console("status client=test-fd") or "Running Jobs" in here.console("status client=test-fd")


def test_good_records_come_back(world):
    world.records.file(b"/folder/file", b"content")
    log = world.restore()
    assert "2800 End Job TermCode=84 JobFiles=1" in log, log
    assert (world.where / "folder" / "file").read_bytes() == b"content"


def test_names_and_links_lead_nowhere_else(world):
    add = world.records.add
    for name in (b"/../outside/a", b"/x/../../outside/b", b"../outside/c", b"/.."):
        world.records.file(name, b"bad")
    add(5, b"/../outside/", 0o40777)
    add(4, b"/../outside/link", 0o120777, link=b"x")
    add(1, b"/stolen", 0o100644, link=b"/../outside/secret")
    add(4, b"/way", 0o120777, link=world.outside)
    add(4, b"/file", 0o120777, link=world.outside + b"/secret")
    world.records.file(b"/way/planted", b"bad")
    world.records.file(b"/way/secret", b"bad")
    add(1, b"/way/linked", 0o100644, link=b"/stolen")
    add(1, b"/second", 0o104777, link=b"/file")
    world.records.file(b"/file", b"in the place of the link")
    world.records.file(b"/good", b"good")
    log = world.restore()
    assert "Too many levels of symbolic links" in log and "Invalid argument" in log, log
    assert stat.S_ISREG(os.lstat(world.where / "file").st_mode)
    assert (world.where / "good").read_bytes() == b"good"


def test_sizes_and_offsets_that_lie_are_errors(world):
    huge = 1 << 62
    world.records.add(3, b"/plain", 0o100644, (hostile_storage.DATA, b"few"), size=huge)
    world.records.add(3, b"/sparse", 0o100644, (hostile_storage.SPARSE, b"\xff" * 8 + b"data"), size=huge,
                      stream=hostile_storage.SPARSE)
    world.records.add(3, b"/short", 0o100644, (hostile_storage.SPARSE, b"\0"), size=10, stream=hostile_storage.SPARSE)
    world.records.file(b"/good", b"good")
    log = world.restore()
    for name in ("plain", "sparse", "short"):
        assert f"{world.where}/{name}" in log, log
    assert (world.where / "good").read_bytes() == b"good"


def test_bombs_and_storms_do_not_eat_memory(world):
    for number in range(3):
        world.records.add(3, b"/bomb%d" % number, 0o100644,
                          *[(hostile_storage.COMPRESSED, hostile_storage.bomb(200_000_000))] * 3, size=10,
                          stream=hostile_storage.COMPRESSED)
    world.records.file(b"/storm", b"")
    for _ in range(100):
        world.records.put(hostile_storage.XATTR, bytes(900_000))
    for number in range(20_000):
        world.records.add(5, b"/folder%d/" % (number % 50), 0o40755)
    log = world.restore()
    assert "unfolds to more than" in log and "more ACLs and extended attributes than a file can hold" in log, log[-3000:]
    assert world.peak() < 250_000, f"{world.peak()} kB"


def test_a_record_that_belongs_nowhere_ends_the_job(world):
    world.records.file(b"/file", b"content")
    world.records.list.append((99, hostile_storage.DATA, b"whose?"))
    log = world.restore()
    assert "Expected to write data to stream 2 of file 99, but this file was never created" in log, log
    assert "2800 End Job TermCode=102" in log or "2800 End Job TermCode=69" in log, log
