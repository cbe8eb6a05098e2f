# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every program prints its manual page, made of the options it declares."""
import pathlib
import re
import shutil
import subprocess

import pytest

import conftest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "manual-pages"


@pytest.fixture
def pages(tmp_path):
    programs = conftest.built("holdfast-dir", "holdfast-sd", "holdfast-fd", "holdfast", "holdfast-volume", "holdfast-tools")
    done = subprocess.run([TOOL, programs, tmp_path], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return {path.name: path for path in map(pathlib.Path, done.stdout.split())}


def test_every_program_has_a_page_with_its_options(pages):
    assert set(pages) == {"holdfast-dir.8", "holdfast-sd.8", "holdfast-fd.8", "holdfast.1", "holdfast-quickstart.1",
                          "holdfast-run.1", "holdfast-restore.1", "holdfast-jobs.1", "holdfast-status.1", "bconsole.1",
                          "holdfast-volume.1", "bls.1", "bextract.1", "bscrypto.1", "bscan.1", "bcopy.1", "btape.1", "holdfast-volume-check.1",
                          "holdfast-volume-repair.1", "holdfast-tools.1", "bregex.1", "bwild.1", "btestls.1",
                          "bareos-dbcheck.1", "bsmtp.1"}
    for name, text in ((name, path.read_text()) for name, path in pages.items()):
        assert ".SH NAME" in text and ".SH SYNOPSIS" in text, name
        if name not in ("holdfast.1", "holdfast-volume.1", "holdfast-tools.1"):
            assert r"\-\-help" in text and "EXIT STATUS" in text and "\n.B 42\n" in text, name


def test_pages_tell_all_that_help_tells(pages):
    program = conftest.built("bls") / "bls"
    help_text = subprocess.run([program, "--help"], capture_output=True, text=True, timeout=60).stdout
    page = pages["bls.1"].read_text().replace("\\-", "-")
    for option in set(re.findall(r"--[a-z-]+", help_text)):
        assert option in page, option


@pytest.mark.skipif(not shutil.which("man"), reason="man is not installed")
def test_man_reads_them_without_complaint(pages):
    for path in pages.values():
        done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", path], capture_output=True,
                              text=True, timeout=60)
        assert done.returncode == 0 and not done.stderr, done.stderr
