# SPDX-License-Identifier: AGPL-3.0-or-later
"""Volumes: jobs that span several, several jobs on one, limits of pools, and the tools that read them."""
import concurrent.futures
import os
import random
import re
import subprocess

import pytest

import golden_tree
import trees

MORE_JOBS = """
Job {
  Name = second
  JobDefs = Defaults
}
Job {
  Name = third
  JobDefs = Defaults
}
"""


@pytest.fixture
def ten_megabytes(tmp_path):
    source = tmp_path / "source"
    numbers = random.Random(3)
    for number in range(10):
        trees.write(source / f"part-{number}", numbers.randbytes(1_000_000))
    trees.settle(source)
    return source


def test_a_job_goes_on_on_the_next_volume_when_one_is_full(install, ten_megabytes, tmp_path):
    here = install(source=ten_megabytes, full_pool="Maximum Volume Bytes = 3 MB")
    job = here.backup()
    assert job.status == "T", here.job_log(job.id)
    volumes = here.volume_rows()
    assert len(volumes) >= 4
    assert [status for status, _ in volumes.values()][:-1] == ["Full"] * (len(volumes) - 1)
    for name, (_, size) in volumes.items():
        assert (here.volumes / name).stat().st_size == size <= 3_000_000
    restored = here.restore(job.id)
    assert restored.status == "T", here.job_log(restored.id)
    trees.assert_same(ten_megabytes, here.restored)
    target = here.extract(tmp_path / "extracted")
    trees.assert_same(ten_megabytes, target / ten_megabytes.relative_to("/"))


def test_a_volume_with_its_number_of_jobs_is_used(install, small_tree):
    here = install(source=small_tree, full_pool="Maximum Volume Jobs = 2")
    for _ in range(3):
        assert here.backup().status == "T"
    assert [status for status, _ in here.volume_rows().values()] == ["Used", "Append"]


def test_jobs_at_the_same_time_share_a_volume_and_come_apart_again(install, ten_megabytes, tmp_path):
    here = install(source=ten_megabytes, more=MORE_JOBS)
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        jobs = list(pool.map(lambda name: here.run(f"run job={name} level=Full yes"), ["backup", "second", "third"]))
    assert [job.status for job in jobs] == ["T"] * 3, "\n".join(here.job_log(job.id) for job in jobs)
    (volume,) = here.volume_rows()
    for number, job in enumerate(jobs):
        where = tmp_path / f"restored-{number}"
        restored = here.restore(job.id, f"where={where}")
        assert restored.status == "T", here.job_log(restored.id)
        trees.assert_same(ten_megabytes, where / ten_megabytes.relative_to("/"))
    here.stop()
    (session,) = here.query("SELECT VolSessionId, VolSessionTime FROM Job WHERE JobId = ?", jobs[1].id)
    bootstrap = tmp_path / "one.bsr"
    bootstrap.write_text(f'Volume="{volume}"\nVolSessionId={session[0]}\nVolSessionTime={session[1]}\n')
    target = tmp_path / "extracted"
    target.mkdir()
    done = here.tool("bextract", "-b", bootstrap, "-c", here.work / "sd.conf", "FileDevice", target)
    assert done.returncode == 0, done.stdout + done.stderr
    trees.assert_same(ten_megabytes, target / ten_megabytes.relative_to("/"))


def test_bls_shows_the_jobs_of_a_volume(install, small_tree):
    here = install(source=small_tree)
    job = here.backup()
    here.stop()
    (volume,) = here.volume_rows()
    listing = here.tool("bls", "-j", "-c", here.work / "sd.conf", "-V", volume, "FileDevice").stdout
    assert "Begin Job Session Record" in listing and "End Job Session Record" in listing
    assert f"Job={job.name} " in listing and f"Files={job.files:,}" in listing


@pytest.mark.parametrize("volumes", [["Golden-tree"], ["Golden-md5"], ["Golden-gzip"], ["Golden-lz4"],
                                     ["Golden-lzo"], ["Golden-lzfast"], ["Golden-sddeflate"],
                                     ["Golden-sddeflate-2"], ["Small-0012", "Small-0013"]])
def test_volumes_of_the_peer_are_listed_and_extracted(volume_tools, golden, tmp_path, volumes):
    folder = golden / "volumes"
    listing = tool(volume_tools, "bls", "-V", "|".join(volumes), folder)
    assert "files and directories found." in listing
    target = tmp_path / "extracted"
    target.mkdir()
    tool(volume_tools, "bextract", "-V", "|".join(volumes), folder, target)
    assert_golden_tree(golden, target, hard_links=volumes[0] in ("Golden-tree", "Small-0012"))


def test_a_dedupable_volume_of_the_peer_is_listed_and_extracted(volume_tools, golden, tmp_path):
    volume = golden / "volumes" / "Golden-dedup"
    assert "247 files and directories found." in tool(volume_tools, "bls", volume)
    configured = tmp_path / "sd.conf"
    configured.write_text("Storage { Name = sd }\nDirector {\n Name = dir\n Password = x\n}\nMessages { Name = m }\n"
                          "Device {\n Name = Dedup\n Media Type = Dedup\n Device Type = dedupable\n"
                          f" Archive Device = {volume.parent}\n}}\n")
    for number, arguments in enumerate([[volume], ["-c", configured, "-V", volume.name, "Dedup"]]):
        target = tmp_path / f"extracted-{number}"
        target.mkdir()
        tool(volume_tools, "bextract", *arguments, target)
        assert_golden_tree(golden, target, hard_links=None)


