# SPDX-License-Identifier: AGPL-3.0-or-later
"""Restores that delete what is not in the backup: exactly that, and nothing where it may mean something else."""
import os
import shutil
import subprocess
import time

import pytest

import trees
from test_copies import with_copies

ASK = "where=/ deletefilesnotinbackup=yes"
SUMMARY = "Not in the backup: {} files and {} directories were deleted, 0 could not be"


def mess_up(tree):
    """Changes, removes and adds; returns how many files and directories are new."""
    (tree / "big.bin").unlink()
    (tree / "folder-1" / "file-1.txt").write_text("changed")
    shutil.rmtree(tree / "folder-2")
    trees.write(tree / "new", b"new")
    trees.write(tree / "folder-1" / "new", b"new")
    trees.write(tree / "new folder" / "deeper" / "new", b"new")
    (tree / "new folder" / "out").symlink_to("/etc")
    trees.write(tree / "folder-1" / "left-out.tmp", b"not the FileSet's business")
    return 4, 2


@pytest.mark.parametrize("jobs", ["full", "accurate"])
def test_the_tree_is_what_it_was(install, small_tree, tmp_path, jobs):
    here = install(source=small_tree, options="}\n Options { Exclude = yes; Wild File = \"*.tmp\"",
                   more="Job { Name = careful; JobDefs = Defaults; Accurate = yes }",
                   client_own="Always Use LMDB = yes" if jobs == "accurate" else "")
    saved = here.run("run job=careful level=Full yes")
    if jobs == "accurate":
        trees.write(small_tree / "second", b"of the second job")
        (small_tree / "folder-1" / "file-6.txt").unlink()
        saved = here.run("run job=careful level=Incremental yes")
    before = tmp_path / "before"
    shutil.copytree(small_tree, before, symlinks=True)
    shutil.copystat(small_tree, before)
    files, directories = mess_up(small_tree)
    ids = ",".join(str(job) for job, in here.query("SELECT JobId FROM Job WHERE Type = 'B' ORDER BY JobId"))
    done = here.restore(ids, ASK)
    log = here.job_log(done.id)
    assert done.status == "T" and done.errors == 0, log
    assert SUMMARY.format(files, directories) in log, log
    assert (small_tree / "folder-1" / "left-out.tmp").exists()
    (small_tree / "folder-1" / "left-out.tmp").unlink()
    os.utime(small_tree / "folder-1", ns=((before / "folder-1").stat().st_atime_ns,
                                          (before / "folder-1").stat().st_mtime_ns))
    trees.assert_same(before, small_tree)
    assert small_tree.stat().st_mtime == before.stat().st_mtime


def refused(here, jobs, why, more=ASK):
    done = here.restore(jobs, more)
    log = here.job_log(done.id)
    assert done.status == "f" and why in log, log
    assert "catalog cannot be used" not in log, log
    assert (here.source / "new").exists()


def assert_deletes_new(here, jobs):
    done = here.restore(jobs, ASK)
    log = here.job_log(done.id)
    assert done.status == "T" and SUMMARY.format(1, 0) in log, log
    assert not (here.source / "new").exists()


def test_it_is_refused_where_it_cannot_be_meant(install, small_tree):
    here = install(source=small_tree)
    full = here.backup()
    trees.write(small_tree / "second", b"of the second job")
    second = here.backup("Incremental")
    trees.write(small_tree / "new", b"new")
    refused(here, full.id, "not restored to where they were saved", "deletefilesnotinbackup=yes")
    refused(here, second.id, "not just those that hold the state of the client")
    refused(here, f"{full.id},{second.id}", f"job {second.id} builds on another one and was not accurate")
    some = here.run(f"restore jobid={full.id} client=test-fd restorejob=restore file={small_tree}/big.bin {ASK} done yes")
    assert some.status == "f" and "only some of the backup's files" in here.job_log(some.id)
    here.change("UPDATE Job SET JobErrors = 1 WHERE JobId = ?", full.id)
    refused(here, full.id, f"job {full.id} ended with errors or warnings")
    here.change("UPDATE Job SET JobErrors = 0 WHERE JobId = ?", full.id)
    here.configure(files='File = "/etc"')
    here.console("reload")
    refused(here, full.id, f'FileSet "Tree" was changed since job {full.id}')


