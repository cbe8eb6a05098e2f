# SPDX-License-Identifier: AGPL-3.0-or-later
"""`holdfast quickstart` as a stranger meets it."""
import os
import pathlib
import stat
import subprocess

import pytest

import trees


@pytest.fixture
def quickstart(programs, tmp_path):
    assert (programs / "holdfast").exists()
    home = tmp_path / "home"

    def call(*arguments):
        return subprocess.run([programs / "holdfast", "quickstart", "--home", home, *arguments], capture_output=True,
                              text=True, errors="replace", timeout=300)

    call.home = home
    yield call
    call("--stop")


def running_daemons(home):
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(word.startswith(os.fsencode(home)) for word in words) and b"holdfast-" in words[0]:
            found.append(words)
    return found


def test_backs_up_restores_compares_and_stops(quickstart, small_tree):
    first = quickstart(small_tree)
    assert first.returncode == 0, first.stdout + first.stderr
    assert len(running_daemons(quickstart.home)) == 3
    trees.assert_same(small_tree, quickstart.home / "restored" / small_tree.relative_to("/"))

    trees.write(small_tree / "new.txt", b"new")
    again = quickstart(small_tree)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "running already" in again.stdout and "ncremental" in again.stdout, again.stdout
    assert len(running_daemons(quickstart.home)) == 3

    stopped = quickstart("--stop")
    assert stopped.returncode == 0, stopped.stdout + stopped.stderr
    assert not running_daemons(quickstart.home)
    assert quickstart("--stop").returncode == 0


def test_nobody_else_can_read_the_passwords(quickstart, small_tree):
    assert quickstart(small_tree).returncode == 0
    assert stat.S_IMODE(quickstart.home.stat().st_mode) == 0o700
    for path in (quickstart.home / "etc").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_starts_again_with_what_is_there(quickstart, small_tree):
    assert quickstart(small_tree).returncode == 0
    quickstart("--stop")
    before = (quickstart.home / "etc" / "holdfast-dir.conf").read_bytes()
    again = quickstart(small_tree)
    assert again.returncode == 0, again.stdout + again.stderr
    assert (quickstart.home / "etc" / "holdfast-dir.conf").read_bytes() == before


def test_a_folder_that_is_not_there_is_refused_before_anything_is_made(quickstart, tmp_path):
    done = quickstart(tmp_path / "nowhere")
    assert done.returncode != 0 and "nowhere" in done.stdout + done.stderr
    assert not quickstart.home.exists()
