# SPDX-License-Identifier: AGPL-3.0-or-later
"""What bash offers after the words typed so far."""
import pathlib
import subprocess

import conftest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "packaging" / "bash-completion" / "holdfast"


def offered(program, *words):
    path = conftest.built(program) / program
    typed = " ".join(f'"{word}"' for word in (path, *words))
    done = subprocess.run(["bash", "-c", f'source "{SCRIPT}"; COMP_WORDS=({typed}); COMP_CWORD={len(words)}; '
                                         '_holdfast; printf "%s\\n" "${COMPREPLY[@]}"'],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout.split()


def test_commands_are_offered_first():
    assert set(offered("holdfast", "")) == {"quickstart", "run", "restore", "jobs", "status", "console"}
    assert offered("holdfast", "re") == ["restore"]


def test_options_are_those_of_the_command():
    assert "--where" in offered("holdfast", "restore", "--w")
    assert "--where" not in offered("holdfast", "run", "--")


def test_programs_without_commands_have_options_only():
    assert offered("holdfast-dir", "--test") == ["--test-config"]
    assert offered("holdfast-dir", "") == []
