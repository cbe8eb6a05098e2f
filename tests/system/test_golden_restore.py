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
    wanted = golden_tree.manifest(golden, hard_links=volumes == LINKED)
    restored = here.work / "restored" / "srv/demo/tree"
    for job, in here.query("SELECT JobId FROM Job ORDER BY JobId"):
        done = here.restore(job)
        log = here.job_log(done.id)
        assert done.status == "T" and done.errors == 0, log
        found = trees.manifest(restored)
        if volumes != LINKED:
            for facts in found.values():
                facts.pop("same file as", None)
        wrong = trees.differences(wanted, found)
        assert not wrong, "\n".join(wrong)
        shutil.rmtree(restored)
