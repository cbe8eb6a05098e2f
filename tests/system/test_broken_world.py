# SPDX-License-Identifier: AGPL-3.0-or-later
"""A full disk, a read-only catalog, files that cannot be read or change while they are: reported, counted, and the
rest goes on; nothing already stored is lost."""
import os
import pathlib
import pwd
import random
import re
import shutil
import threading

import pytest

import proxy
import trees

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount and to change users")


def give_to_nobody(*paths):
    account = pwd.getpwnam("nobody")
    for path in paths:
        for each in [path, *pathlib.Path(path).rglob("*")]:
            os.chown(each, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def open_way(path):
    """Lets other users reach the path."""
    for folder in [path, *path.parents]:
        if folder.stat().st_uid == os.geteuid() and folder != pathlib.Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)


@as_root
def test_a_full_disk_ends_the_job_and_spares_what_is_stored(install, small_tree, small_disk, tmp_path):
    here = install(source=small_tree, volumes=small_disk)
    first = here.backup()
    assert first.status == "T", here.job_log(first.id)
    ballast = trees.write(small_tree / "ballast", random.Random(9).randbytes(9_000_000))
    second = here.backup(timeout=60)
    assert second.status in "fEA", here.job_log(second.id)
    assert "space" in here.job_log(second.id).lower(), here.job_log(second.id)
    ballast.unlink()
    restored = here.restore(first.id)
    assert restored.status == "T", here.job_log(restored.id)
    assert not [line for line in trees.differences(trees.manifest(small_tree), trees.manifest(here.restored))
                if "content" in line or "missing" in line]


@as_root
def test_a_read_only_catalog_is_named_and_nothing_hangs(install, small_tree):
    here = install(source=small_tree)
    job = here.backup()
    here.stop("dir")
    open_way(here.work)
    user = give_to_nobody(here.work / "dir", here.work / "dir.conf")
    (here.work / "dir" / "catalog.sqlite").chmod(0o444)
    (here.work / "dir").chmod(0o555)
    with pytest.raises(RuntimeError) as refusal:
        here.start("dir", **user)
    assert 'Catalog "Catalog"' in str(refusal.value) and "readonly database" in str(refusal.value)
    (here.work / "dir").chmod(0o755)
    (here.work / "dir" / "catalog.sqlite").chmod(0o644)
    here.start("dir", **user)
    assert here.restore(job.id).status == "T"


@as_root
def test_files_that_cannot_be_read_are_counted_and_the_rest_is_saved(install, tmp_path):
    source = trees.small_tree(tmp_path / "source")
    secret = trees.write(source / "secret.txt", b"not for nobody", 0o600)
    closed = source / "closed"
    trees.write(closed / "inside.txt", b"x")
    closed.chmod(0o700)
    here = install(source=source, start=False)
    open_way(source)
    closed.chmod(0o700)
    open_way(here.work)
    here.start("dir", "sd")
    here.start("fd", **give_to_nobody(here.work / "fd", here.work / "fd.conf"))
    job = here.backup()
    assert job.status in "TW", here.job_log(job.id)
    assert job.errors >= 2, here.job_log(job.id)
    log = here.job_log(job.id)
    assert str(secret) in log and str(closed) in log, log
    saved = {name for name, in here.query("SELECT Name FROM File WHERE JobId = ?", job.id)}
    assert "big.bin" in saved and "inside.txt" not in saved


