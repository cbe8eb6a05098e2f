# SPDX-License-Identifier: AGPL-3.0-or-later
"""scripts/disk-changer and scripts/mtx-changer, the latter with a robot made of shell."""
import os
import pathlib
import subprocess

import pytest

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"


def run(script, *words, **environment):
    done = subprocess.run(["/bin/sh", SCRIPTS / script, *map(str, words)], capture_output=True, text=True, timeout=60,
                          env={**os.environ, **environment})
    return done.returncode, done.stdout


class Library:
    """A directory with slots 1 to 3 of 5 full."""

    def __init__(self, path):
        self.path = path
        self.changer = path / "changer.conf"
        self.changer.write_text("maxslot = 5\nmaxdrive=1\n")
        (path / "barcodes").write_text("1:A00001\n2:A00002\n03: A00003 \n")
        for slot in (1, 2, 3):
            (path / f"slot{slot}").write_text(f"volume {slot}")

    def __call__(self, command, slot=0, drive=0):
        return run("disk-changer", self.changer, command, slot, self.path / f"drive{drive}", drive)


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path)


def test_disk_changer_loads_and_unloads(library):
    assert library("loaded") == (0, "0\n")
    assert library("load", 2) == (0, "")
    assert library("loaded") == (0, "2\n")
    assert (library.path / "drive0").is_symlink()
    assert (library.path / "drive0").read_text() == "volume 2"
    assert library("load", 2) == (0, ""), "loading what is loaded is fine"
    assert library("unload", 2) == (0, "")
    assert library("loaded") == (0, "0\n")
    assert not (library.path / "drive0").exists()
    assert (library.path / "slot2").read_text() == "volume 2"


def test_disk_changer_knows_what_it_has(library):
    library("load", 3, 1)
    assert library("slots") == (0, "5\n")
    assert library("list") == (0, "1:A00001\n2:A00002\n3:A00003\n")
    assert library("listall") == (0, "D:0:E\nD:1:F:3:A00003\nS:1:F:A00001\nS:2:F:A00002\nS:3:E\nS:4:E\nS:5:E\n")


def test_disk_changer_says_when_a_slot_is_empty(library):
    for slot in (4, 3):
        library("load", 3, 1)
        code, said = library("load", slot)
        assert code != 0
        assert "Source Element Address" in said and "is Empty" in said


@pytest.mark.parametrize("command, slot, drive", [("load", 9, 0), ("load", "x", 0), ("load", 0, 0), ("load", 1, 7),
                                                  ("unload", 1, 0), ("dance", 1, 0), ("loaded", 0, "x")])
def test_disk_changer_refuses_nonsense(library, command, slot, drive):
    code, said = run("disk-changer", library.changer, command, slot, library.path / "drive0", drive)
    assert code == 1 and said.startswith("disk-changer: ")


def test_disk_changer_puts_nothing_into_a_full_drive(library):
    library("load", 1)
    code, said = library("load", 2)
    assert code == 1 and "Drive 0 Full (Storage Element 1 Loaded)" in said
    code, _ = library("unload", 2)
    assert code == 1, "that volume belongs elsewhere"
    assert library("loaded") == (0, "1\n")


def test_disk_changer_moves_between_slots(library):
    assert run("disk-changer", library.changer, "transfer", 1, 5)[0] == 0
    assert (library.path / "slot5").read_text() == "volume 1"
    assert library("list") == (0, "2:A00002\n3:A00003\n5:A00001\n")
    assert run("disk-changer", library.changer, "transfer", 2, 3)[0] == 1
    assert run("disk-changer", library.changer, "transfer", 1, 4)[0] == 1


def test_disk_changer_goes_on_after_a_crash(library):
    library("load", 1)
    (library.path / "drive0").unlink()
    assert library("loaded") == (0, "0\n")
    assert library("load", 2) == (0, "")
    assert library("loaded") == (0, "2\n")


def test_disk_changer_needs_no_changer_file(library):
    library.changer.unlink()
    assert library("slots") == (0, "10\n")


def test_disk_changer_knows_files_named_volslot(library):
    (library.path / "slot1").rename(library.path / "volslot1")
    library("load", 1)
    assert (library.path / "drive0").read_text() == "volume 1"


