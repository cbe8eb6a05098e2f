#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""kill -9 of a daemon at a random moment of a backup, round after round; after each, everything must agree again:

 - the interrupted job is marked failed (or had finished),
 - the next backup ends OK and goes to the same volume, whose size in the catalog is its size on disk,
 - bls reads the volume from begin to end,
 - the first backup and the last good one restore exactly.

    tests/system/crash.py --rounds 100 [--seed N] [--programs build/release/bin]
"""
import argparse
import pathlib
import random
import re
import shutil
import sys
import tempfile
import time

import installation as holdfast
import trees

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FAILED = "fEAe"
LONGEST_DELAY = 0.8  # seconds; about as long as the backup takes


class Crash(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Crash(message)


def make_source(root, numbers):
    for number in range(400):
        trees.write(root / f"folder-{number % 20}" / f"file-{number}", numbers.randbytes(numbers.randrange(30_000)))
    for number in range(3):
        trees.write(root / f"big-{number}", numbers.randbytes(8_000_000))
    trees.settle(root)


def start_backup(here):
    output = here.console("run job=backup level=Full yes")
    queued = re.search(r"JobId=(\d+)", output)
    check(queued, f"the job was not accepted:\n{output}")
    return int(queued[1])


def interrupt(here, numbers):
    """(job, role): a backup was started and the daemon killed and started again."""
    role = numbers.choice(holdfast.ROLES)
    job_id = start_backup(here)
    # Any moment is a good moment; nothing waits for this time to be long enough.
    time.sleep(numbers.random() * LONGEST_DELAY)
    here.kill(role)
    if role != "dir":
        here.wait_for(job_id, timeout=60)
    here.start(role)
    return job_id, role


def check_interrupted(here, job_id):
    job = here.wait_for(job_id, timeout=30)
    check(job.status in "TW" + FAILED, f"job {job_id} has status {job.status}")
    if job.status in FAILED:
        check(job.end_time, f"job {job_id} failed, but has no end time")
    return job.status


def check_restore(here, job_id, wanted):
    shutil.rmtree(here.work / "restored", ignore_errors=True)
    restored = here.restore(job_id)
    check(restored.status == "T", f"restore of job {job_id}: {restored.status}\n{here.job_log(restored.id)}")
    wrong = trees.differences(wanted, trees.manifest(here.restored))
    check(not wrong, f"restore of job {job_id} differs:\n" + "\n".join(wrong))


def check_volumes(here, last_good):
    for name, (status, size) in here.volume_rows().items():
        on_disk = (here.volumes / name).stat().st_size
        check(status not in ("Error", ""), f"volume {name} has status {status}")
        check(size == on_disk, f"volume {name}: {size} bytes in the catalog, {on_disk} on disk")
        listing = here.tool("bls", "-j", "-c", here.work / "sd.conf", "-V", name, "FileDevice")
        check(listing.returncode == 0, f"bls cannot read volume {name}:\n{listing.stdout[-2000:]}{listing.stderr[-500:]}")
    used = here.query("SELECT count(DISTINCT MediaId) FROM JobMedia")[0][0]
    check(used == 1, f"{used} volumes were used; an interrupted job must not spoil one")
    check(here.query("SELECT count(*) FROM JobMedia WHERE JobId = ?", last_good)[0][0] > 0, "job without JobMedia")


def run_rounds(work, programs, rounds, seed, say=print):
    numbers = random.Random(seed)
    here = holdfast.Installation(work, programs)
    make_source(here.source, numbers)
    wanted = trees.manifest(here.source)
    here.start()
    try:
        first = here.backup()
        check(first.status == "T", here.job_log(first.id))
        for number in range(1, rounds + 1):
            job_id, role = interrupt(here, numbers)
            status = check_interrupted(here, job_id)
            good = here.backup()
            check(good.status == "T", f"backup after the crash: {good.status}\n{here.job_log(good.id)}")
            check_volumes(here, good.id)
            if number % 5 == 0 or number == rounds:
                check_restore(here, first.id, wanted)
            check_restore(here, good.id, wanted)
            say(f"round {number}: killed {role}, job {job_id} is {status}, job {good.id} restores")
    except Crash as problem:
        raise Crash(f"seed {seed}: {problem}\n{here.everything_said()}") from None
    finally:
        here.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build" / "dev" / "bin")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    with tempfile.TemporaryDirectory(prefix="holdfast-crash-") as work:
        try:
            run_rounds(work, options.programs, options.rounds, options.seed)
        except (Crash, RuntimeError) as problem:
            print(problem)
            return 1
    print(f"{options.rounds} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
