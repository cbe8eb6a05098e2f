# SPDX-License-Identifier: AGPL-3.0-or-later
"""bareos-dbcheck: what it finds in a damaged catalog, what it repairs, and that backups restore as before."""
import os
import subprocess

import pytest

import installation
import postgres
import trees

KINDS = ["bad Filename", "bad Path", "duplicate Path", "orphaned JobMedia", "orphaned File", "orphaned Path",
         "orphaned FileSet", "orphaned Client", "orphaned Job", "orphaned storage", "Admin Job", "Restore Job"]

DAMAGE = [
    "INSERT INTO File (FileIndex, JobId, PathId, LStat, MD5, Name) SELECT 1, JobId, PathId, 'A', '0', 'behind/' FROM File "
    "WHERE Name = 'big.bin'",
    "INSERT INTO Path (Path) VALUES ('/no slash')",
    "INSERT INTO Path (Path) VALUES ('/nobody/')",
    "INSERT INTO JobMedia (JobId, MediaId) VALUES (4711, 1)",
    "INSERT INTO File (FileIndex, JobId, PathId, LStat, MD5, Name) SELECT 1, 4711, PathId, 'A', '0', 'lost' FROM Path "
    "WHERE Path = '/nobody/'",
    "INSERT INTO FileSet (FileSet, MD5, CreateTime) VALUES ('Old', 'x', '2026-11-24 00:00:00')",
    "INSERT INTO Client (Name, UName) VALUES ('old-fd', '')",
    "INSERT INTO Storage (Name) VALUES ('OldStorage')",
    "INSERT INTO Job (Job, Name, Type, Level, JobStatus, ClientId) VALUES ('j1', 'j', 'B', 'F', 'T', 99)",
    "INSERT INTO Job (Job, Name, Type, Level, JobStatus, ClientId) VALUES ('j2', 'j', 'D', 'F', 'T', 0)",
]


@pytest.fixture(params=["sqlite", "postgresql"])
def here(request, install, small_tree):
    """A job was run and restored, and the Director ended."""
    if request.param == "sqlite":
        made = install(source=small_tree)
        yield from with_a_backup(made)
        return
    for server in postgres.for_tests():
        made = install(start=False, source=small_tree, database=server)
        subprocess.run([made.programs / "holdfast-dir", "--setup-catalog", "-c", made.work / "dir.conf"],
                       env=server.administrator(), check=True, capture_output=True, timeout=60)
        made.start()
        yield from with_a_backup(made)


def with_a_backup(made):
    job = made.backup()
    assert job.status == "T"
    made.first_job = job
    assert made.restore(job.id).status == "T"
    made.stop("dir")
    yield made


def change(here, sql):
    here.database.query(sql) if here.database else here.change(sql)


def damage(here):
    for sql in DAMAGE:
        change(here, sql)


