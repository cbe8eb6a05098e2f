#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""kill -9 of a daemon at a random moment of one or two backups, round after round. After each, everything must agree:

 - an interrupted job is marked failed and has an end (or it had finished before),
 - the next backup ends OK and goes on behind what lies on the same volume; the catalog knows how large that is,
 - bls finds what JobMedia tells of good jobs, and every fifth time reads the volume from begin to end,
 - the first backup, the last one and one in between restore exactly.

    tests/system/crash.py --rounds 100 [--seed N] [--programs build/release/bin]

A failure says how jobs, daemons and logs stand, and leaves the folder for inspection.
"""
import argparse
import collections
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

import agreement
import installation as holdfast
import trees
from agreement import Disagreement, check

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FAILED = "fEAe"
GOOD = "TW"


class Rounds:
    """An installation, what it saved so far, and the numbers that decide what happens next."""

    most_volumes = 1  # that may be used: an interrupted job must not spoil one

    def __init__(self, work, programs, seed):
        self.numbers = random.Random(seed)
        self.here = holdfast.Installation(work, programs)
        self.saved = {}  # job id: the manifest of what it saved
        self.duration = 0  # seconds a backup takes at present
        self.ended = collections.Counter()

    def prepare(self):
        for number in range(400):
            self.write(f"folder-{number % 20}/file-{number}", self.numbers.randrange(30_000))
        for number in range(2):
            self.write(f"big-{number}", 4_000_000)
        self.here.start()
        self.good_backup("the first backup")

    def write(self, name, size):
        trees.write(self.here.source / name, self.numbers.randbytes(size))

    def good_backup(self, why):
        trees.settle(self.here.source)
        began = time.monotonic()
        job = self.here.backup()
        self.duration = time.monotonic() - began
        check(job.status == "T", f"{why}: job {job.id} has status {job.status}")
        self.saved[job.id] = trees.manifest(self.here.source)
        return job.id

    def run(self, number):
        """One round; says what happened."""
        for _ in range(3):
            self.write(f"folder-{self.numbers.randrange(20)}/file-{self.numbers.randrange(400)}", 10_000)
        role = self.numbers.choice(holdfast.ROLES)
        interrupted = self.interrupt(role)
        good = self.good_backup("the backup after the crash")
        self.check_volumes(number)
        between = self.numbers.choice(list(self.saved))
        for job in sorted({min(self.saved), between, good}):
            agreement.check_job(self.here, job)
        for job in {good, between}:
            self.check_restore(job)
        return f"round {number}: killed {role}, {interrupted}; jobs {good} and {between} restore"

    def check_volumes(self, number):
        agreement.check_volumes(self.here, self.most_volumes)
        if number % 5 == 0:
            agreement.check_readable(self.here)

    def interrupt(self, role):
        jobs = [self.start_backup() for _ in range(self.numbers.choice((1, 1, 2)))]
        # Any moment is a good moment; nothing waits for this time to be long enough.
        time.sleep(self.numbers.random() * self.duration)
        self.here.kill(role)
        # Started before the jobs have ended: a Director that finds nobody tries for half an hour.
        self.here.start(role)
        return ", ".join(f"job {job} is {self.check_interrupted(job)}" for job in jobs)

    def start_backup(self):
        output = self.here.console("run job=backup level=Full yes")
        queued = re.search(r"JobId=(\d+)", output)
        check(queued, f"the job was not accepted:\n{output}")
        return int(queued[1])

    def check_interrupted(self, job_id):
        job = self.here.wait_for(job_id, timeout=60)
        check(job.status in GOOD + FAILED, f"job {job_id} has status {job.status}")
        check(job.end_time, f"job {job_id} is {job.status}, but has no end time")
        check(job.status != "W", f"job {job_id} ended with warnings:\n{self.here.job_log(job_id)}")
        if job.status == "T":
            self.saved[job_id] = trees.manifest(self.here.source)
        self.ended["whole" if job.status == "T" else "failed"] += 1
        return job.status

    def check_restore(self, job_id):
        trees.remove(self.here.work / "restored")
        restored = self.here.restore(job_id)
        check(restored.status == "T", f"restore of job {job_id}: job {restored.id} has status {restored.status}")
        wrong = trees.differences(self.saved[job_id], trees.manifest(self.here.restored))
        check(not wrong, f"restore of job {job_id} differs:\n" + "\n".join(wrong))


def run_rounds(work, programs, rounds, seed, say=print, of=Rounds):
    """The numbers of jobs that were interrupted ("failed") and of those that had ended before ("whole")."""
    all_rounds = of(work, programs, seed)
    here = all_rounds.here
    try:
        all_rounds.prepare()
        for number in range(1, rounds + 1):
            say(all_rounds.run(number))
    except (Disagreement, RuntimeError, OSError, subprocess.TimeoutExpired) as problem:
        raise Disagreement(f"seed {seed}: {problem}\n{here.how_it_stands()}") from problem
    finally:
        here.stop()
    return all_rounds.ended


def main(description=__doc__, of=Rounds):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--programs", type=lambda path: pathlib.Path(path).resolve(), default=ROOT / "build" / "dev" / "bin")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    work = tempfile.mkdtemp(prefix="holdfast-crash-")
    try:
        ended = run_rounds(work, options.programs, options.rounds, options.seed,
                           say=lambda text: print(text, flush=True), of=of)
    except Disagreement as problem:
        print(f"{problem}\n{work} is left for inspection")
        return 1
    shutil.rmtree(work)
    print(f"{ended['failed']} jobs were interrupted, {ended['whole']} had ended")
    print(f"{options.rounds} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
