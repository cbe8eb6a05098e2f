# SPDX-License-Identifier: AGPL-3.0-or-later
"""Restores that are told how: in place, over what is in the way, as somebody who may not."""
import os
import subprocess

import pytest

import random_trees
import trees


def test_in_place_only_what_differs_is_written(install, small_tree):
    here = install(source=small_tree, options="Sparse = yes")
    saved = here.backup()
    here.restore(saved.id)
    big = here.restored / "big.bin"
    inode = big.stat().st_ino
    with open(big, "r+b") as file:
        file.seek(1_000_000)
        file.write(b"changed")
        file.seek(0, os.SEEK_END)
        file.write(b"and longer")
    (here.restored / "folder-1" / "file-1.txt").unlink()
    again = here.restore(saved.id, "inplace=yes")
    log = here.job_log(again.id)
    assert again.status == "T" and again.errors == 0, log
    trees.assert_same(small_tree, here.restored)
    assert big.stat().st_ino == inode
    number = sum(path.is_file() for path in small_tree.rglob("*"))
    assert f"In place: {number - 1} files were changed where they lay" in log, log


def test_in_place_is_refused_where_the_client_may_be_a_peer(install, small_tree):
    everywhere = ("client", "client_director", "client_own", "storage", "storage_director", "storage_own")
    here = install(source=small_tree, **dict.fromkeys(everywhere, "TLS Enable = no"))
    saved = here.backup()
    assert saved.status == "T", here.job_log(saved.id)
    refused = here.restore(saved.id, "inplace=yes")
    log = here.job_log(refused.id)
    assert refused.status == "f" and "cannot restore in place" in log, log
    assert not here.restored.exists()


def test_what_cannot_be_restored_is_named_and_the_job_ends_with_warnings(install, small_tree):
    here = install(source=small_tree)
    saved = here.backup()
    in_the_way = here.restored / "folder-2" / "file-2.txt"
    trees.write(in_the_way / "occupied", b"a folder")
    restored = here.restore(saved.id)
    log = here.job_log(restored.id)
    assert restored.status in "TW" and restored.errors == 1, log
    assert f"File {in_the_way} already exists and could not be replaced." in log
    assert "Restore OK -- with warnings" in log, log
    assert (in_the_way / "occupied").read_bytes() == b"a folder"
    assert (here.restored / "big.bin").read_bytes() == (small_tree / "big.bin").read_bytes()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may set these flags")
def test_what_is_immutable_is_replaced_and_named(install, small_tree):
    here = install(source=small_tree)
    saved = here.backup()
    here.restore(saved.id)
    try:
        with random_trees.opened(here.restored / "folder-3") as folder:
            random_trees.set_flags(folder, b"file-3.txt", random_trees.IMMUTABLE)
            random_trees.set_flags(folder, b".", random_trees.IMMUTABLE)
        again = here.restore(saved.id)
        log = here.job_log(again.id)
        assert again.errors == 0, log
        for name in ("folder-3", "folder-3/file-3.txt"):
            assert f'"{here.restored / name}" was immutable or append-only' in log, log
        trees.assert_same(small_tree, here.restored)
    finally:
        random_trees.loosen(here.restored)


@pytest.mark.parametrize("small_disk", ["256k"], indirect=True)
def test_a_full_disk_ends_the_restore(install, small_disk, tmp_path):
    source = trees.small_tree(tmp_path / "source", files=400)
    here = install(source=source)
    saved = here.backup()
    done = here.restore(saved.id, f"where={small_disk}")
    log = here.job_log(done.id)
    assert done.status == "f", log
    assert "files in a row could not be written (No space left on device)" in log, log
    assert log.count("Write error on") < 60, log
    for path in small_disk.rglob("*"):
        original = source / path.relative_to(f"{small_disk}{source}") if path.is_file() else None
        if original and path.stat().st_size != original.stat().st_size:
            assert f"Write error on {path}:" in log, path
    # There is no harm: with room for it, the same restore succeeds.
    subprocess.run(["mount", "-o", "remount,size=20m", small_disk], check=True)
    again = here.restore(saved.id, f"where={small_disk}")
    assert again.status == "T" and again.errors == 0, here.job_log(again.id)
    trees.assert_same(source, small_disk / str(source).lstrip("/"))
