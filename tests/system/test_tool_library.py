# SPDX-License-Identifier: AGPL-3.0-or-later
"""Volume tools on a library of emulated tapes: the robot brings the volume that is wanted."""
import json
import os
import pty
import select
import subprocess

import pytest

import conftest
import test_btape
import test_tapes
import trees


@pytest.fixture
def library(install, ten_megabytes, tmp_path):
    """A backup over several tapes of 4 MB; no Storage Daemon runs any more."""
    here, job = filled_library(install, ten_megabytes, tmp_path)
    here.stop("sd")
    return here, job, tmp_path / "library"


ten_megabytes = test_tapes.ten_megabytes


def filled_library(install, source, tmp_path):
    path = tmp_path / "library"
    path.mkdir()
    (path / "changer.conf").write_text("maxslot=5\nmaxdrive=1\n")
    (path / "barcodes").write_text("".join(f"{slot}:A0000{slot}\n" for slot in range(1, 6)))
    for slot in range(1, 6):
        (path / f"slot{slot}").touch()
    devices = "".join(
        test_tapes.DEVICE.format(name=f"Drive-{number}", media="Library", type="emulated-tape", archive=path / f"drive{number}",
                                 removable="yes", more=f'Autochanger = yes\nDrive Index = {number}\nDevice Options = "capacity=4m"')
        for number in (0, 1))
    here = test_tapes.with_storage(install, tmp_path, "Library", "Library",
                                   devices + test_tapes.LIBRARY.format(path=path, scripts=test_tapes.SCRIPTS),
                                   "Autochanger = yes", source=source)
    for slot in range(1, 5):
        said = here.console(f"label storage=Library volume=A0000{slot} pool=Full slot={slot} drive=0")
        assert "3000 OK label" in said, said
    job = here.backup(more="storage=Library")
    assert job.status == "T", here.job_log(job.id)
    return here, job


def used_volumes(here):
    """In the order in which they were written."""
    return [name for (name,) in here.query(
        "SELECT VolumeName FROM Media JOIN JobMedia USING (MediaId) GROUP BY VolumeName ORDER BY MIN(JobMediaId)")]


def loaded(path, drive):
    file = path / f"loaded{drive}"
    return int(file.read_text()) if file.exists() and (path / f"drive{drive}").is_symlink() else 0


def test_tools_have_the_volumes_loaded_that_they_read(library, ten_megabytes, tmp_path):
    here, job, path = library
    config = ("-c", here.work / "sd.conf")
    volumes = used_volumes(here)
    assert len(volumes) >= 3
    every = "|".join(volumes)
    listed = here.tool("bls", *config, "-V", every, "Drive-0")
    assert listed.returncode == 0, listed.stdout + listed.stderr
    assert listed.stdout.count("part-") == 10
    assert f'3304 Issuing autochanger "load slot {volumes[0][-1]}, drive 0" command.' in listed.stdout
    assert loaded(path, 0) == int(volumes[-1][-1]), "the last one stays, as the Storage Daemon leaves it"

    (tmp_path / "out").mkdir()
    extracted = here.tool("bextract", *config, "-V", every, "--drive", "1", "Library", tmp_path / "out")
    assert extracted.returncode == 0, extracted.stdout + extracted.stderr
    trees.assert_same(ten_megabytes, tmp_path / "out" / ten_megabytes.relative_to("/"))
    assert loaded(path, 1) == int(volumes[-1][-1]) and loaded(path, 0) == 0

    checked = here.tool("holdfast-volume", "check", *config, "--json", "-V", every, "Library")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert json.loads(checked.stdout)["files_verified"] == 10
    assert "3304 Issuing autochanger" in checked.stderr

    database = tmp_path / "scanned.db"
    scanned = here.tool("bscan", *config, "-s", "-m", "--catalog", database, "-V", every, "Drive-1")
    assert scanned.returncode == 0, scanned.stdout + scanned.stderr
    assert "      1 Job\n" in scanned.stdout


def test_a_volume_is_copied_from_drive_to_drive(library):
    here, job, path = library
    config = ("-c", here.work / "sd.conf")
    first = used_volumes(here)[0]
    test_tape = here.tool("btape", *config, "Drive-1/A00005", input="label\nCopy-1\nreadlabel\nquit\n")
    assert "Volume label read correctly." in test_tape.stdout, test_tape.stdout + test_tape.stderr
    copied = here.tool("bcopy", *config, "-i", first, "-o", "Copy-1", "--all-slots", "Drive-0", "Drive-1")
    assert copied.returncode == 0, copied.stdout + copied.stderr
    assert loaded(path, 1) == 5
    itself = here.tool("bcopy", *config, "-i", first, "-o", first, "Drive-0", "Drive-1")
    assert itself.returncode == 1 and "cannot be copied to itself" in itself.stderr


