# SPDX-License-Identifier: AGPL-3.0-or-later
"""The volume tools that write: bscan rebuilds the catalog."""
import csv
import json
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import time
import zlib

import pytest

import conftest
import postgres
import trees
from installation import CATALOG


@pytest.fixture
def tool():
    programs = conftest.built("bls", "bextract", "bscan", "bcopy", "holdfast-volume")

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
    said += tool("bscan", "-s", "-m", "--catalog", database, golden / "volumes" / "Golden-dedup")
    assert "Created new JobId=" in said

    jobs = {row["job"]: row for row in golden_rows(golden, "job")}
    media = {row["volumename"]: row for row in golden_rows(golden, "media")}
    names = {row["mediaid"]: row["volumename"] for row in golden_rows(golden, "media")}
    found = rows(database, "SELECT JobId, Job, Name, Type, Level, JobStatus, JobFiles, JobErrors, VolSessionId, VolSessionTime, "
                           "FileSet.MD5 FROM Job JOIN FileSet USING (FileSetId)")
    filesets = {row["filesetid"]: row["md5"] for row in golden_rows(golden, "fileset")}
    assert len(found) == 10
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


def flip(path, offset, bits=0x41):
    contents = bytearray(path.read_bytes())
    contents[offset] ^= bits
    path.write_bytes(contents)


GOOD = [["Golden-tree"], ["Golden-md5"], ["Golden-gzip"], ["Golden-lz4"], ["Golden-lzo"], ["Golden-lzfast"],
        ["Golden-sddeflate"], ["Golden-sddeflate-2"], ["Golden-interleaved-4"], ["Golden-encrypted"],
        ["Golden-encrypted-gzip"], ["Golden-dedup"], ["Small-0012", "Small-0013"]]


@pytest.mark.parametrize("volumes", GOOD, ids="+".join)
def test_check_verifies_every_digest_on_volumes_of_the_peer(tool, golden, volumes):
    key = ["--key", golden / "volumes" / "fd.pem"]
    where = [golden / "volumes" / volumes[0]] if len(volumes) == 1 else ["-V", "|".join(volumes), golden / "volumes"]
    told = json.loads(tool("holdfast-volume", "check", "--json", *key, *where))
    assert told["good"] and not told["findings"] and not told["damaged_files"]
    assert told["files_verified"] + told["files_without_digest"] >= 226 * told["jobs"]
    assert (told["files_without_digest"] == 0) == (volumes != ["Golden-lzfast"])
    assert told["files_encrypted"] == 0


def test_check_tells_what_it_cannot_decrypt(tool, golden):
    told = json.loads(tool("holdfast-volume", "check", "--json", golden / "volumes" / "Golden-encrypted"))
    assert told["good"] and told["files_encrypted"] > 200


def test_check_finds_changed_file_data_although_the_checksum_is_right(tool, golden, tmp_path):
    path = tmp_path / "Golden-md5"
    data = bytearray((golden / "volumes" / "Golden-md5").read_bytes())
    at = data.index(b"Hello") if b"Hello" in data else data.index(b"hello")
    data[at] ^= 1
    start = 0
    while start + int.from_bytes(data[start + 4:start + 8], "big") <= at:
        start += int.from_bytes(data[start + 4:start + 8], "big")
    length = int.from_bytes(data[start + 4:start + 8], "big")
    data[start:start + 4] = zlib.crc32(data[start + 4:start + length]).to_bytes(4, "big")
    path.write_bytes(data)
    told = json.loads(tool("holdfast-volume", "check", "--json", path, code=2))
    assert not told["good"] and not told["volumes"][0]["damaged_parts"]
    (file,) = told["damaged_files"]
    assert file["why"] == "its data do not have the MD5 digest that was stored" and file["name"].startswith("/srv/demo/tree/")
    assert file["job"].startswith("md5.")