@pytest.mark.parametrize("volume", ["Golden-encrypted", "Golden-encrypted-gzip"])
@pytest.mark.parametrize("key", ["fd.pem", "master.key"])
def test_encrypted_volumes_of_the_peer_are_extracted_with_any_of_their_keys(volume_tools, golden, tmp_path, volume, key):
    folder = golden / "volumes"
    target = tmp_path / "extracted"
    target.mkdir()
    said = tool(volume_tools, "bextract", "--key", folder / key, "--signer", folder / "fd.pem", folder / volume, target)
    assert "ignature" not in said
    assert_golden_tree(golden, target, hard_links=False)


def test_what_no_key_unlocks_is_named_and_the_rest_extracted(volume_tools, golden, tmp_path):
    folder = golden / "volumes"
    target = tmp_path / "extracted"
    there = target / "srv/demo/tree/hello.txt"
    trees.write(there, b"the old one")
    done = subprocess.run([volume_tools / "bextract", folder / "Golden-encrypted", target], capture_output=True,
                          text=True, errors="replace")
    assert done.returncode == 1
    assert "No private decryption keys have been defined" in done.stdout
    for identifier in ["A8:70:93:85:31", "E6:88:B9:FB:47"]:  # fd.pem, master.cert
        assert identifier in done.stdout
    assert there.read_bytes() == b"the old one"
    wanted = golden_tree.manifest(golden, hard_links=False)
    found = trees.manifest(target / "srv/demo/tree")
    missing = {name for name in wanted if name not in found}
    assert missing and all(wanted[name].get("size", 0) > 0 for name in missing)


def test_files_with_keys_that_cannot_be_used_are_named(volume_tools, golden, tmp_path):
    folder = golden / "volumes"
    done = subprocess.run([volume_tools / "bextract", "--key", folder / "master.cert", folder / "Golden-encrypted",
                           tmp_path], capture_output=True, text=True)
    assert done.returncode == 1
    assert "master.cert holds no private key in PEM form" in done.stdout + done.stderr


def test_interleaved_sessions_of_the_peer_come_apart(volume_tools, golden, tmp_path):
    folder = golden / "volumes"
    listing = tool(volume_tools, "bls", "-j", "-V", "Golden-interleaved-4", folder)
    sessions = re.findall(r"Begin Job Session Record:.* SessId=(\d+) SessTime=(\d+)", listing)
    assert len(sessions) == 3
    for number, (session, started) in enumerate(sessions):
        bootstrap = tmp_path / f"{number}.bsr"
        bootstrap.write_text(f'Volume="Golden-interleaved-4"\nVolSessionId={session}\nVolSessionTime={started}\n')
        target = tmp_path / f"extracted-{number}"
        target.mkdir()
        tool(volume_tools, "bextract", "-b", bootstrap, folder, target)
        assert_golden_tree(golden, target, hard_links=None)


@pytest.mark.parametrize("volume", ["Golden-tree", "Golden-interleaved-4", "Golden-encrypted", "Golden-sddeflate-2"])
@pytest.mark.parametrize("kind, option", [("files", []), ("jobs", ["-j"])])
def test_bls_lists_volumes_of_the_peer_as_the_peer_does(volume_tools, golden, volume, kind, option):
    folder = golden / "volumes"
    recorded = facts((folder / f"{volume}.bls-{kind}.txt").read_text(errors="replace"))
    ours = facts(tool(volume_tools, "bls", *option, "-V", volume, folder))
    # The recordings were cut after some forty lines.
    assert recorded and ours[:len(recorded)] == recorded


def facts(output):
    """The lines about the volume, without those about the device and the moment, and without the names that the
    machine has for owners."""
    lines = [line for line in output.splitlines() if line and not re.match(r"bls: |\d\d-\w{3} \d\d:\d\d ", line)]
    return [re.sub(r"(JobId \d+: \S{10} +\d+ )\S+ +\S+", r"\1user group", line) for line in lines]


def tool(programs, name, *arguments):
    done = subprocess.run([programs / name, *arguments], capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def assert_golden_tree(golden, target, hard_links):
    """hard_links: whether the job tracked them; None if that differs by session, then they are not compared."""
    (root,) = {path.parent for path in target.rglob("hello.txt")}
    wanted = golden_tree.manifest(golden, hard_links=bool(hard_links))
    found = trees.manifest(root)
    if not hard_links:
        for facts in found.values():
            facts.pop("same file as", None)
    if os.geteuid() != 0:
        for facts in [*wanted.values(), *found.values()]:
            facts.pop("owner", None)
    wrong = trees.differences(wanted, found)
    assert not wrong, "\n".join(wrong)
