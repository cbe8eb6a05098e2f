# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys of encrypted tapes in files: what bscrypto makes of them. Drives are doubles in the unit tests."""
import base64
import stat
import subprocess

import pytest

import conftest


@pytest.fixture
def bscrypto():
    program = conftest.built("bscrypto") / "bscrypto"

    def run(*arguments, typed="", code=0):
        done = subprocess.run([program, *arguments], input=typed, capture_output=True, text=True, timeout=60)
        assert done.returncode == code, done
        return done

    return run


def test_a_new_key_can_be_shown_in_every_form(bscrypto, tmp_path):
    plain, coded, wrapped, kek = (tmp_path / name for name in ["plain", "coded", "wrapped", "kek"])
    bscrypto("-g", kek)
    bscrypto("-g", plain)
    bscrypto("-g", coded, "-b")
    bscrypto("-g", wrapped, "-w", kek)
    assert len(plain.read_text()) == len(kek.read_text()) == 32 and plain.read_text() != kek.read_text()
    assert len(base64.b64decode(coded.read_text() + "==")) == 32
    assert len(base64.b64decode(wrapped.read_text() + "==")) == 40
    assert stat.S_IMODE(plain.stat().st_mode) == 0o600
    assert bscrypto("-k", plain).stdout.strip() == plain.read_text()
    assert bscrypto("-k", coded, "-b").stdout.strip() == base64.b64decode(coded.read_text() + "==").decode()
    assert len(bscrypto("-k", wrapped, "-w", kek).stdout.strip()) == 32


def test_a_key_can_be_typed(bscrypto):
    assert bscrypto("-k", "-", typed="secret\n").stdout == "Enter Encryption Key (close with ^D): secret\n"
    assert len(bscrypto("-g", "-").stdout.strip()) == 32


def test_a_wrapped_key_does_not_open_with_another_one(bscrypto, tmp_path):
    for name in ["kek", "other"]:
        bscrypto("-g", tmp_path / name)
    bscrypto("-g", tmp_path / "key", "-w", tmp_path / "kek")
    wrong = bscrypto("-k", tmp_path / "key", "-w", tmp_path / "other", code=1)
    assert "the Key Encryption Key is not the one that it is wrapped with" in wrong.stderr


@pytest.mark.parametrize("arguments, text", [
    (["-e"], "Missing device_name argument for this option\n"),
    (["-g", "a", "-k", "b"], "Either use -g or -k not both\n"),
    (["-c", "-s", "a", "/dev/null"], "Either use -c or -s not both\n"),
    (["-c", "-e", "/dev/null"], "Either set or clear the crypto key or ask for status not both\n"),
    (["-g", "a", "-c", "/dev/null"], "Don't mix operations which are incompatible e.g. generate/show vs set/clear etc.\n"),
    (["-k", "/nowhere/key"], "Cannot open keyfile /nowhere/key\n"),
])
def test_what_cannot_be_meant_is_refused_in_the_words_of_the_peer(bscrypto, tmp_path, arguments, text):
    assert bscrypto(*arguments, code=1).stderr.endswith(text)


def test_the_cache_keeps_keys_of_volumes(bscrypto, tmp_path):
    cache = tmp_path / "cache"
    bscrypto("-p", cache, typed="Full-0001\tAAAA\nFull-0002\tBBBB\n")
    bscrypto("-p", cache, typed="Full-0002\tCCCC\n")
    assert stat.S_IMODE(cache.stat().st_mode) == 0o600
    listed = [line.split("\t")[:2] for line in bscrypto("-D", cache).stdout.splitlines()]
    assert listed == [["Full-0001", "AAAA"], ["Full-0002", "CCCC"]]
    lines = cache.read_text().splitlines()
    cache.write_text("\n".join(line.rsplit("\t", 1)[0] + "\t1000" for line in lines))
    bscrypto("-r", cache)
    assert len(bscrypto("-D", cache).stdout.splitlines()) == 2
    cache.write_text("Old\tAAAA\t1000\n")
    bscrypto("-p", cache, typed="New\tBBBB\n")
    assert [line.split("\t")[0] for line in bscrypto("-D", cache).stdout.splitlines()] == ["New"]


def test_a_device_that_is_no_drive_is_refused(bscrypto, tmp_path):
    assert "/dev/null" in bscrypto("-e", "/dev/null", code=1).stderr


def test_lines_that_are_no_keys_are_refused(bscrypto, tmp_path):
    cache = tmp_path / "cache"
    assert "is no line of a volume and its key" in bscrypto("-p", cache, typed="Full-0001\n", code=1).stderr
    cache.write_text("something else\n")
    assert "is no cache of keys" in bscrypto("-D", cache, code=1).stderr