def test_check_compares_with_the_catalog(install, tool, small_tree):
    here = install(source=small_tree)
    job = here.backup()
    (volume,) = here.volume_rows()
    here.stop()
    check = ["holdfast-volume", "check", "-c", here.work / "sd.conf", "--catalog", here.work / "dir.conf", "-V", volume, "FileDevice"]
    assert "All is well." in tool(*check)
    here.change("UPDATE JobMedia SET LastIndex = LastIndex + 1 WHERE JobId = ? AND FirstIndex > 0", job.id)
    here.change("UPDATE Media SET VolBytes = VolBytes + 1")
    said = tool(*check, code=2)
    assert f"the catalog knows of files 1 to {job.files + 1} here, there are files 1 to {job.files}" in said
    assert "the catalog says the volume has" in said
    here.change("DELETE FROM Media")
    assert "the catalog does not know the volume" in tool(*check, code=2)
    tool("holdfast-volume", "check", "--catalog", here.work / "gone.db", here.volumes / volume, code=41)
    assert not (here.work / "gone.db").exists()


def test_check_holds_to_its_rate(tool, golden):
    began = time.monotonic()
    tool("holdfast-volume", "check", "--rate", "4m", golden / "volumes" / "Golden-md5")
    assert time.monotonic() - began > 1.2
    assert "is no rate" in tool("holdfast-volume", "check", "--rate", "fast", golden / "volumes" / "Golden-md5", code=1)


def test_check_shows_on_a_terminal_how_far_it_is(golden):
    ours, its = pty.openpty()
    with subprocess.Popen([conftest.built("holdfast-volume") / "holdfast-volume", "check", "--rate", "4m",
                           golden / "volumes" / "Golden-md5"], stdout=subprocess.DEVNULL, stderr=its) as process:
        os.close(its)
        shown = b""
        try:
            while read := os.read(ours, 4096):
                shown += read
        except OSError:  # how a terminal ends
            pass
        finally:
            os.close(ours)
    assert process.returncode == 0
    lines = [line for line in shown.decode().replace("\x1b[K", "").split("\r") if line]
    assert lines and all(re.fullmatch(r"[\d.]+ [KM]B of [\d.]+ MB \(\d+ %\), [\d.]+ [KM]B/s, 0:00:\d\d left", line)
                         for line in lines[:-1]), lines
    # At most 4 MiB a second.
    assert re.search(r", ([0-4]\.\d+ MB|[\d.]+ KB)/s", lines[-1]), lines


def zero(path, start, length):
    contents = bytearray(path.read_bytes())
    contents[start:start + length] = bytes(length)
    path.write_bytes(contents)


