# SPDX-License-Identifier: AGPL-3.0-or-later
"""The volume tools that write: bscan rebuilds the catalog."""
import csv
import re
import sqlite3
import subprocess

import pytest

import conftest
import postgres
import trees
from installation import CATALOG


@pytest.fixture
def tool():
    programs = conftest.built("bscan", "holdfast-volume")

    def run(name, *arguments, code=0):
        done = subprocess.run([programs / name, *map(str, arguments)], capture_output=True, text=True, errors="replace",
                              timeout=300)
        assert done.returncode == code, f"{name} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    return run


def rows(database, sql, *parameters):
    catalog = sqlite3.connect(database)
    try:
        return catalog.execute(sql, parameters).fetchall()
    finally:
        catalog.close()


def golden_rows(golden, table):
    with open(golden / "catalog" / f"{table}.csv", newline="", errors="surrogateescape") as file:
        return list(csv.DictReader(file))


# Volumes of the golden folder whose rows the recorded catalog has.
CATALOGUED = ["Golden-tree", "Golden-md5", "Golden-gzip", "Golden-lz4", "Golden-lzo", "Golden-lzfast", "Golden-encrypted",
              "Golden-encrypted-gzip", "Small-0012", "Small-0013"]


@pytest.mark.parametrize("order", ["as written", "backwards"])
def test_bscan_makes_the_rows_that_the_peer_has(tool, golden, tmp_path, order):
    volumes = CATALOGUED if order == "as written" else CATALOGUED[::-1]
    database = tmp_path / "catalog.db"
    said = ""
    # The list of -V is limited to 127 characters.
    for part in (volumes[:5], volumes[5:]):
        said += tool("bscan", "-s", "-m", "--catalog", database, "-V", "|".join(part), golden / "volumes")
    assert "Created new JobId=" in said

    jobs = {row["job"]: row for row in golden_rows(golden, "job")}
    media = {row["volumename"]: row for row in golden_rows(golden, "media")}
    names = {row["mediaid"]: row["volumename"] for row in golden_rows(golden, "media")}
    found = rows(database, "SELECT JobId, Job, Name, Type, Level, JobStatus, JobFiles, JobErrors, VolSessionId, VolSessionTime, "
                           "FileSet.MD5 FROM Job JOIN FileSet USING (FileSetId)")
    filesets = {row["filesetid"]: row["md5"] for row in golden_rows(golden, "fileset")}
    assert len(found) == 9
    for job_id, job, *facts, fileset in found:
        wanted = jobs[job]
        assert [str(fact) for fact in facts] == [wanted[name] for name in (
            "name", "type", "level", "jobstatus", "jobfiles", "joberrors", "volsessionid", "volsessiontime")], job
        assert fileset == filesets[wanted["filesetid"]]
        pieces = rows(database, "SELECT VolumeName, FirstIndex, LastIndex, StartFile, StartBlock, JobMedia.EndFile, "
                                "JobMedia.EndBlock FROM JobMedia JOIN Media USING (MediaId) WHERE JobId = ? ORDER BY VolIndex",
                      job_id)
        wanted_pieces = [(names[row["mediaid"]], *(int(row[name]) for name in (
            "firstindex", "lastindex", "startfile", "startblock", "endfile", "endblock")))
            for row in golden_rows(golden, "jobmedia") if row["jobid"] == wanted["jobid"] and row["firstindex"] != "0"]
        assert pieces == wanted_pieces, job
    for name, size, blocks, media_type, jobs_on_it in rows(
            database, "SELECT VolumeName, VolBytes, VolBlocks, MediaType, VolJobs FROM Media"):
        wanted = media[name]
        assert (str(size), media_type, str(jobs_on_it)) == (wanted["volbytes"], wanted["mediatype"], wanted["voljobs"]), name
        assert abs(blocks - int(wanted["volblocks"])) <= 1, name  # the peer counts labels of automatic volumes at times
    assert rows(database, "SELECT DISTINCT VolStatus, Enabled, VolRetention FROM Media") == [("Archive", 1, 365 * 86400)]

    (tree,) = [row["jobid"] for row in golden_rows(golden, "job") if row["job"].startswith("tree.2026-11-22_21.54.28")]
    (ours,) = [job_id for job_id, job, *_ in found if job.startswith("tree.2026-11-22_21.54.28")]
    recorded = {(int(row["fileindex"]), row["name"], row["lstat"], row["md5"])
                for row in golden_rows(golden, "file") if row["jobid"] == tree}
    mine = {(index, name.decode(errors="surrogateescape"), stat.decode(), digest.decode())
            for index, name, stat, digest in rows(
                database, "SELECT FileIndex, CAST(Name AS BLOB), CAST(LStat AS BLOB), CAST(MD5 AS BLOB) FROM File WHERE JobId = ?",
                ours)}
    assert len(recorded) > 200 and len(mine) == 247
    assert recorded <= mine, sorted(recorded - mine)[:5]