def test_files_that_change_while_they_are_read_spoil_nothing_else(install, tmp_path):
    source = trees.small_tree(tmp_path / "source")
    moving = source / "moving"
    moving.mkdir()
    for number in range(200):
        trees.write(moving / f"{number}", bytes(200_000))
    quiet = {name: facts for name, facts in trees.manifest(source).items() if not name.startswith((b"moving", b"."))}
    here = install(source=source)
    stop = threading.Event()

    def disturb():
        numbers = random.Random(11)
        while not stop.is_set():
            path = moving / str(numbers.randrange(200))
            what = numbers.randrange(3)
            if what == 0 and path.exists():
                path.unlink()
            else:
                with open(path, "ab") as output:
                    output.truncate(numbers.choice([0, 10, 65536, 3_000_000]))

    disturber = threading.Thread(target=disturb)
    disturber.start()
    try:
        jobs = [here.backup() for _ in range(3)]
    finally:
        stop.set()
        disturber.join()
    for number, job in enumerate(jobs):
        assert job.status in "TW", here.job_log(job.id)
        where = tmp_path / f"restored-{number}"
        restored = here.restore(job.id, f"where={where}")
        assert restored.status in "TW", here.job_log(restored.id)
        found = trees.manifest(where / source.relative_to("/"))
        assert not trees.differences(quiet, {name: found[name] for name in quiet if name in found})


CHANGING = 64_000_000  # more than is under way between disk and network at any time


def shrink(source):
    os.truncate(source / "changing", 10)


def grow(source):
    os.truncate(source / "changing", 2 * CHANGING)


def vanish(source):
    shutil.rmtree(source.parent / "later")


@pytest.mark.parametrize("change, said", [
    (shrink, 'changing" became shorter while it was read'),
    (grow, 'Size of "{source}/changing" changed during backup'),
    (vanish, "No such file or directory"),
])
def test_a_file_that_changes_in_the_middle_is_reported_and_counted(install, tmp_path, change, said):
    source = trees.small_tree(tmp_path / "source")
    trees.write(source / "changing", b"")
    os.truncate(source / "changing", CHANGING)
    for number in range(1000):
        trees.write(tmp_path / "later" / f"{number}", bytes(100_000))
    quiet = {name: facts for name, facts in trees.manifest(source).items() if name not in (b".", b"changing")}
    here = install(source=source, start=False, options="Check File Changes = yes", files=f'File = "{tmp_path}/later"')
    held = proxy.Proxy(here.port("sd"))
    here.configure(storage_port=held.port)
    here.start()
    held.plan(proxy.JOB, proxy.Fault(after=60, how="hold"))
    job_id = int(re.search(r"JobId=(\d+)", here.console("run job=backup level=Full yes"))[1])
    assert held.is_held.wait(60), here.job_log(job_id)
    change(source)
    held.may_go_on.set()
    job = here.wait_for(job_id)
    log = here.job_log(job.id)
    assert job.status in "TW", log
    assert job.errors > 0 and said.format(source=source) in log, log
    restored = here.restore(job.id)
    assert restored.status in "TW", here.job_log(restored.id)
    found = trees.manifest(here.restored)
    assert not trees.differences(quiet, {name: found[name] for name in quiet if name in found})
    held.close()


def test_a_source_that_is_not_there_is_reported(install, tmp_path):
    here = install(source=tmp_path / "nowhere")
    job = here.backup()
    assert job.status in "TWEf"
    assert job.errors > 0 and "nowhere" in here.job_log(job.id), here.job_log(job.id)


def test_a_volume_that_vanished_does_not_stop_new_backups(install, small_tree):
    here = install(source=small_tree)
    assert here.backup().status == "T"
    for path in here.volumes.iterdir():
        path.unlink()
    job = here.backup()
    assert job.status in "TW", here.job_log(job.id)


def test_a_damaged_block_is_reported_and_the_other_files_come_back(install, small_tree):
    here = install(source=small_tree)
    job = here.backup()
    here.stop("sd")
    (volume,) = here.volumes.iterdir()
    damaged = bytearray(volume.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    volume.write_bytes(damaged)
    here.has_damaged_volumes = True
    here.start("sd")
    restored = here.restore(job.id)
    assert restored.status in "WEf", "a damaged volume must not restore without a word\n" + here.job_log(restored.id)
    log = here.job_log(restored.id).lower()
    assert "checksum" in log or "crc" in log or "digest" in log, log
