# SPDX-License-Identifier: AGPL-3.0-or-later
"""Volumes that the peer wrote, in a catalog that bscan rebuilt, restored by our daemons: to the manifest of what was saved."""
import os
import shutil

import pytest

import golden_tree
import trees

LINKED = ["Golden-tree"]
VOLUMES = [LINKED, ["Golden-md5"], ["Golden-gzip"], ["Golden-lz4"], ["Golden-lzo"], ["Golden-lzfast"],
           ["Golden-sddeflate"], ["Golden-sddeflate-2"], ["Golden-interleaved-4"], ["Golden-encrypted"],
           ["Small-0012", "Small-0013"]]


# A volume that is a folder of its own, read by another kind of device.
DEDUPABLE = "Golden-dedup"
DEDUP_STORAGE = """
Storage {{
  Name = Dedup
  Address = 127.0.0.1
  Port = {port}
  Password = "{password}"
  Device = DedupDevice
  Media Type = Dedup
}}
"""
DEDUP_DEVICE = """
Device {{
  Name = DedupDevice
  Media Type = Dedup
  Device Type = dedupable
  Archive Device = "{volumes}"
  Automatic Mount = yes
  Removable Media = no
}}
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can restore owners and devices")
@pytest.mark.parametrize("volumes", VOLUMES, ids=lambda names: names[0])
def test_volumes_of_the_peer_are_restored_by_the_file_daemon(install, golden, volumes):
    here = install(start=False, client_own=f'PKI Key Pair = "{golden}/volumes/fd.pem"')
    for volume in volumes:
        shutil.copy(golden / "volumes" / volume, here.volumes)
        (here.volumes / volume).chmod(0o640)
    scanned = here.tool("bscan", "-s", "-m", "--catalog", here.work / "dir.conf",
                        "-V", "|".join(volumes), "-c", here.work / "sd.conf", "FileDevice")
    assert scanned.returncode == 0, scanned.stdout + scanned.stderr
    # They were written by devices of several media types; the one here reads them all.
    here.change("UPDATE Media SET MediaType = 'File'")
    here.start()
    assert_every_job_is_restored(here, golden, hard_links=volumes == LINKED)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can restore owners and devices")
def test_a_dedupable_volume_of_the_peer_is_restored_by_the_file_daemon(install, golden):
    here = install(start=False)
    here.configure(
        more=DEDUP_STORAGE.format(port=here.port("sd"), password=here.settings["sd_password"]),
        storage_more=DEDUP_DEVICE.format(volumes=here.volumes))
    volume = here.volumes / DEDUPABLE
    shutil.copytree(golden / "volumes" / DEDUPABLE, volume)
    for path in [volume, *volume.iterdir()]:
        path.chmod(0o750 if path.is_dir() else 0o640)
    scanned = here.tool("bscan", "-s", "-m", "--catalog", here.work / "dir.conf", volume)
    assert scanned.returncode == 0, scanned.stdout + scanned.stderr
    here.change("UPDATE Media SET MediaType = 'Dedup'")
    here.start()
    assert_every_job_is_restored(here, golden, hard_links=False, more="storage=Dedup")


def assert_every_job_is_restored(here, golden, hard_links, more=""):
    wanted = golden_tree.manifest(golden, hard_links=hard_links)
    restored = here.work / "restored" / "srv/demo/tree"
    jobs = here.query("SELECT JobId FROM Job WHERE Type = 'B' ORDER BY JobId")
    assert jobs
    for job, in jobs:
        done = here.restore(job, more)
        log = here.job_log(done.id)
        assert done.status == "T" and done.errors == 0, log
        found = trees.manifest(restored)
        if not hard_links:
            for facts in found.values():
                facts.pop("same file as", None)
        wrong = trees.differences(wanted, found)
        assert not wrong, "\n".join(wrong)
        shutil.rmtree(restored)