STATUS = """  Storage Changer /dev/sg0:3 Drives, 6 Slots ( 1 Import/Export )
Data Transfer Element 0:Full (Storage Element 3 Loaded):VolumeTag = A00003L8                        
Data Transfer Element 1:Empty
Data Transfer Element 2:Full (Unknown Storage Element Loaded):VolumeTag = B00001L8
      Storage Element 1:Full :VolumeTag=A00001L8                        
      Storage Element 2:Full 
      Storage Element 3:Empty
      Storage Element 4:Empty:VolumeTag=
      Storage Element 5:Full :VolumeTag=CLN001L1
      Storage Element 6 IMPORT/EXPORT:Full :VolumeTag=A00009L8
"""


class Robot:
    """mtx and mt as scripts that write down what they are told."""

    def __init__(self, path):
        self.path = path
        (path / "status").write_text(STATUS)
        self.program("mtx", f'echo "mtx $*" >> {path}/log; [ "$3" = status ] && cat {path}/status\n'
                            f'[ -e {path}/fails ] && {{ echo "mtx: Request Sense: no" >&2; exit 1; }}; exit 0')
        self.program("mt", f'echo "mt $*" >> {path}/log; n=$(wc -l < {path}/log); [ "$n" -ge 3 ] && echo ONLINE; exit 0')
        self.conf = path / "conf"
        self.conf.write_text("")

    def program(self, name, text):
        (self.path / name).write_text(f"#!/bin/sh\n{text}\n")
        (self.path / name).chmod(0o755)

    def log(self):
        return (self.path / "log").read_text().splitlines() if (self.path / "log").exists() else []

    def __call__(self, *words):
        return run("mtx-changer", "/dev/sg0", *words, MTX=str(self.path / "mtx"), MT=str(self.path / "mt"),
                   MTX_CHANGER_CONF=str(self.conf))


@pytest.fixture
def robot(tmp_path):
    return Robot(tmp_path)


def test_mtx_changer_understands_the_library(robot):
    assert robot("loaded", 0, "/dev/nst0", 0) == (0, "3\n")
    assert robot("loaded", 0, "/dev/nst1", 1) == (0, "0\n")
    assert robot("loaded", 0, "/dev/nst2", 2)[0] == 1
    assert robot("loaded", 0, "/dev/nst9", 9)[0] == 1
    assert robot("slots", 0, "/dev/nst0", 0) == (0, "6\n")
    assert robot("list", 0, "/dev/nst0", 0) == (0, "1:A00001L8\n2:\n3:A00003L8\n5:CLN001L1\n6:A00009L8\n")
    assert robot("listall", 0, "/dev/nst0", 0) == (
        0, "D:0:F:3:A00003L8\nD:1:E\nD:2:F:0:B00001L8\nS:1:F:A00001L8\nS:2:F:\nS:3:E\nS:4:E\nS:5:F:CLN001L1\n"
           "I:6:F:A00009L8\n")


def test_mtx_changer_loads_and_waits_for_the_drive(robot):
    assert robot("load", 5, "/dev/nst1", 1) == (0, "")
    assert robot.log() == ["mtx -f /dev/sg0 load 5 1", "mt -f /dev/nst1 status", "mt -f /dev/nst1 status"]


def test_mtx_changer_unloads_and_transfers(robot):
    assert robot("unload", 3, "/dev/nst0", 0) == (0, "")
    assert robot("transfer", 1, 4)[0] == 0
    assert robot.log() == ["mtx -f /dev/sg0 unload 3 0", "mtx -f /dev/sg0 transfer 1 4"]


def test_mtx_changer_ejects_and_takes_inventory_when_told(robot):
    robot.conf.write_text(f"offline=1\ninventory=1\ndebug_log={robot.path}/debug\n")
    robot("unload", 3, "/dev/nst0", 0)
    robot("list", 0, "/dev/nst0", 0)
    assert robot.log() == ["mt -f /dev/nst0 offline", "mtx -f /dev/sg0 unload 3 0", "mtx -f /dev/sg0 inventory",
                           "mtx -f /dev/sg0 status"]
    assert "mtx -f /dev/sg0 unload 3 0" in (robot.path / "debug").read_text()


def test_mtx_changer_passes_on_why_the_robot_failed(robot):
    (robot.path / "fails").touch()
    for words in [("loaded", 0, "/dev/nst0", 0), ("load", 1, "/dev/nst0", 0), ("unload", 1, "/dev/nst0", 0),
                  ("list", 0, "/dev/nst0", 0), ("listall", 0, "/dev/nst0", 0), ("slots", 0, "/dev/nst0", 0),
                  ("transfer", 1, 2)]:
        code, said = robot(*words)
        assert code == 1 and "Request Sense" in said, words


def test_mtx_changer_refuses_unknown_commands(robot):
    assert robot("dance")[0] == 1
    assert run("mtx-changer")[0] == 1