def damage(path, where):
    size = path.stat().st_size
    if where == "hole":
        zero(path, size // 2, 300_000)
    elif where == "cut":
        os.truncate(path, size * 2 // 3)
    else:
        flip(path, {"label": 30, "header": 131267 + 6, "middle": size // 2, "end": size - 3}[where])


@pytest.mark.parametrize("where", ["label", "header", "middle", "end", "hole", "cut"])
def test_a_repaired_volume_brings_back_all_that_was_not_damaged(tool, golden, tmp_path, where):
    """The repaired volume is restored by the old addresses and compared file by file with the undamaged one."""
    broken, fixed = tmp_path / "broken", tmp_path / "fixed"
    for folder in (broken, fixed):
        folder.mkdir()
    volume = broken / "Golden-interleaved-4"
    shutil.copyfile(golden / "volumes" / volume.name, volume)
    damage(volume, where)
    size = volume.stat().st_size
    told = json.loads(tool("holdfast-volume", "check", "--json", volume, code=2))
    assert len(told["volumes"][0]["damaged_parts"]) == 1
    suffered = {file.get("name") for file in told["damaged_files"]}
    said = tool("holdfast-volume", "repair", volume, fixed)
    assert "All addresses are as before" in said
    repaired = fixed / volume.name
    assert repaired.stat().st_size == size
    assert "There is damage" not in tool("holdfast-volume", "check", repaired)
    sessions = re.findall(r"SessId=(\d+) SessTime=(\d+)", tool("bls", "-j", golden / "volumes" / volume.name))
    for session, started in {pair for pair in sessions if pair[0] != "0"}:
        bootstrap = tmp_path / f"{session}.bsr"
        bootstrap.write_text(f'Volume="{volume.name}"\nVolSessionId={session}\nVolSessionTime={started}\n')
        trees_found = []
        for folder in (golden / "volumes", fixed):
            target = tmp_path / f"out-{session}-{folder.name}"
            target.mkdir()
            done = subprocess.run([conftest.PROGRAMS / "bextract", "-b", bootstrap, folder, target], capture_output=True, text=True,
                                  errors="replace")
            assert done.returncode in (0, 1), done.stdout
            trees_found.append({path.relative_to(target): path.read_bytes() for path in target.rglob("*")
                                if path.is_file() and not path.is_symlink()})
        good, after = trees_found
        different = {f"/{path}" for path in good if after.get(path) != good[path]}
        if None not in suffered:
            assert different <= suffered, different - suffered
        assert len(different) < 150


def test_repair_leaves_good_volumes_and_existing_files_alone(tool, golden, tmp_path):
    assert "nothing was written" in tool("holdfast-volume", "repair", golden / "volumes" / "Golden-tree", tmp_path)
    assert not (tmp_path / "Golden-tree").exists()
    (tmp_path / "Golden-tree").write_text("mine")
    assert "is not written over" in tool("holdfast-volume", "repair", golden / "volumes" / "Golden-tree", tmp_path, code=1)


@pytest.mark.parametrize("stays", ["nothing", "the label"])
def test_repair_says_that_nothing_could_be_saved_and_leaves_no_empty_volume(tool, golden, tmp_path, stays):
    fixed = tmp_path / "fixed"
    fixed.mkdir()
    volume = tmp_path / "Golden-tree"
    shutil.copyfile(golden / "volumes" / volume.name, volume)
    zero(volume, 0 if stays == "nothing" else 186, volume.stat().st_size)
    said = tool("holdfast-volume", "repair", volume, fixed, code=1)
    assert "Nothing could be saved of Volume Golden-tree: no file on it is readable. Nothing was written." in said
    assert not list(fixed.iterdir())


def test_tools_that_read_past_damage_say_so_at_their_end(tool, golden, tmp_path):
    volume = tmp_path / "Golden-interleaved-4"
    shutil.copyfile(golden / "volumes" / volume.name, volume)
    damage(volume, "middle")
    (tmp_path / "out").mkdir()
    copied = labelled(golden, tmp_path / "copied", volume.name)
    passed = "Error: 1 damaged part was passed over; what was there is missing."
    for command in (["bls", volume], ["bls", "-j", volume], ["bls", "-k", volume], ["bextract", volume, tmp_path / "out"],
                    ["bscan", "--catalog", tmp_path / "catalog.db", volume], ["bcopy", volume, copied]):
        assert "(-p reads on)" in tool(*command, code=1)
        assert passed in tool(command[0], "-p", *command[1:], code=1)
    assert "There is damage." in tool("holdfast-volume", "check", volume, code=2)


def test_bls_prints_the_label_and_the_records(tool, golden, tmp_path):
    volume = golden / "volumes" / "Golden-tree"
    label = tool("bls", "-L", volume)
    for line in ("VolName           : Golden-tree\n", "LabelType         : VOL_LABEL\n", "PoolName          : Full\n",
                 "MediaType         : File\n", "VerNo             : 20\n", "Date label written: 22-Nov-2026 21:54:28\n"):
        assert line in label
    records = tool("bls", "-v", volume)
    assert "Begin Job Session Record: VolSessionId=23 " in records and "FileIndex=247 VolSessionId=23 " in records
    blocks = tool("bls", "-k", volume)
    assert re.search(r"^Block: 1 size=186\nBlock: 2 size=1048576\n", blocks, re.M)
    assert "blk_num=1 blen=531982 First rec FI=" in tool("bls", "-k", "-v", volume)


def test_bls_takes_patterns_and_tells_what_it_cannot_open(tool, golden, tmp_path):
    volume = golden / "volumes" / "Golden-tree"
    (tmp_path / "take").write_text("/srv/demo/tree/dir/*\n")
    (tmp_path / "leave").write_text("*/excluded/*\n")
    listed = tool("bls", "-i", tmp_path / "take", "-e", tmp_path / "leave", volume)
    names = re.findall(r"^bls JobId \d+: .*  (/.*)$", listed, re.M)
    assert names and all(name.startswith("/srv/demo/tree/dir/") and "/excluded/" not in name for name in names)
    assert f"Could not open include file: {tmp_path}/gone, ERR=" in tool("bls", "-i", tmp_path / "gone", volume, code=1)
    conf = tmp_path / "sd.conf"
    conf.write_text(TAPE.format(work=tmp_path))
    assert f"No Director resource named other defined in {conf}. Cannot continue." in tool(
        "bls", "-c", conf, "-D", "other", volume, code=1)
    missing = tool("bls", "-c", conf, "-V", "x", "none", code=1)
    assert f'Cannot find device "none" in config file {conf}.\nAvailable Devices:\n "Tape" ({tmp_path}/tape)\n' in missing


def labelled(golden, folder, volume):
    """A volume with the label of a golden one and nothing else."""
    whole = (golden / "volumes" / volume).read_bytes()
    folder.mkdir()
    (folder / volume).write_bytes(whole[:int.from_bytes(whole[4:8], "big")])
    return folder / volume


def records(tool, *volume):
    """Labels and files, without addresses."""
    jobs = re.sub(r" File:blk=\S+", "", tool("bls", "-j", *volume))
    return [line for line in (jobs + tool("bls", *volume)).splitlines() if "bls JobId 0:" not in line and "Using device" not in line]


@pytest.mark.parametrize("volume", ["Golden-tree", "Golden-interleaved-4"])
def test_bcopy_makes_a_volume_with_the_same_jobs(tool, golden, tmp_path, volume):
    copied = labelled(golden, tmp_path / "out", volume)
    said = tool("bcopy", golden / "volumes" / volume, copied)
    assert re.search(r"JobId 0: \d Jobs copied\. [\d]+ records copied\.\n", said), said
    # Sessions that were written at the same time may take turns otherwise.
    assert sorted(records(tool, copied)) == sorted(records(tool, golden / "volumes" / volume))
    assert "All is well." in tool("holdfast-volume", "check", copied)


def test_bcopy_says_what_is_missing(tool, golden, tmp_path):
    source = golden / "volumes" / "Golden-tree"
    assert "No volume to copy to is named" in tool("bcopy", source, tmp_path, code=1)
    assert "cannot be copied to itself" in tool("bcopy", source, source, code=1)
    (tmp_path / "empty").write_bytes(b"")
    assert "label it first" in tool("bcopy", source, tmp_path / "empty", code=1)
    assert tool("bcopy", source, code=41)


TAPE = """
Storage {{ Name = test-sd; Working Directory = "{work}"; }}
Director {{ Name = test-dir; Password = x; }}
Messages {{ Name = Standard; Director = test-dir = all; }}
Device {{
  Name = Tape
  Media Type = Tape
  Device Type = emulated-tape
  Archive Device = "{work}/tape"
  Maximum File Size = 300 k
}}
"""


def test_tapes_are_copied_listed_checked_and_scanned(tool, golden, tmp_path):
    """From a file to a tape, and all tools on that."""
    conf = tmp_path / "sd.conf"
    conf.write_text(TAPE.format(work=tmp_path))
    (tmp_path / "tape").touch()
    subprocess.run([conftest.built("btape") / "btape", "-c", conf, "Tape"], input="label\nGolden-tree\n\nquit\n", text=True,
                   capture_output=True, timeout=60)
    tape = ["-c", conf, "-V", "Golden-tree", "Tape"]
    source = golden / "volumes" / "Golden-tree"
    tool("bcopy", "-c", conf, "-o", "Golden-tree", source, "Tape")
    assert [line for line in records(tool, *tape) if "Volume Record" not in line] == [
        line for line in records(tool, source) if "Volume Record" not in line]
    assert "226 verified by their digest" in tool("holdfast-volume", "check", *tape)
    database = tmp_path / "catalog.db"
    tool("bscan", "-s", "-m", "--catalog", database, *tape)
    assert rows(database, "SELECT COUNT(*) FROM File") == [(247,)]
    ((file, block),) = rows(database, "SELECT StartFile, StartBlock FROM JobMedia")
    assert (file, block) == (1, 0)
    assert "All is well." in tool("holdfast-volume", "check", "--catalog", database, *tape)
