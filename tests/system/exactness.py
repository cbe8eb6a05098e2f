#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Random trees through a backup and a restore of real daemons, in every mode; what comes back must be what was saved, with
nanoseconds, flags and all attributes.

    tests/system/exactness.py --trees 1000 --entries 30 [--seed N] [--mode gzip] [--programs build/release/bin]
    tests/system/exactness.py --trees 1 --entries 100000

Fifty trees go into one job. A failure names what differs and the seeds, and leaves the folder for inspection.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

import installation as holdfast
import manifests
import random_trees
import tls_peer
import trees

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
IN_ONE_JOB = 50

# The options of the FileSet, and PKI Cipher where data is encrypted and signed.
MODES = {
    "plain": ("", None),
    "sparse": ("Sparse = yes", None),
    "gzip": ("Compression = GZIP6", None),
    "gzip-sparse": ("Compression = GZIP1\n Sparse = yes", None),
    "lz4": ("Compression = LZ4", None),
    "lz4hc-sparse": ("Compression = LZ4HC\n Sparse = yes", None),
    "lzo-sparse": ("Compression = LZO\n Sparse = yes", None),
    "lzfast-sparse": ("Compression = LZFAST\n Sparse = yes", None),
    "aes256": ("", "aes256"),
    "aes128-gzip": ("Compression = GZIP1", "aes128"),
    "camellia256-lz4": ("Compression = LZ4\n Sparse = yes", "camellia256"),
    "zstd-sparse": ("Compression = ZSTD3\n Sparse = yes", None),
    "aes256-zstd": ("Compression = ZSTD1", "aes256"),
}


def settings(mode, work):
    """For an Installation; keys are made in the folder `work`."""
    options, cipher = MODES[mode]
    wanted = {"options": f"{options}\n ACL Support = yes\n XAttr Support = yes"}
    if cipher:
        pair = key_pair(pathlib.Path(work))
        wanted["client_own"] = (f'PKI Encryption = yes\n PKI Signatures = yes\n PKI Key Pair = "{pair}"\n'
                                f" PKI Cipher = {cipher}")
    return wanted


def key_pair(folder):
    """A PEM file with certificate and private key, as the File Daemon wants it."""
    key, certificate, pair = (folder / name for name in ("fd.key", "fd.cert", "fd.pem"))
    tls_peer.self_signed(certificate, key)
    pair.write_text(key.read_text() + certificate.read_text())
    return pair


def plant(source, seeds, entries):
    """One tree per seed below `source`."""
    source.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        random_trees.grow(source / f"tree-{seed}", seed, entries)


def save_and_restore(here):
    saved = here.backup(timeout=3600)
    log = here.job_log(saved.id)
    assert saved.status == "T" and saved.errors == 0, log
    assert saved.files == len(manifests.exact(here.source)), log
    restored = here.restore(saved.id, timeout=3600)
    log = here.job_log(restored.id)
    assert restored.status == "T" and restored.errors == 0, log
    assert restored.files == saved.files, log


def assert_exact(here):
    wrong = trees.differences(manifests.exact(here.source), manifests.exact(here.restored))
    assert not wrong, "\n".join(line[:2000] for line in wrong)


def run(work, programs, mode, seeds, entries):
    here = holdfast.Installation(work, programs, **settings(mode, work))
    try:
        plant(here.source, seeds, entries)
        here.start()
        save_and_restore(here)
        assert_exact(here)
    finally:
        here.stop()
        random_trees.loosen(here.source)
        random_trees.loosen(work / "restored")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=int, default=1000)
    parser.add_argument("--entries", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=MODES, action="append")
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build" / "dev" / "bin")
    parser.add_argument("--work", type=pathlib.Path, help="folder to work in, on the file system to try")
    wanted = parser.parse_args()
    modes = wanted.mode or list(MODES)
    for number, first in enumerate(range(wanted.seed, wanted.seed + wanted.trees, IN_ONE_JOB)):
        seeds = range(first, min(first + IN_ONE_JOB, wanted.seed + wanted.trees))
        mode = modes[number % len(modes)]
        work = pathlib.Path(tempfile.mkdtemp(prefix="exactness-", dir=wanted.work))
        try:
            run(work, wanted.programs, mode, seeds, wanted.entries)
        except (AssertionError, RuntimeError, subprocess.SubprocessError) as failure:
            print(f"seeds {seeds.start} to {seeds.stop - 1}, mode {mode}, {wanted.entries} entries: {failure}\nsee {work}")
            return 1
        shutil.rmtree(work)
        print(f"seeds {seeds.start} to {seeds.stop - 1}, mode {mode}: exact", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
