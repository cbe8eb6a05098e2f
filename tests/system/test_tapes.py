# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whole backups and restores on emulated tapes, in a library that a script moves, and on dedupable volumes."""
import os
import random
import subprocess

import pytest

import conftest
import trees

SCRIPTS = conftest.ROOT / "scripts"

STORAGE = """
Storage {{
  Name = {name}
  Address = 127.0.0.1
  Port = {port}
  Password = "{password}"
  Device = {device}
  Media Type = {name}
  Maximum Concurrent Jobs = 10
  {more}
}}
"""

DEVICE = """
Device {{
  Name = {name}
  Media Type = {media}
  Device Type = {type}
  Archive Device = "{archive}"
  Label Media = yes
  Automatic Mount = yes
  Removable Media = {removable}
  {more}
}}
"""

LIBRARY = """
Autochanger {{
  Name = Library
  Device = Drive-0, Drive-1
  Changer Device = "{path}/changer.conf"
  Changer Command = "{scripts}/disk-changer %c %o %S %a %d"
}}
"""


@pytest.fixture
def ten_megabytes(tmp_path):
    source = tmp_path / "source"
    numbers = random.Random(5)
    for number in range(10):
        trees.write(source / f"part-{number}", numbers.randbytes(1_000_000))
    trees.settle(source)
    return source


def with_storage(install, tmp_path, name, device, devices, more="", **settings):
    """An installation whose Director knows one more Storage."""
    here = install(start=False, **settings)
    here.configure(
        more=STORAGE.format(name=name, device=device, port=here.port("sd"), password=here.settings["sd_password"], more=more),
        storage_more=devices)
    here.start()
    return here


def move(library, command, slot):
    subprocess.run([SCRIPTS / "disk-changer", library / "changer.conf", command, str(slot), library / "drive0", "0"], check=True)


def assert_restored(here, job, tree, more=""):
    restored = here.restore(job.id, more)
    assert restored.status == "T", here.job_log(restored.id)
    trees.assert_same(tree, here.restored)


def test_backups_on_one_tape_are_restored(install, every_kind, tmp_path):
    (tmp_path / "drive").touch()
    tape = DEVICE.format(name="Drive", media="Tape", type="emulated-tape", archive=tmp_path / "drive", removable="yes",
                         more="Query Crypto Status = yes")
    here = with_storage(install, tmp_path, "Tape", "Drive", tape, source=every_kind)
    assert "3000 OK label" in here.console("label storage=Tape volume=Tape-1 pool=Full drive=0 slot=0")
    assert "Drive encryption status:\n    What is written is not encrypted" in here.console("status storage=Tape")
    jobs = [here.backup(more="storage=Tape") for _ in range(2)]
    assert [job.status for job in jobs] == ["T", "T"], here.job_log(jobs[-1].id)
    ((files, status),) = here.query("SELECT VolFiles, VolStatus FROM Media WHERE VolumeName = 'Tape-1'")
    assert (files, status) == (3, "Append")
    for job in jobs:
        assert_restored(here, job, every_kind, "storage=Tape")


@pytest.mark.parametrize("kind", ["emulated-tape", "file"])
def test_a_library_of_files_is_loaded_by_its_script(install, ten_megabytes, tmp_path, kind):
    library = tmp_path / "library"
    library.mkdir()
    (library / "changer.conf").write_text("maxslot=4\nmaxdrive=1\n")
    (library / "barcodes").write_text("".join(f"{slot}:A0000{slot}\n" for slot in range(1, 5)))
    for slot in range(1, 5):
        (library / f"slot{slot}").touch()
    more = "Autochanger = yes\nDrive Index = {}\n" + ('Device Options = "capacity=4m"' if kind != "file" else "")
    devices = "".join(DEVICE.format(name=f"Drive-{number}", media="Library", type=kind, archive=library / f"drive{number}",
                                    removable="yes", more=more.format(number)) for number in (0, 1))
    here = with_storage(install, tmp_path, "Library", "Library", devices + LIBRARY.format(path=library, scripts=SCRIPTS),
                        "Autochanger = yes", source=ten_megabytes,
                        full_pool="" if kind != "file" else "Maximum Volume Bytes = 4 MB")
    for slot in range(1, 5):
        said = here.console(f"label storage=Library volume=A0000{slot} pool=Full slot={slot} drive=0")
        assert "3000 OK label" in said, said
    job = here.backup(more="storage=Library")
    assert job.status == "T", here.job_log(job.id)
    volumes = {name: status for name, (status, _) in here.volume_rows().items()}
    assert sorted(volumes) == ["A00001", "A00002", "A00003", "A00004"]
    assert sum(status == "Full" for status in volumes.values()) >= 2
    assert_restored(here, job, ten_megabytes, "storage=Library")


def test_backups_on_dedupable_volumes_are_restored(install, every_kind, tmp_path):
    (tmp_path / "dedup").mkdir()
    dedup = DEVICE.format(name="Dedup", media="Dedup", type="dedupable", archive=tmp_path / "dedup", removable="no",
                          more='Device Options = "blocksize=4096"')
    here = with_storage(install, tmp_path, "Dedup", "Dedup", dedup, source=every_kind)
    jobs = [here.backup(more="storage=Dedup") for _ in range(2)]
    assert [job.status for job in jobs] == ["T", "T"], here.job_log(jobs[-1].id)
    (volume,) = (tmp_path / "dedup").iterdir()
    assert (volume / "config").stat().st_size == 189
    for job in jobs:
        assert_restored(here, job, every_kind, "storage=Dedup")


def test_a_backup_to_a_fifo_is_a_volume_for_its_reader(install, every_kind, tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    device = DEVICE.format(name="Fifo", media="Fifo", type="fifo", archive=fifo, removable="yes", more="Always Open = no")
    here = with_storage(install, tmp_path, "Fifo", "Fifo", device, source=every_kind, full_pool="Label Format = \"\"")
    here.console("add pool=Full storage=Fifo", "0", "Stream", "0", "no")
    (tmp_path / "read").mkdir()
    with open(tmp_path / "read" / "Stream", "wb") as target, subprocess.Popen(["cat", fifo], stdout=target) as reader:
        job = here.backup(more="storage=Fifo")
        assert job.status == "T", here.job_log(job.id)
        reader.wait(20)
    restored = here.tool("bextract", tmp_path / "read" / "Stream", (tmp_path / "extracted").mkdir() or tmp_path / "extracted")
    assert restored.returncode == 0, restored.stdout + restored.stderr
    trees.assert_same(every_kind, tmp_path / "extracted" / every_kind.relative_to("/"))
