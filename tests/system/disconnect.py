#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Backups and restores whose connections are disturbed after the n-th TLS record (or packet, where there is no TLS).

Between Director and client, Director and storage, client and storage, a connection is cut, falls silent in the middle
of a message, or carries garbage or an impossible length that the other side never sent. Each such job ends within the
deadline, failed and with a message that says where (or OK where all had arrived before); no daemon dies or keeps a
descriptor; the next backup succeeds; catalog and volume agree.

    tests/system/disconnect.py             a sample of places, about a minute
    tests/system/disconnect.py --full      every place
"""
import argparse
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

import agreement
import installation as holdfast
import peer
import proxy
import trees
from agreement import Disagreement, check
from proxy import Fault

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PATIENCE = 4  # seconds for which the daemons wait for a peer
DEADLINE = 40  # until a job must have ended: each daemon in turn may have to lose patience
AT_ONCE = 6  # jobs that fall silent together; each waits for the patience to end
RUN = {"backup": "run job=backup level=Full yes",
       "restore": "restore jobid={good} client=test-fd restorejob=restore all done yes"}
NO_TLS = "TLS Enable = no"
GARBAGE = peer.packet(bytes(range(128, 228)))
HUGE = b"\x7f\xff\xff\xff"
CASES = {  # name: (TLS or not, fault, jobs at once)
    "cut": (True, lambda after: Fault(after, "cut"), 1),
    "silence": (True, lambda after: Fault(after, "freeze"), AT_ONCE),
    "garbage": (False, lambda after: Fault(after, "insert", GARBAGE), AT_ONCE),
    "2 GB": (False, lambda after: Fault(after, "insert", HUGE), AT_ONCE),
}
KEPT_FOR_LOGS = 4 * 2  # descriptors: the sessions that the Director keeps idle at most
SAMPLE = {"cut": 3, "silence": 2, "garbage": 3, "2 GB": 1}  # places of each link, without --full
LOST = re.compile(r'(Fatal error|Error): .*'
                  r'(Client "test-fd"|File daemon|FD|Storage daemon|SD|Director|127\.0\.0\.1:\d+)')


class Series:
    """An installation whose daemons reach each other through proxies."""

    def __init__(self, work, programs, seed, with_tls):
        self.numbers = random.Random(seed)
        tls = "" if with_tls else NO_TLS
        absolute = f"Absolute Job Timeout = {PATIENCE}"
        self.here = holdfast.Installation(
            work, programs, client=tls, storage=tls, storage_director=tls, client_director=tls,
            director=f"FD Connect Timeout = {PATIENCE}\n SD Connect Timeout = {PATIENCE}\n {absolute}",
            storage_own=f"Client Connect Wait = {PATIENCE}\n {absolute}\n {tls}",
            client_own=f"SD Connect Timeout = {PATIENCE}\n {absolute}\n {tls}")
        split = proxy.records if with_tls else proxy.packets
        self.client = proxy.Proxy(self.here.port("fd"), split)
        self.storage = proxy.Proxy(self.here.port("sd"), split)
        self.links = {"Director to client": (self.client, proxy.DIRECTOR),
                      "Director to storage": (self.storage, proxy.DIRECTOR),
                      "client to storage": (self.storage, proxy.JOB)}
        self.here.configure(client_port=self.client.port, storage_port=self.storage.port)
        self.good = None
        self.wanted = None
        self.ended = 0

    def prepare(self):
        """How many records pass on each link: {(what, link): count}."""
        for number in range(20):
            trees.write(self.here.source / f"file-{number}", self.numbers.randbytes(5_000))
        trees.write(self.here.source / "big", self.numbers.randbytes(300_000))
        trees.settle(self.here.source)
        self.wanted = trees.manifest(self.here.source)
        self.here.start()
        counts = {}
        for what in RUN:
            job = self.here.wait_for(self.start_job(what))
            check(job.status == "T", f"{what} without a fault: {job.status}\n{self.here.job_log(job.id)}")
            self.good = self.good or job.id
            passed = dict(self.client.reset()), dict(self.storage.reset())
            for link, (through, kind) in self.links.items():
                counts[what, link] = passed[through is self.storage][kind]
        return counts

    def start_job(self, what):
        output = self.here.console(RUN[what].format(good=self.good))
        queued = re.search(r"Job queued\. JobId=(\d+)", output)
        check(queued, f"the job was not accepted:\n{output}")
        return int(queued[1])

    def run(self, what, link, faults):
        """A job for each fault, all at once; then a good backup."""
        through, kind = self.links[link]
        through.plan(kind, *faults)
        shutil.rmtree(self.here.work / "restored", ignore_errors=True)
        jobs = [self.start_job(what) for _ in faults]
        ended = [self.here.wait_for(job, timeout=DEADLINE) for job in jobs]
        self.client.reset()
        self.storage.reset()
        for job in ended:
            self.check_end(what, job)
        for role in holdfast.ROLES:
            check(self.here.is_running(role), f"holdfast-{role} died")
        following = self.here.backup()
        check(following.status == "T", f"the following backup {following.id}: {following.status}")
        agreement.check_job(self.here, following.id)
        agreement.check_volumes(self.here)
        agreement.check_readable(self.here)
        self.ended += len(jobs)
        return "".join(job.status for job in ended)

    def check_end(self, what, job):
        log = self.here.job_log(job.id)
        # W: what was said beside the point was refused, and nothing lacks for all that.
        check(job.status in "fETW", f"job {job.id} ended with status {job.status}\n{log}")
        check(job.end_time, f"job {job.id} has no end time")
        if job.status not in "TW":
            check(LOST.search(log), f"job {job.id} does not say whom it lost\n{log}")
        elif what == "backup":
            agreement.check_job(self.here, job.id)
        else:
            wrong = trees.differences(self.wanted, trees.manifest(self.here.restored))
            check(not wrong, f"restore {job.id} is called good, but:\n" + "\n".join(wrong))

    def descriptors(self):
        return {"catalog": self.here.catalog_descriptors(), **{role: self.here.open_descriptors(role) for role in holdfast.ROLES}}

    def close(self):
        self.here.stop()
        self.client.close()
        self.storage.close()


def places(count, most, numbers):
    """Numbers of records from none to all: every one, or as many as wanted."""
    return sorted(numbers.sample(range(count + 1), min(most, count + 1)))


def groups(sequence, size):
    return [sequence[start:start + size] for start in range(0, len(sequence), size)]


def run_series(work, programs, seed, case, most, say=print):
    """One case at up to `most` places of each link. How many jobs were disturbed."""
    with_tls, fault, at_once = CASES[case]
    series = Series(work, programs, seed, with_tls)
    try:
        counts = series.prepare()
        before = series.descriptors()
        before["catalog"] += KEPT_FOR_LOGS
        for (what, link), count in counts.items():
            for group in groups(places(count, most, series.numbers), at_once):
                context = f"{what}, {link}, {case} after {group} of {count}"
                try:
                    say(f"{context}: {series.run(what, link, [fault(after) for after in group])}")
                except (Disagreement, RuntimeError, OSError, subprocess.TimeoutExpired) as problem:
                    raise Disagreement(f"{context}: {problem}") from problem
        peer.wait_until(lambda: all(now <= before[whose] for whose, now in series.descriptors().items()),
                        why=f"descriptors are closed again; before {before}, now {series.descriptors()}")
    except (Disagreement, AssertionError) as problem:
        raise Disagreement(f"seed {seed}: {problem}\n{series.here.how_it_stands()}") from problem
    finally:
        series.close()
    return series.ended


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="every place instead of a sample")
    parser.add_argument("--case", choices=CASES, action="append", help="only this one")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--programs", type=lambda path: pathlib.Path(path).resolve(), default=ROOT / "build" / "dev" / "bin")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    ended = 0
    for case in options.case or CASES:
        work = tempfile.mkdtemp(prefix="holdfast-disconnect-")
        try:
            ended += run_series(work, options.programs, options.seed, case, 10_000 if options.full else SAMPLE[case],
                                say=lambda text: print(text, flush=True))
        except Disagreement as problem:
            print(f"{problem}\n{work} is left for inspection")
            return 1
        shutil.rmtree(work)
    print(f"{ended} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
