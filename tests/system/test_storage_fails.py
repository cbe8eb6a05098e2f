# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes wrong beneath a Storage Daemon: volumes that others write, take away or cut, full media, wrong tapes in
drives, changer scripts that hang, lie and fail. Jobs go on with another volume or end with a message; what was stored
before can be restored."""
import fcntl
import os
import random

import pytest

import trees
from test_broken_world import as_root
from test_tapes import DEVICE, LIBRARY, SCRIPTS, assert_restored, move, with_storage
from waiting import eventually


@pytest.fixture
def ten_megabytes(tmp_path):
    source = tmp_path / "source"
    numbers = random.Random(6)
    for number in range(10):
        trees.write(source / f"part-{number}", numbers.randbytes(1_000_000))
    trees.settle(source)
    return source


def library_of(install, tmp_path, source, slots=4, options="", script=None, label=True, wait="3 seconds", **settings):
    """A library with two drives whose tapes hold 4 MB each, labelled A00001 ..."""
    library = tmp_path / "library"
    library.mkdir()
    (library / "changer.conf").write_text(f"maxslot={slots}\nmaxdrive=1\n")
    (library / "barcodes").write_text("".join(f"{slot}:A0000{slot}\n" for slot in range(1, slots + 1)))
    for slot in range(1, slots + 1):
        (library / f"slot{slot}").touch()
    more = f'Autochanger = yes\nDrive Index = {{}}\nMaximum Changer Wait = {wait}\nDevice Options = "capacity=4m{{}}"\n'
    devices = "".join(DEVICE.format(name=f"Drive-{number}", media="Library", type="emulated-tape",
                                    archive=library / f"drive{number}", removable="yes", more=more.format(number, options))
                      for number in (0, 1))
    changer = LIBRARY.format(path=library, scripts=SCRIPTS)
    if script:
        (library / "script").write_text(script.replace("REAL", str(SCRIPTS / "disk-changer")))
        (library / "script").chmod(0o755)
        changer = changer.replace(f"{SCRIPTS}/disk-changer", f"{library}/script")
    here = with_storage(install, tmp_path, "Library", "Library", devices + changer, "Autochanger = yes", source=source, **settings)
    if label:
        (library / "calm").touch()
        for slot in range(1, slots + 1):
            said = here.console(f"label storage=Library volume=A0000{slot} pool=Full slot={slot} drive=0")
            assert "3000 OK label" in said, said
        # What the daemon knew of its drives is forgotten, and they are empty.
        here.stop("sd")
        move(library, "unload", slots)
        here.start("sd")
        (library / "calm").unlink()
    return here, library


def statuses(here):
    return {name: status for name, (status, _) in here.volume_rows().items()}


def test_one_job_over_three_tapes_needs_no_person(install, ten_megabytes, tmp_path):
    here, library = library_of(install, tmp_path, ten_megabytes)
    job = here.backup(more="storage=Library")
    assert job.status == "T", here.job_log(job.id)
    assert sorted(statuses(here).values()) == ["Append", "Append", "Full", "Full"]
    log = here.job_log(job.id)
    assert log.count("End of medium on Volume") == 2 and log.count("Re-read of last block succeeded.") == 2, log
    assert "Please mount" not in log
    assert_restored(here, job, ten_megabytes, "storage=Library")


def test_a_write_error_in_mid_tape_goes_on_on_the_next_tape(install, ten_megabytes, tmp_path):
    here, library = library_of(install, tmp_path, ten_megabytes)
    (library / "slot1.plan").write_text("fault=write:3:io:1000\n")
    job = here.backup(more="storage=Library")
    assert job.status in "TW", here.job_log(job.id)
    assert "Write error at" in here.job_log(job.id)
    ((errors,),) = here.query("SELECT VolErrors FROM Media WHERE VolumeName = 'A00001'")
    assert errors == 1
    assert_restored(here, job, ten_megabytes, "storage=Library")


def test_a_write_protected_tape_is_left_alone(install, small_tree, tmp_path):
    here, library = library_of(install, tmp_path, small_tree)
    (library / "slot1.plan").write_text("writeprotected=yes\n")
    job = here.backup(more="storage=Library")
    assert job.status in "TW", here.job_log(job.id)
    assert "Read-only file system" in here.job_log(job.id)
    assert_restored(here, job, small_tree, "storage=Library")


def test_another_tape_than_the_catalog_says_is_in_the_slot(install, small_tree, tmp_path):
    here, library = library_of(install, tmp_path, small_tree)
    for one, two in (("slot1", "other"), ("slot2", "slot1"), ("other", "slot2")):
        (library / one).rename(library / two)
    job = here.backup(more="storage=Library")
    assert job.status in "TW", here.job_log(job.id)
    # The label decides, not the slot: what was written lies on the tape with that name.
    (volume,) = [name for name, in here.query("SELECT DISTINCT VolumeName FROM Media JOIN JobMedia USING (MediaId)")]
    tapes = [slot.read_bytes() for slot in library.glob("slot*")]
    (written,) = [tape for tape in tapes if len(tape) > 1_000_000]
    assert volume.encode() in written[:1000]


HANGS = """#!/bin/sh
[ "$2" = load ] && [ ! -e "$(dirname "$0")/calm" ] && sleep 600
exec REAL "$@"
"""
LIES = """#!/bin/sh
[ "$2" = loaded ] && [ ! -e "$(dirname "$0")/calm" ] && echo "the tape is blue" && exit 0
exec REAL "$@"
"""
FAILS = """#!/bin/sh
[ "$2" = load ] && [ ! -e "$(dirname "$0")/calm" ] && echo "MEDIUM ERROR: Asc 30" && exit 7
exec REAL "$@"
"""


@pytest.mark.parametrize("script, why", [(HANGS, "took longer than 3 seconds"), (LIES, "makes no sense"),
                                         (FAILS, "Child exited with code 7")])
def test_a_changer_script_that_misbehaves_ends_the_job_and_no_other(install, small_tree, tmp_path, script, why):
    here, library = library_of(install, tmp_path, small_tree, script=script)
    job = here.backup(more="storage=Library", timeout=60)
    assert job.status in "fE", here.job_log(job.id)
    assert why in here.job_log(job.id)
    (library / "calm").touch()
    job = here.backup(more="storage=Library", timeout=60)
    assert job.status in "TW", here.job_log(job.id)
    assert_restored(here, job, small_tree, "storage=Library")


def test_a_job_that_waits_for_a_hanging_changer_can_be_cancelled(install, small_tree, tmp_path):
    here, library = library_of(install, tmp_path, small_tree, script=HANGS.replace("sleep", "touch $(dirname $0)/hangs && exec sleep"),
                               wait="1 hour")
    here.console("run job=backup level=Full storage=Library yes")
    eventually((library / "hangs").exists, otherwise=lambda: here.job_log(1))
    here.console("cancel jobid=1 yes")
    assert here.wait_for(1, timeout=30).status == "A", here.job_log(1)
    (library / "calm").touch()
    job = here.backup(more="storage=Library", timeout=60)
    assert job.status in "TW", here.job_log(job.id)
    assert_restored(here, job, small_tree, "storage=Library")


def test_two_storage_daemons_do_not_write_one_volume(install, ten_megabytes, tmp_path):
    shared = tmp_path / "shared"
    first = install(name="first", source=ten_megabytes, volumes=shared)
    assert first.backup().status == "T"
    (volume,) = first.volume_rows()
    # Somebody else appends to it, for as long as the file is open.
    with open(shared / volume, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        job = first.backup()
    assert job.status in "TW", first.job_log(job.id)
    log = first.job_log(job.id)
    assert "is being written by" in log and f"(process {os.getpid()})" in log, log
    assert len(first.volume_rows()) == 2
    assert_restored(first, job, ten_megabytes)
    job = first.backup()
    assert job.status in "TW", first.job_log(job.id)


@pytest.mark.parametrize("harm", ["removed", "cut", "emptied"])
def test_a_volume_that_was_tampered_with_is_not_written_again(install, small_tree, tmp_path, harm):
    here = install(source=small_tree)
    assert here.backup().status == "T"
    (volume,) = here.volume_rows()
    path = here.volumes / volume
    here.has_damaged_volumes = True
    if harm == "removed":
        path.unlink()
    else:
        os.truncate(path, 0 if harm == "emptied" else path.stat().st_size // 2)
    job = here.backup()
    assert job.status in "TW", here.job_log(job.id)
    assert statuses(here)[volume] == "Error", here.job_log(job.id)
    assert_restored(here, job, small_tree)


def grow(tree):
    """By more than the small disk holds; the time of the folder stays."""
    times = tree.stat()
    trees.write(tree / "ballast", random.Random(9).randbytes(9_000_000))
    os.utime(tree, ns=(times.st_atime_ns, times.st_mtime_ns))


def shrink(tree):
    times = tree.stat()
    (tree / "ballast").unlink()
    os.utime(tree, ns=(times.st_atime_ns, times.st_mtime_ns))


def full_disk_storage(install, tmp_path, kind, disk, source):
    """A storage of that kind on a disk of 8 MB, and its installation."""
    archive = disk / "tape" if kind == "emulated-tape" else disk
    if kind == "emulated-tape":
        archive.touch()
    device = DEVICE.format(name="Small", media="Small", type=kind, archive=archive, removable="yes" if archive != disk else "no",
                           more="Maximum Block Size = 65536")
    return with_storage(install, tmp_path, "Small", "Small", device, source=source)


@as_root
@pytest.mark.parametrize("kind", ["dedupable", "file"])
def test_a_disk_that_fills_ends_the_job_and_spares_what_is_stored(install, small_tree, small_disk, tmp_path, kind):
    here = full_disk_storage(install, tmp_path, kind, small_disk, small_tree)
    first = here.backup(more="storage=Small")
    assert first.status == "T", here.job_log(first.id)
    grow(small_tree)
    second = here.backup(more="storage=Small", timeout=60)
    assert second.status in "fEA", here.job_log(second.id)
    assert "space" in here.job_log(second.id).lower(), here.job_log(second.id)
    shrink(small_tree)
    assert_restored(here, first, small_tree, "storage=Small")


@as_root
def test_a_full_spool_disk_makes_the_job_write_to_its_volume(install, ten_megabytes, small_disk, tmp_path):
    volumes = tmp_path / "roomy"
    volumes.mkdir()
    device = DEVICE.format(name="Roomy", media="Roomy", type="file", archive=volumes, removable="no",
                           more=f'Spool Directory = "{small_disk}"')
    here = with_storage(install, tmp_path, "Roomy", "Roomy", device, source=ten_megabytes)
    job = here.backup(more="storage=Roomy spooldata=yes")
    log = here.job_log(job.id)
    assert job.status == "T", log
    assert "Spooling data again ..." in log
    assert list(small_disk.glob("*.spool")) == []
    assert_restored(here, job, ten_megabytes, "storage=Roomy")


@as_root
def test_a_tape_that_fills_waits_for_another_one_and_spares_what_is_stored(install, small_tree, small_disk, tmp_path):
    here = full_disk_storage(install, tmp_path, "emulated-tape", small_disk, small_tree)
    here.console("label storage=Small volume=Tape-1 pool=Full drive=0 slot=0")
    first = here.backup(more="storage=Small")
    assert first.status == "T", here.job_log(first.id)
    grow(small_tree)
    queued = here.console("run job=backup level=Full storage=Small yes")
    assert "Job queued. JobId=2" in queued, queued
    eventually(lambda: statuses(here)["Tape-1"] == "Full", otherwise=lambda: here.job_log(2))
    here.console("cancel jobid=2 yes")
    assert here.wait_for(2).status == "A"
    shrink(small_tree)
    assert_restored(here, first, small_tree, "storage=Small")


@as_root
@pytest.mark.parametrize("kind", ["dedupable", "emulated-tape", "file"])
def test_a_label_that_does_not_fit_is_refused(install, small_tree, small_disk, tmp_path, kind):
    here = full_disk_storage(install, tmp_path, kind, small_disk, small_tree)
    filler = small_disk / "filler"
    with open(filler, "wb") as file:
        with pytest.raises(OSError):
            while True:
                os.write(file.fileno(), bytes(4096))
    said = here.console("label storage=Small volume=Vol-1 pool=Full drive=0 slot=0")
    assert "3000 OK" not in said and "39" in said, said
    filler.unlink()
    said = here.console("label storage=Small volume=Vol-2 pool=Full drive=0 slot=0")
    assert "3000 OK label" in said, said
    job = here.backup(more="storage=Small")
    assert job.status == "T", here.job_log(job.id)
    assert_restored(here, job, small_tree, "storage=Small")
