# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is backed up comes back: every kind of file, every level, every digest, through daemons and through bextract."""
import os
import shutil

import pytest

import trees


def test_every_kind_of_file_comes_back(install, every_kind):
    here = install(source=every_kind)
    job = here.backup()
    assert job.status == "T", here.job_log(job.id)
    assert job.errors == 0, here.job_log(job.id)
    restored = here.restore(job.id)
    assert restored.status == "T", here.job_log(restored.id)
    trees.assert_same(every_kind, here.restored)


def test_the_catalog_counts_what_was_saved(install, every_kind):
    here = install(source=every_kind)
    job = here.backup()
    saved = len(trees.manifest(every_kind))
    assert job.files == saved
    assert here.query("SELECT count(*) FROM File WHERE JobId = ?", job.id) == [(saved,)]
    restored = here.restore(job.id)
    assert restored.files == saved


def test_bextract_brings_back_the_same(install, every_kind, tmp_path):
    here = install(source=every_kind)
    job = here.backup()
    target = here.extract(tmp_path / "extracted")
    trees.assert_same(every_kind, target / every_kind.relative_to("/"))
    listing = here.tool("bls", "-c", here.work / "sd.conf", "-V", *here.volume_rows(), "FileDevice").stdout
    assert f"{job.files} files and directories found." in listing


@pytest.mark.parametrize("signature", ["MD5", "SHA1", "SHA256", "SHA512", "XXH128"])
def test_every_digest_is_stored_with_the_files(install, small_tree, signature):
    here = install(source=small_tree, signature=signature)
    job = here.backup()
    assert job.status == "T", here.job_log(job.id)
    digests = [digest for digest, in here.query(
        "SELECT MD5 FROM File WHERE JobId = ? AND Name <> ''", job.id)]
    lengths = {"MD5": 22, "SHA1": 27, "SHA256": 43, "SHA512": 86, "XXH128": 22}
    assert {len(digest) for digest in digests} == {lengths[signature]}


@pytest.mark.parametrize("algorithm", ["GZIP", "LZ4", "LZ4HC", "LZO", "LZFAST"])
@pytest.mark.parametrize("inflate", ["", "Auto Inflate = in"])
def test_files_that_the_storage_daemon_compressed_come_back(install, every_kind, tmp_path, algorithm, inflate):
    here = install(source=every_kind, options="Sparse = yes",
                   device=f"Auto Deflate = out\n  Auto Deflate Algorithm = {algorithm}\n  {inflate}")
    job = here.backup()
    assert job.status == "T", here.job_log(job.id)
    assert f"autoxflate-sd: Compressor on device FileDevice is {algorithm}" in here.job_log(job.id)
    restored = here.restore(job.id)
    assert restored.status == "T" and restored.errors == 0, here.job_log(restored.id)
    trees.assert_same(every_kind, here.restored)
    target = here.extract(tmp_path / "extracted")
    trees.assert_same(every_kind, target / every_kind.relative_to("/"))
    checked = here.tool("holdfast-volume", "check", "-c", here.work / "sd.conf", "-V", *here.volume_rows(), "FileDevice")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("compression", ["GZIP6", "LZ4", "LZO", "LZFAST", "ZSTD", "ZSTD19"])
def test_compressed_files_come_back(install, every_kind, compression):
    here = install(source=every_kind, options=f"Compression = {compression}\n Sparse = yes")
    job = here.backup()
    assert job.status == "T", here.job_log(job.id)
    assert ("ZSTD" in compression) == any(b"ZSTD" in path.read_bytes() for path in here.volumes.iterdir())
    restored = here.restore(job.id)
    assert restored.status == "T", here.job_log(restored.id)
    trees.assert_same(every_kind, here.restored)


def test_what_the_storage_daemon_compressed_by_zstd_is_plain_for_clients_and_tools(install, every_kind, tmp_path):
    here = install(source=every_kind, options="Sparse = yes",
                   device="Auto Deflate = out\n Auto Deflate Algorithm = ZSTD\n Auto Deflate Level = 12\n Auto Inflate = in")
    job = here.backup()
    assert job.status == "T", here.job_log(job.id)
    assert "Compressor on device FileDevice is ZSTD" in here.job_log(job.id)
    assert any(b"ZSTD" in path.read_bytes() for path in here.volumes.iterdir())
    restored = here.restore(job.id)
    assert restored.status == "T" and restored.errors == 0, here.job_log(restored.id)
    trees.assert_same(every_kind, here.restored)
    target = here.extract(tmp_path / "extracted")
    trees.assert_same(every_kind, target / every_kind.relative_to("/"))


def test_a_storage_daemon_that_would_hand_zstd_to_clients_does_not_start(install):
    here = install(start=False, device="Auto Deflate = out\n Auto Deflate Algorithm = ZSTD")
    with pytest.raises(RuntimeError, match="needs 'AutoDeflate = out' and 'AutoInflate = in' or 'both'"):
        here.start("sd")
    assert here.processes.pop("sd").wait() == 42


def test_what_zstd_compressed_is_read_by_all_tools(install, every_kind, tmp_path):
    here = install(source=every_kind, options="Compression = ZSTD1", device="Auto Inflate = in")
    job = here.backup()
    assert here.restore(job.id).errors == 0
    trees.assert_same(every_kind, here.restored)
    target = here.extract(tmp_path / "extracted")
    trees.assert_same(every_kind, target / every_kind.relative_to("/"))


