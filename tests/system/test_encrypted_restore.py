# SPDX-License-Identifier: AGPL-3.0-or-later
"""Jobs that a File Daemon of the peer encrypted and signed, restored by our daemons from a catalog that bscan rebuilt."""
import os
import shutil

import pytest

import golden_tree
import trees

VOLUMES = ["Golden-encrypted-gzip", "Golden-encrypted"]


@pytest.fixture
def restored_with(install, golden, tmp_path):
    """Restores the job of such a volume by a File Daemon with these directives."""

    def restore(directives, volume=VOLUMES[0]):
        here = install(start=False, client_own=directives)
        shutil.copy(golden / "volumes" / volume, here.volumes)
        (here.volumes / volume).chmod(0o640)
        scanned = here.tool("bscan", "-s", "-m", "--catalog", here.work / "dir.conf", here.volumes / volume)
        assert scanned.returncode == 0, scanned.stdout + scanned.stderr
        here.start()
        ((job,),) = here.query("SELECT JobId FROM Job")
        done = here.restore(job)
        return here, done, here.job_log(done.id)

    return restore


def tree_of(here):
    return here.work / "restored" / "srv/demo/tree"


@pytest.mark.parametrize("volume", VOLUMES)
@pytest.mark.parametrize("key", ["own", "master"])
def test_the_key_of_any_recipient_brings_everything_back(restored_with, golden, tmp_path, key, volume):
    volumes = golden / "volumes"
    pair = volumes / "fd.pem"
    if key == "master":
        pair = tmp_path / "master.pem"
        pair.write_text((volumes / "master.key").read_text() + (volumes / "master.cert").read_text())
    here, done, log = restored_with(f'PKI Key Pair = "{pair}"\n  PKI Signer = "{volumes / "fd.pem"}"\n'
                                    "  PKI Signatures = yes", volume)
    assert done.status == "T" and done.errors == 0, log
    assert "ignature" not in log
    wanted = golden_tree.manifest(golden, hard_links=False)
    found = trees.manifest(tree_of(here))
    for facts in found.values():
        facts.pop("same file as", None)
    if os.geteuid() != 0:
        for facts in [*wanted.values(), *found.values()]:
            facts.pop("owner", None)
    wrong = trees.differences(wanted, found)
    assert not wrong, "\n".join(wrong)


def test_without_the_key_the_rest_comes_back_and_the_job_says_what_lacks(restored_with, golden):
    here, done, log = restored_with("")
    assert done.errors > 0, log
    assert "No private decryption keys have been defined to decrypt encrypted backup data." in log
    assert "A8:70:93:85:31" in log and "E6:88:B9:FB:47" in log
    found = trees.manifest(tree_of(here))
    wanted = golden_tree.manifest(golden, hard_links=False)
    missing = {name for name in wanted if name not in found}
    assert missing == {name for name, facts in wanted.items() if facts.get("size", 0) > 0}


def test_a_key_file_that_cannot_be_used_fails_the_job(restored_with, tmp_path):
    here, done, log = restored_with(f'PKI Key Pair = "{tmp_path / "gone.pem"}"')
    assert done.status == "f"
    assert "gone.pem" in log
