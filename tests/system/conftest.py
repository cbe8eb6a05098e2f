# SPDX-License-Identifier: AGPL-3.0-or-later
import os
import pathlib
import subprocess

import pytest

import installation as holdfast
import trees

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAMS = pathlib.Path(os.environ.get("HOLDFAST_BIN", ROOT / "build" / "dev" / "bin"))
GOLDEN = pathlib.Path(os.environ.get("HOLDFAST_GOLDEN", ROOT.parent / "shared" / "golden"))


def built(*names):
    missing = [name for name in names if not (PROGRAMS / name).exists()]
    assert not missing, f"not built: {missing} in {PROGRAMS}"
    return PROGRAMS


@pytest.fixture(autouse=True)
def sanitizer_reports(tmp_path, monkeypatch):
    """A test fails where any program it started, killed ones too, was built with a sanitizer (run-tests --preset asan
    or tsan) that found something. Without sanitizers nothing reads these settings."""
    folder = tmp_path / "sanitizer-reports"
    folder.mkdir()
    # Undefined behaviour is reported by the address sanitizer's log only where it ends in an abort.
    for variable, more in (("ASAN_OPTIONS", "handle_abort=1"), ("TSAN_OPTIONS", "second_deadlock_stack=1"),
                           ("UBSAN_OPTIONS", "abort_on_error=1:print_stacktrace=1")):
        given = os.environ.get(variable, "")
        monkeypatch.setenv(variable, f"{given}:log_path={folder}/report:{more}".lstrip(":"))
    yield
    reports = "\n".join(path.read_text(errors="replace")[:6000] for path in sorted(folder.iterdir()))
    assert not reports, f"a sanitizer found something (whole reports: {folder})\n{reports}"


@pytest.fixture
def programs():
    return built("holdfast-dir", "holdfast-sd", "holdfast-fd", "bconsole")


@pytest.fixture
def volume_tools():
    return built("bls", "bextract", "bscan", "holdfast-volume")


@pytest.fixture
def install(tmp_path, programs, request):
    """install(name="a", start=True, **settings) -> Installation; all are stopped, and must stop cleanly, at the end; what
    stands on their volumes must please the strict checker."""
    made = []

    def make(name="holdfast", start=True, **settings):
        here = holdfast.Installation(tmp_path / name, programs, **settings)
        made.append(here)
        if start:
            here.start()
        return here

    yield make
    problems = []
    for here in made:
        problems += [f"holdfast-{role} ended with {code} when it was stopped" for role, code in here.stop().items()
                     if code != 0]
        problems += here.broken_rules()
        if getattr(request.node, "failed", False) or problems:
            print(here.everything_said())
    assert not problems, problems


@pytest.fixture
def small_disk(tmp_path, request):
    """A file system of its own with room for eight megabytes, or what `indirect` says ("256k")."""
    size = getattr(request, "param", "8m")
    disk = tmp_path / "small-disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", disk], capture_output=True).returncode != 0:
        pytest.skip("cannot mount a tmpfs here")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


@pytest.fixture
def small_tree(tmp_path):
    return trees.small_tree(tmp_path / "source")


@pytest.fixture
def every_kind(tmp_path):
    return trees.every_kind(tmp_path / "source")


@pytest.fixture(scope="session")
def golden():
    if not GOLDEN.is_dir():
        pytest.skip(f"no recordings in {GOLDEN}")
    return GOLDEN


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if call.when == "call":
        item.failed = outcome.get_result().failed