def test_it_is_refused_where_the_file_set_excluded_something_else_then(install, small_tree):
    here = install(source=small_tree, options="}\n Options { Exclude = yes; Wild File = \"*/new\"")
    trees.write(small_tree / "new", b"left out of the first backup")
    first = here.backup()
    here.configure(options="")
    here.console("reload")
    refused(here, first.id, f'FileSet "Tree" was changed since job {first.id}')
    time.sleep(1.1)  # the catalog tells seconds
    second = here.backup()
    refused(here, first.id, f'FileSet "Tree" was changed since job {first.id}')
    done = here.restore(second.id, ASK)
    assert done.status == "T" and SUMMARY.format(0, 0) in here.job_log(done.id), here.job_log(done.id)
    assert (small_tree / "new").exists()


@pytest.mark.parametrize("accurate", ["yes", "no"])
def test_it_depends_on_how_accurate_the_jobs_were_and_not_on_the_configuration(install, small_tree, accurate):
    configured = "no" if accurate == "yes" else "yes"
    here = install(source=small_tree, more=f"Job {{ Name = careful; JobDefs = Defaults; Accurate = {configured} }}")
    full = here.run(f"run job=careful accurate={accurate} level=Full yes")
    trees.write(small_tree / "second", b"of the second job")
    second = here.run(f"run job=careful accurate={accurate} level=Incremental yes")
    trees.write(small_tree / "new", b"new")
    if accurate == "no":
        refused(here, f"{full.id},{second.id}", f"job {second.id} builds on another one and was not accurate")
    else:
        assert_deletes_new(here, f"{full.id},{second.id}")


@pytest.mark.parametrize("saved", ["accurate", "not accurate", "with a job in between"])
def test_a_virtual_full_is_as_good_as_the_jobs_it_is_made_of(install, small_tree, saved):
    here = with_copies(install, small_tree)
    accurate = "accurate=no" if saved == "not accurate" else "accurate=yes"
    ids = [here.backup(more=accurate).id]
    for number in range(2):
        trees.let_a_second_pass()
        trees.write(small_tree / f"of job {number}", b"x")
        ids.append(here.backup("Incremental", accurate).id)
    trees.write(small_tree / "new", b"new")
    chosen = f"jobid={ids[0]},{ids[2]}" if saved == "with a job in between" else ""
    virtual = here.run(f"run job=backup level=VirtualFull accurate=yes {chosen} yes")
    assert (virtual.status, virtual.level) == ("T", "F"), here.job_log(virtual.id)
    if saved == "accurate":
        assert_deletes_new(here, virtual.id)
    else:
        refused(here, virtual.id, f"job {virtual.id} builds on another one and was not accurate, was made of such")


def test_nothing_is_deleted_through_a_bind_mount(install, small_tree, tmp_path):
    live, bound = tmp_path / "live", small_tree / "bound"
    trees.write(live / "file", b"of somebody else")
    bound.mkdir()
    here = install(source=small_tree)
    saved = here.backup()
    trees.write(small_tree / "new", b"new")
    if subprocess.run(["mount", "--bind", live, bound], capture_output=True).returncode != 0:
        pytest.skip("no right to mount")
    try:
        assert_deletes_new(here, saved.id)
        assert (live / "file").exists()
    finally:
        subprocess.run(["umount", bound], check=True)


def test_it_is_refused_where_another_client_is_restored_to(install, small_tree):
    here = install(source=small_tree, more="Client { Name = other-fd; Address = 127.0.0.1; Password = other }")
    saved = here.backup()
    trees.write(small_tree / "new", b"new")
    refused(here, saved.id, f'"other-fd" is not the client that job {saved.id} saved', f"restoreclient=other-fd {ASK}")