def test_what_is_in_no_slot_is_told(library):
    here, job, path = library
    said = here.tool("bls", "-c", here.work / "sd.conf", "-V", "Nowhere", "Drive-0")
    assert said.returncode == 1
    assert 'Volume "Nowhere" is in none of the slots that device "Drive-0"' in said.stderr
    assert "1: A00001, 2: A00002" in said.stderr
    wrong = here.tool("bls", "-c", here.work / "sd.conf", "-V", "A00001", "--drive", "7", "Library")
    assert wrong.returncode == 1 and "Autochanger Library has no drive with the index 7." in wrong.stderr
    unknown = here.tool("bls", "-c", here.work / "sd.conf", "-V", "A00001", "-D", "nobody", "Library")
    assert unknown.returncode == 1 and "No Director resource named nobody defined in" in unknown.stderr


def test_the_console_shows_the_slots_and_gives_keys(install, ten_megabytes, tmp_path):
    here, job = filled_library(install, ten_megabytes, tmp_path)
    said = here.console("status storage=Library slots")
    assert 'Device "Library" has 5 slots.' in said, said
    assert "    1 |           A00001 |      Full |        Library |                     Full |" in said, said
    assert "|           A00005 |         ? |" in said
    assert "%|" in said, "the last volume is in a drive"
    assert "Slot 9 greater than max 5 ignored." in here.console("status storage=Library slots=1,9")
    assert "A list of slots looks like 1,3-5." in here.console("update slots=a storage=Library")
    said = here.console("label storage=Library volume=A00005 pool=Full slot=5 drive=1 encrypt")
    assert "Generating new hardware encryption key" in said and "3000 OK label" in said
    ((key,),) = here.query("SELECT EncryptionKey FROM Media WHERE VolumeName = 'A00005'")
    assert len(key) == 43 or len(key) == 44
    assert "requires volstatus=Purged" in here.console("update volume=A00005 encrypt=no")


def one_drive(work, device=""):
    """A Storage Daemon with one tape drive."""
    return test_btape.CONFIG.format(work=work, options="", block_size=65536, device=device)


def test_a_person_at_the_terminal_is_asked_for_the_tape(tmp_path):
    programs = conftest.built("bls", "btape")
    config = tmp_path / "sd.conf"
    config.write_text(one_drive(tmp_path))
    drive = tmp_path / "drive0"
    for name in ("One", "Two"):
        drive.touch()
        subprocess.run([programs / "btape", "-c", config, "Tape"], input=f"label\n{name}\n", text=True, check=True,
                       capture_output=True)
        drive.rename(tmp_path / name)
    drive.symlink_to(tmp_path / "One")
    command = [programs / "bls", "-c", config, "-V", "Two", "-j", "Tape"]
    alone = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert alone.returncode == 1
    assert 'Volume "Two" is not in device "Tape"' in alone.stderr and 'there is volume "One". Put it in' in alone.stderr

    keyboard, terminal = pty.openpty()
    with subprocess.Popen(command, stdin=terminal, stdout=subprocess.PIPE, stderr=terminal) as asking:
        os.close(terminal)
        screen = b""
        while b"give up: " not in screen:
            assert select.select([keyboard], [], [], 30)[0], screen
            screen += os.read(keyboard, 4096)
        assert b'there is volume "One".' in screen and b'Put in volume "Two" and press Return' in screen
        drive.unlink()
        drive.symlink_to(tmp_path / "Two")
        os.write(keyboard, b"\n")
        listed = asking.stdout.read()
        assert asking.wait(30) == 0, listed
    assert b"Ready to read from volume \"Two\"" in listed
    os.close(keyboard)


def test_a_drive_that_encrypts_needs_its_diagnostic_device(tmp_path):
    programs = conftest.built("bls")
    config = tmp_path / "sd.conf"
    config.write_text(one_drive(tmp_path, "Drive Crypto Enabled = yes"))
    (tmp_path / "drive0").touch()
    said = subprocess.run([programs / "bls", "-c", config, "-V", "One", "Tape"], capture_output=True, text=True)
    assert said.returncode == 1 and "'Drive Crypto Enabled' needs a 'Diagnostic Device'" in said.stderr
