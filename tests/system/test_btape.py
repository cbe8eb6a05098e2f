# SPDX-License-Identifier: AGPL-3.0-or-later
"""btape over an emulated tape."""
import pathlib
import subprocess

import pytest

import conftest

SCRIPTS = conftest.ROOT / "scripts"

CONFIG = """
Storage {{
  Name = sd
  Working Directory = "{work}"
}}
Director {{
  Name = dir
  Password = "x"
}}
Messages {{
  Name = ToDirector
  Director = dir = all
}}
Device {{
  Name = Tape
  Media Type = Tape
  Device Type = emulated-tape
  Archive Device = "{work}/drive0"
  Device Options = "{options}"
  Maximum Block Size = {block_size}
  {device}
}}
"""


class Drive:
    def __init__(self, work, programs, block_size=65536, options="", device=""):
        self.work = work
        self.programs = programs
        (work / "sd.conf").write_text(CONFIG.format(work=work, block_size=block_size, options=options, device=device))

    def __call__(self, *commands, code=0):
        done = subprocess.run([self.programs / "btape", "-c", self.work / "sd.conf", "Tape"], capture_output=True,
                              input="".join(f"{command}\n" for command in commands), text=True, timeout=300)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def drive(tmp_path):
    programs = conftest.built("btape")
    (tmp_path / "drive0").touch()
    return lambda **settings: Drive(tmp_path, programs, **settings)


@pytest.mark.parametrize("block_size", [65536, 126976, 262144, 1048576, 2097152])
def test_all_tests_pass_with_blocks_of_this_size(drive, block_size):
    said = drive(block_size=block_size)("test", "rectest")
    assert said.count("=== Test Succeeded.") == 5, said
    assert "Test failed" not in said


@pytest.mark.parametrize("device", ["Hardware End Of Medium = no", "Use Mtiocget = no", "Block Positioning = no",
                                    "Fast Forward Space File = no\nHardware End Of Medium = no",
                                    "Backward Space File = no", "Forward Space Record = no",
                                    "Minimum Block Size = 65536"])
def test_all_tests_pass_without_this(drive, device):
    assert drive(device=device)("test").count("=== Test Succeeded.") == 4


def test_a_drive_that_does_not_go_forward_is_found_out(drive):
    said = drive(options="fault=fsf:1:io:1000000")("test", code=1)
    assert "Test failed" in said and "Forward Space File = no" in said


def test_the_tape_is_labelled_and_the_label_read(drive):
    tape = drive()
    said = tape("readlabel", "label", "Vol-1", "readlabel")
    assert "Volume has no label." in said
    assert 'Wrote Volume label for volume "Vol-1".' in said
    assert "Volume label read correctly." in said and "VolName           : Vol-1" in said.replace("VolumeName", "VolName"), said
    assert "1 block of 64512 bytes in file 0\nEnd of File mark.\n" in tape("scan")


@pytest.mark.parametrize("options", ["capacity=20m", "capacity=20m,early warning=300k", "fault=write:250:short"])
def test_a_filled_tape_can_be_read_to_its_last_block(drive, options):
    tape = drive(options=options, device="Maximum File Size = 1000000")
    said = tape("fill s", "unfill")
    assert said.count("=== Test Succeeded.") == 2, said
    assert "Total Write rate" in said


def test_two_tapes_are_filled_one_after_the_other(drive):
    said = drive(options="capacity=5m")("fill", "m", "", "quit")
    assert said.count("=== Test Succeeded.") == 2, said


def test_the_tape_moves_as_it_is_told(drive):
    said = drive()("wr", "wr", "weof", "wr", "weof", "rewind", "status", "fsf", "rb", "rb", "bsf 2", "bsr", "rr", "70000",
                   "rewind", "rr 70000", "fsr 5", "eod", "status", "scan", "scanblocks", "dance", "cap", "he")
    for text in ("Tape block granularity is 1024 bytes.", "Wrote one record of 65536 bytes.", "Wrote 1 EOF to", "Rewound",
                 "TAPE !EOF BOT", "Forward spaced 1 file.", "Block 0 of 65536 bytes", "checksum right", "End of File mark.",
                 "Backspaced 2 files.", "Backspaced 1 record.", "Read of 70000 bytes gives stat=65536",
                 "Bad status from fsr. ERR=Input/output error", "Moved to end of medium.",
                 "2 blocks of 65536 bytes in file 0", "1 block of 65536 bytes in file 1",
                 "Total files=2, blocks=3, bytes = 196,608", '"dance" is an invalid command', "!BSFATEOM"):
        assert text in said, f"{text}\n{said}"


def test_speed_is_measured(drive):
    said = drive(options="capacity=30m")("speed file_size=0.002 nb_file=2", "speed file_size=1 skip_zero skip_raw", "qfill",
                                         "rawfill")
    assert said.count("Total Write rate") == 7, said
    assert "The tape is full." in said and "Write failed at block 480." in said


def test_write_protected_tapes_are_only_read(drive):
    drive()("label Vol-1")
    said = drive(options="writeprotected=yes")("readlabel", "wr", code=1)
    assert "write protected" in said and "Volume label read correctly." in said


def test_the_autochanger_loads_the_first_slot(drive, tmp_path):
    (tmp_path / "drive0").unlink()
    for slot in (1, 2):
        (tmp_path / f"slot{slot}").touch()
    (tmp_path / "drive0").symlink_to("slot2")
    (tmp_path / "loaded0").write_text("2\n")
    said = drive(device=f'Autochanger = yes\nChanger Device = none\n'
                        f'Changer Command = "{SCRIPTS}/disk-changer %c %o %S %a %d"')("autochanger")
    assert "Slot 2 loaded. I am going to unload it." in said and "=== Test Succeeded." in said, said
    assert (tmp_path / "drive0").readlink() == pathlib.Path("slot1")


def test_other_devices_are_refused(tmp_path):
    (tmp_path / "volumes").mkdir()
    done = subprocess.run([conftest.built("btape") / "btape", tmp_path / "volumes"], capture_output=True, text=True)
    assert done.returncode != 0 and "btape only works with tape storage." in done.stderr