@pytest.mark.parametrize("entry", ["<{list}", "|cat {list}", "\\\\<{list}", "\\\\|cat {list}"])
def test_it_is_refused_where_a_list_excludes(install, small_tree, tmp_path, entry):
    excluded = tmp_path / "excluded"
    excluded.write_text(f"{small_tree}/new\n")
    entry = entry.format(list=excluded)
    here = install(source=small_tree, files=f'}}\n Exclude {{ File = "{entry}"')
    trees.write(small_tree / "new", b"new")
    saved = here.backup()
    excluded.write_text(f"{small_tree}/other\n")
    told = entry.replace("\\\\", "\\")
    refused(here, saved.id, f'the FileSet "Tree" excludes what "{told}" tells')


@pytest.mark.parametrize("directives, told", [
    ({"files": "Exclude Dir Containing = .nobackup"}, "Exclude Dir Containing"),
    ({"options": "Honor No Dump Flag = yes"}, "Honor No Dump Flag"),
    ({"options": 'Size = "<1m"'}, "Size")])
def test_it_is_refused_where_a_marker_may_have_excluded(install, small_tree, directives, told):
    here = install(source=small_tree, **directives)
    saved = here.backup()
    trees.write(small_tree / "new", b"new")
    refused(here, saved.id, f'the FileSet "Tree" has {told}: what it left out then')


@pytest.mark.parametrize("where", ["files", "options"])
def test_it_is_refused_where_plugins_may_have_saved_files(install, small_tree, where):
    plugin = 'Plugin = "bpipe:file=/saved:reader=echo saved:writer=cat"'
    here = install(source=small_tree)
    saved = here.backup()
    trees.write(small_tree / "new", b"new")
    here.configure(**{where: plugin})
    here.console("reload")
    refused(here, saved.id, 'the FileSet "Tree" names plugins')


def test_it_is_refused_where_the_client_may_be_a_peer(install, small_tree):
    everywhere = ("client", "client_director", "client_own", "storage", "storage_director", "storage_own")
    here = install(source=small_tree, **dict.fromkeys(everywhere, "TLS Enable = no"))
    saved = here.backup()
    trees.write(small_tree / "new", b"new")
    refused(here, saved.id, "cannot delete what is not in the backup: that needs a File Daemon of Holdfast")


def test_nothing_is_deleted_after_a_restore_with_errors(install, small_tree):
    here = install(source=small_tree)
    saved = here.backup()
    (small_tree / "big.bin").unlink()
    trees.write(small_tree / "big.bin" / "in the way", b"a folder")
    trees.write(small_tree / "new", b"new")
    done = here.restore(saved.id, ASK)
    log = here.job_log(done.id)
    assert done.status in "TW" and "Nothing was deleted that is not in the backup" in log, log
    assert (small_tree / "new").exists()


def test_a_job_may_always_do_it_and_erases_what_it_deletes(install, small_tree, tmp_path):
    erased = tmp_path / "erased"
    eraser = tmp_path / "eraser"
    eraser.write_text(f'#!/bin/sh\necho "$1 $2" >> {erased}\n')
    eraser.chmod(0o755)
    here = install(source=small_tree, client_own=f'Secure Erase Command = "{eraser} -x"',
                   more="Job { Name = exact; Type = Restore; JobDefs = Defaults; Where = /; "
                        "Delete Files Not In Backup = yes }")
    saved = here.backup()
    trees.write(small_tree / "new name", b"new")
    done = here.run(f"restore jobid={saved.id} client=test-fd restorejob=exact all done yes")
    log = here.job_log(done.id)
    assert done.status == "T" and SUMMARY.format(1, 0) in log, log
    assert not (small_tree / "new name").exists()
    lines = erased.read_text().splitlines()
    assert f"-x {small_tree}/new name" in lines
    # What was replaced was erased as well.
    assert f"-x {small_tree}/big.bin" in lines
