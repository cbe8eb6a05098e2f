# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accurate backups: each point in time is restored as the tree was then, deletions, renames and old times included."""
import os
import random
import shutil

import pytest

import trees

MODES = {"by times": {}, "by content, list on disk": {"options": 'Accurate = "pugsm5"', "client_own": "Always Use Lmdb = yes"}}


def change(root, numbers):
    """What happens to a folder within a day: from each of these a job by time would miss something."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    folders = sorted(path for path in root.rglob("*") if path.is_dir())
    numbers.shuffle(files)
    for path in files[:2]:
        path.unlink()
    with open(files[2], "ab") as grown:
        grown.write(b"more")
    files[3].rename(files[3].with_name(f"renamed-{numbers.randrange(1000)}"))
    files[4].chmod(0o600)
    os.utime(files[5], (trees.OLD - 5000, trees.OLD - 5000))
    folder = numbers.choice(folders)
    folder.rename(folder.with_name(f"moved-{numbers.randrange(1000)}"))
    replaced = root / "changing"
    if replaced.is_dir():
        shutil.rmtree(replaced)
        replaced.write_bytes(b"a file now")
    else:
        replaced.unlink(missing_ok=True)
        trees.write(replaced / "sub" / "file", numbers.randbytes(100))
    moved_here = trees.write(root / f"old-{numbers.randrange(1000)}", numbers.randbytes(3000))
    os.utime(moved_here, (trees.OLD, trees.OLD))


def restore_point(here, before):
    point = f'before="{before}"' if before else "current"
    shutil.rmtree(here.work / "restored", ignore_errors=True)
    done = here.run(f"restore client=test-fd fileset=Tree {point} restorejob=restore all done yes")
    assert done.status == "T", here.job_log(done.id)
    return trees.manifest(here.restored)


@pytest.mark.parametrize("settings", MODES.values(), ids=MODES)
def test_each_point_is_restored_as_the_tree_was_then(install, settings):
    numbers = random.Random(3)
    here = install(**settings)
    trees.small_tree(here.source, files=60)
    jobs, wanted = [], []
    for level in ["Full", "Incremental", "Incremental", "Differential", "Incremental", "Incremental", "Differential",
                  "Incremental"]:
        jobs.append(here.backup(level, "accurate=yes"))
        assert jobs[-1].status == "T" and jobs[-1].errors == 0, here.job_log(jobs[-1].id)
        assert jobs[-1].level == level[0]
        wanted.append(trees.manifest(here.source))
        trees.let_a_second_pass()
        change(here.source, numbers)
    starts = [job.start_time for job in jobs[1:]] + [None]
    for number in (0, 1, 2, 3, 5, 7):
        wrong = trees.differences(wanted[number], restore_point(here, starts[number]))
        assert not wrong, f"after job {number + 1}\n" + "\n".join(wrong)


def test_nothing_is_saved_where_nothing_changed_and_what_is_gone_is_counted(install):
    here = install(options='Accurate = "mcs"')
    trees.small_tree(here.source)
    here.backup("Full", "accurate=yes")
    trees.let_a_second_pass()
    assert here.backup("Incremental", "accurate=yes").files == 0
    gone = sorted(path for path in here.source.rglob("file-*"))[:3]
    for path in gone:
        path.unlink()
    job = here.backup("Incremental", "accurate=yes")
    folders = {path.parent for path in gone}
    assert job.files == len(gone) + len(folders), here.job_log(job.id)
    assert here.query("SELECT count(*) FROM File WHERE JobId = ? AND FileIndex = 0", job.id) == [(len(gone),)]
    assert here.backup("Incremental", "accurate=yes").files == 0


def test_an_estimate_knows_the_list(install):
    here = install()
    trees.small_tree(here.source)
    here.backup("Full")
    moved_here = trees.write(here.source / "moved-here", b"12345")
    os.utime(moved_here, (trees.OLD, trees.OLD))
    output = here.console("estimate job=backup level=Incremental accurate=yes listing")
    assert str(moved_here) in output
    assert "2000 OK estimate files=2 bytes=5" in output
    assert "file-1.txt" not in output


def test_a_file_that_cannot_be_read_is_not_deleted(install):
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    here = install()
    trees.small_tree(here.source)
    here.backup("Full", "accurate=yes")
    wanted = trees.manifest(here.source)
    folder = here.source / "folder-1"
    folder.chmod(0)
    job = here.backup("Incremental", "accurate=yes")
    folder.chmod(0o755)
    assert job.errors > 0, here.job_log(job.id)
    assert "do not count as deleted" in here.job_log(job.id)
    assert set(restore_point(here, None)) == set(wanted)