def dbcheck(here, *options, typed="", code=0):
    done = subprocess.run([here.programs / "bareos-dbcheck", "-c", here.work / "dir.conf", *map(str, options)], input=typed,
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == code, done
    return done


def found(output):
    """How many of each kind, in their order."""
    return [int(line.split()[1]) for line in output.splitlines() if line.startswith("Found ")]


def everything(here):
    return [here.query(f"SELECT * FROM {table} ORDER BY 1, 2") for table in
            ("File", "Path", "Job", "JobMedia", "Client", "FileSet", "Storage", "Media")]


def test_a_sound_catalog_stays_as_it_is(here):
    before = everything(here)
    done = dbcheck(here, "-b")
    assert [line for line in done.stdout.splitlines() if line.startswith("Checking")] == \
        [f"Checking for {kind} records." for kind in KINDS]
    assert found(done.stdout) == [0] * 11 + [1]
    assert everything(here) == before


def test_damage_is_told_then_repaired_and_backups_restore_as_before(here, small_tree):
    good = here.query("SELECT JobId, Path, Name FROM File JOIN Path ON Path.PathId = File.PathId ORDER BY 1, 2, 3")
    damage(here)
    # The path without slash is not needed either; that of the lost file only when the file is gone.
    counts = [1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    told = everything(here)
    assert found(dbcheck(here, "-b").stdout) == counts
    assert everything(here) == told
    done = dbcheck(here, "-b", "-f", "-v")
    assert "Reparing 1 bad Filename records.\n" in done.stdout and "Deleting 1 orphaned Client records.\n" in done.stdout
    assert "Client=old-fd" in done.stdout and "Name=lost" in done.stdout
    assert sum(found(dbcheck(here, "-b").stdout)) == 0
    left = here.query("SELECT JobId, Path, Name FROM File JOIN Path ON Path.PathId = File.PathId ORDER BY 1, 2, 3")
    assert [row for row in left if row[2] != "behind"] == good and len(left) == len(good) + 1
    change(here, "DELETE FROM File WHERE Name = 'behind'")
    here.start("dir")
    assert here.restore(here.first_job.id).status == "T"
    trees.assert_same(small_tree, here.restored)


def test_the_menu_changes_only_when_it_is_told_to(here):
    damage(here)
    done = dbcheck(here, typed="10\n1\n2\n10\nyes\n99\n15\n0\n")
    text = done.stdout
    assert text.startswith("Hello, this is the Bareos database check/correct program.\n"
                           "Modify database is off. Verbose is off.\n"
                           "Please select the function you want to perform.\n     0) Quit\n")
    assert "    10) Check for orphaned Client records\n" in text and "    14) Check for all Restore records\n" in text
    first, second = text.split("Found 1 orphaned Client records.\n")[1:3]
    assert "Deleting" not in first.split("Select function number: ")[0]
    assert second.startswith("Print them? (yes/no): ") and "Client=old-fd" in second and "Deleting 1 orphaned Client" in second
    assert '"99" is none of the functions.' in text and "Modify database is on. Verbose is on.\n" in text
    assert here.query("SELECT Name FROM Client") == [("test-fd",)]


def test_what_a_running_job_may_need_stays(here):
    damage(here)
    change(here, "INSERT INTO Job (Job, Name, Type, Level, JobStatus, ClientId) VALUES ('r', 'r', 'B', 'F', 'R', 1)")
    done = dbcheck(here, "-b", "-f", code=1)
    assert "only while no job is running" in done.stderr
    assert here.query("SELECT Name FROM Client WHERE Name = 'old-fd'") == [("old-fd",)]
    assert here.query("SELECT JobId FROM File WHERE JobId = 4711") == []  # this needs no rest


def test_scripts_get_what_they_need_to_reach_the_catalog(here):
    lines = dict(line.split("=", 1) for line in dbcheck(here, "-B").stdout.splitlines())
    assert list(lines) == ["catalog", "db_name", "db_driver", "db_user", "db_password", "db_address", "db_port", "db_socket",
                           "db_type", "working_dir"]
    assert lines["catalog"] == "Catalog" and lines["working_dir"] == f"{here.work}/dir"
    assert (lines["db_driver"], lines["db_port"]) == ("postgresql" if here.database else "sqlite", "0")
    assert lines == dict(line.split("=", 1) for line in dbcheck(here, "-B", "-C", "Catalog").stdout.splitlines())
    wrong = dbcheck(here, "-B", "-C", "Other", code=1)
    assert f"Error can not find the Catalog name[Other] in the given config file [{here.work}/dir.conf]" in wrong.stderr


def test_a_database_can_be_named_instead_of_a_configuration(here):
    if here.database:
        words = [here.work / "dir", postgres.DATABASE, postgres.ROLE, "secret", here.database.folder, "5432"]
    else:
        words = ["-D", "sqlite", here.work / "dir", installation.CATALOG]
        assert (here.work / "dir" / installation.CATALOG).exists()
    damage(here)
    done = subprocess.run([here.programs / "dbcheck", "-b", *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "Passed over" in done.stdout and sum(found(done.stdout)) == 10


def test_nothing_is_made_where_there_is_no_catalog(here, tmp_path):
    program = here.programs / "bareos-dbcheck"
    done = subprocess.run([program, "-b", "-D", "sqlite", tmp_path, "none.db"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "There is no catalog" in done.stderr and not os.path.exists(tmp_path / "none.db")
    assert subprocess.run([program, "-b", "-c", here.work / "dir.conf", tmp_path], capture_output=True,
                          timeout=60).returncode == 41
    (tmp_path / "wrong.conf").write_text("nonsense")
    assert subprocess.run([program, "-b", "-c", tmp_path / "wrong.conf"], capture_output=True, timeout=60).returncode == 42