def test_bscan_without_update_writes_nothing_and_says_what_it_would(tool, golden, tmp_path):
    database = tmp_path / "catalog.db"
    said = tool("bscan", "--catalog", database, "-V", "Golden-tree", golden / "volumes")
    assert "VOL_LABEL: Pool record not found for Pool: Full\n" in said
    assert "VOL_LABEL: Media record not found for Volume: Golden-tree\n" in said
    assert "SOS_LABEL: Job record not found for JobId: 38\n" in said
    assert re.search(r"Records would have been added or updated in the catalog:\n +1 Media\n +1 Pool\n +1 Job\n +247 File\n"
                     r" +0 RestoreObject\n", said)
    assert rows(database, "SELECT COUNT(*) FROM Job") == [(0,)]


def test_bscan_adds_nothing_a_second_time(tool, golden, tmp_path):
    database = tmp_path / "catalog.db"
    scan = ["-v", "-s", "-m", "--catalog", database, "-V", "Golden-interleaved-4", golden / "volumes"]
    tool("bscan", *scan)
    counts = "SELECT (SELECT COUNT(*) FROM Job), (SELECT COUNT(*) FROM File), (SELECT COUNT(*) FROM JobMedia)"
    assert rows(database, counts) == [(3, 741, 3)]
    said = tool("bscan", *scan)
    assert said.count("SOS_LABEL: Found Job record for JobId: ") == 3
    assert rows(database, counts) == [(3, 741, 3)]


def test_bscan_reports_what_the_catalog_has_otherwise(tool, golden, tmp_path):
    database = tmp_path / "catalog.db"
    scan = ["-s", "--catalog", database, "-V", "Golden-tree", golden / "volumes"]
    tool("bscan", *scan)
    catalog = sqlite3.connect(database)
    with catalog:
        catalog.execute("UPDATE Media SET MediaType = 'Tape'")
        catalog.execute("UPDATE Job SET VolSessionId = 99")
    catalog.close()
    said = tool("bscan", *scan)
    assert "VOL_LABEL: MediaType mismatch. DB=Tape Vol=File\n" in said
    assert "SOS_LABEL: VolSessId mismatch for JobId=1. DB=99 Vol=23\n" in said


def test_bscan_tells_of_what_is_not_there(tool, golden, tmp_path):
    assert "not found. Cannot continue." in tool("bscan", "-w", tmp_path / "gone", golden / "volumes" / "Golden-tree", code=1)
    assert "Could not init Bareos database" in tool("bscan", "-o", tmp_path, "-n", "none", golden / "volumes" / "Golden-tree",
                                                    code=1)


def contents(query, job_name):
    # Without the names, which need not be text; the restore has them.
    return query("SELECT FileIndex, LStat, MD5 FROM File JOIN Job USING (JobId) WHERE Job.Job = ? ORDER BY FileIndex", job_name)


def test_a_lost_catalog_is_rebuilt_and_jobs_restore_from_it(install, tool, every_kind):
    here = install(source=every_kind)
    job = here.backup()
    assert job.status == "T", here.job_log(job.id)
    before = contents(here.query, job.name)
    (volume,) = here.volume_rows()
    here.stop()
    database = here.work / "dir" / CATALOG
    for suffix in ("", "-wal", "-shm"):
        database.with_name(CATALOG + suffix).unlink(missing_ok=True)
    tool("bscan", "-s", "-m", "--catalog", here.work / "dir.conf", here.volumes / volume)
    assert contents(here.query, job.name) == before
    here.start()
    (rebuilt,), = here.query("SELECT JobId FROM Job WHERE Job = ?", job.name)
    restored = here.restore(rebuilt)
    assert restored.status == "T", here.job_log(restored.id)
    trees.assert_same(every_kind, here.restored)


@pytest.fixture
def server():
    yield from postgres.for_tests()


def test_rows_of_a_postgresql_catalog_are_rebuilt(server, install, tool, every_kind):
    here = install(start=False, database=server, source=every_kind)
    subprocess.run([here.programs / "holdfast-dir", "--setup-catalog", "-c", here.work / "dir.conf"],
                   env=server.administrator(), check=True, capture_output=True, timeout=60)
    here.start()
    job = here.backup()
    assert job.status == "T", here.job_log(job.id)
    before = contents(here.query, job.name)
    (volume,) = here.volume_rows()
    here.stop()
    here.query("TRUNCATE Job, File, Path, JobMedia, Media, Pool, Client, FileSet")
    tool("bscan", "-s", "-m", "-n", postgres.DATABASE, "-u", postgres.ROLE, "-P", "secret", "-o", server.folder,
         here.volumes / volume)
    assert contents(here.query, job.name) == before
    here.start()
    (rebuilt,), = here.query("SELECT JobId FROM Job WHERE Job = ?", job.name)
    restored = here.restore(rebuilt)
    assert restored.status == "T", here.job_log(restored.id)
    trees.assert_same(every_kind, here.restored)