def test_daemons_that_do_not_tell_who_they_are_get_gzip_instead_of_zstd(install, small_tree):
    without = "TLS Enable = no\n  TLS Require = no"
    here = install(source=small_tree, options="Compression = ZSTD", client=without, client_director=without,
                   storage=without, storage_director=without, client_own="TLS Enable = no", storage_own="TLS Enable = no")
    job = here.backup()
    assert job.status == "W", here.job_log(job.id)
    log = here.job_log(job.id)
    assert "Compression ZSTD3 was replaced by GZIP6" in log, log
    assert here.restore(job.id).status == "T"
    trees.assert_same(small_tree, here.restored)


def test_holes_of_sparse_files_take_no_room_after_restore(install, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    with open(source / "holes", "wb") as output:
        output.truncate(64_000_000)
        output.seek(32_000_000)
        output.write(b"in the middle")
    here = install(source=source, options="Sparse = yes")
    job = here.backup()
    assert job.bytes < 1_000_000
    here.restore(job.id)
    trees.assert_same(source, here.restored)
    assert (here.restored / "holes").stat().st_blocks * 512 < 2_000_000


def test_an_incremental_saves_what_changed_and_both_restore_to_the_present(install, small_tree):
    here = install(source=small_tree)
    trees.let_a_second_pass()
    full = here.backup()
    trees.write(small_tree / "new.txt", b"new")
    trees.write(small_tree / "folder-1" / "file-1.txt", b"changed")
    os.unlink(small_tree / "folder-2" / "file-2.txt")
    trees.let_a_second_pass()
    first = here.backup("Incremental")
    assert (first.status, first.level) == ("T", "I"), here.job_log(first.id)
    # The two files, the root in which one is new, and folder-2, which lost one.
    assert first.files == 4
    trees.write(small_tree / "later.txt", b"later")
    second = here.backup("Incremental")
    assert second.files == 2
    restored = here.run("restore client=test-fd restorejob=restore select current all done yes")
    assert restored.status == "T", here.job_log(restored.id)
    assert (here.restored / "new.txt").read_bytes() == b"new"
    assert (here.restored / "later.txt").read_bytes() == b"later"
    assert (here.restored / "folder-1" / "file-1.txt").read_bytes() == b"changed"
    assert full.id < first.id < second.id


def test_a_differential_holds_everything_since_the_full(install, small_tree):
    here = install(source=small_tree)
    here.backup()
    trees.write(small_tree / "one.txt", b"1")
    here.backup("Incremental")
    trees.write(small_tree / "two.txt", b"2")
    differential = here.backup("Differential")
    assert (differential.status, differential.level) == ("T", "D")
    names = {name for name, in here.query("SELECT Name FROM File WHERE JobId = ?", differential.id)}
    assert {"one.txt", "two.txt"} <= names


def test_an_incremental_without_a_full_becomes_a_full(install, small_tree):
    here = install(source=small_tree)
    job = here.backup("Incremental")
    assert (job.status, job.level) == ("T", "F")


def test_a_changed_fileset_asks_for_a_full(install, small_tree, tmp_path):
    here = install(source=small_tree)
    here.backup()
    here.stop("dir")
    here.configure(files=f'File = "{tmp_path}/more"')
    here.start("dir")
    assert here.backup("Incremental").level == "F"


def test_restore_of_single_files_and_folders(install, small_tree):
    here = install(source=small_tree)
    job = here.backup()
    file = small_tree / "folder-1" / "file-1.txt"
    restored = here.run(f"restore jobid={job.id} client=test-fd restorejob=restore file={file} done yes")
    assert (restored.status, restored.files) == ("T", 1), here.job_log(restored.id)
    assert (here.work / "restored" / file.relative_to("/")).read_bytes() == file.read_bytes()


@pytest.mark.parametrize("replace, kept", [("never", b"mine"), ("always", None), ("ifnewer", b"mine"),
                                           ("ifolder", None)])
def test_replace_decides_what_happens_to_files_that_are_there(install, tmp_path, replace, kept):
    source = tmp_path / "source"
    trees.write(source / "file.txt", b"saved")
    os.utime(source / "file.txt", (trees.OLD, trees.OLD))
    here = install(source=source)
    job = here.backup()
    there = trees.write(here.restored / "file.txt", b"mine")
    # The saved file is older than the one that is there.
    os.utime(there, (trees.OLD + 1000, trees.OLD + 1000))
    restored = here.restore(job.id, f"replace={replace}")
    assert restored.status in "TW", here.job_log(restored.id)
    assert there.read_bytes() == (kept or b"saved")


def test_restore_in_place_brings_a_lost_file_back(install, small_tree):
    here = install(source=small_tree)
    before = trees.manifest(small_tree)
    job = here.backup()
    shutil.rmtree(small_tree / "folder-3")
    restored = here.restore(job.id, "where=/ replace=always")
    assert restored.status == "T", here.job_log(restored.id)
    assert not trees.differences(before, trees.manifest(small_tree))


def test_estimate_agrees_with_the_backup(install, small_tree):
    here = install(source=small_tree)
    output = here.console("estimate job=backup level=Full")
    job = here.backup()
    assert f"files={job.files}" in output.replace(",", "")


def test_excluded_files_stay_out(install, small_tree):
    trees.write(small_tree / "skip.core", b"x")
    trees.write(small_tree / "cache" / "x.txt", b"x")
    here = install(source=small_tree, more="""
FileSet {
  Name = Picky
  Include {
    Options {
      Exclude = yes
      Wild File = "*.core"
      Wild Dir = "*/cache"
    }
    Options {
      Signature = MD5
    }
    File = "%s"
  }
}
Job {
  Name = picky
  JobDefs = Defaults
  FileSet = Picky
}
""" % small_tree)
    job = here.run("run job=picky yes")
    names = {name for name, in here.query("SELECT Name FROM File WHERE JobId = ?", job.id)}
    assert job.status == "T" and names and not names & {"skip.core", "x.txt"}
