#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""kill -9 of the Director at a random moment of jobs of every type, round after round. After each, no job is left running,
what was saved before can be restored, the same job goes through when it is run again, and the catalog tells the truth about
the volumes. The crash of daemons during backups is crash.py.

    tests/system/crash_director.py --rounds 50 [--seed N] [--programs build/release/bin]
"""
import re
import sys
import time

import crash
import trees
from agreement import check

RESOURCES = """
Storage {{
  Name = Second
  Address = 127.0.0.1
  Port = {storage_port}
  Password = "{sd_password}"
  Device = SecondDevice
  Media Type = Second
  Maximum Concurrent Jobs = 10
}}
Pool {{
  Name = Second
  Pool Type = Backup
  Storage = Second
  Label Format = "Second-"
}}
FileSet {{
  Name = Chain
  Include {{
    Options {{ Signature = MD5 }}
    File = "{work}/chain"
  }}
}}
Job {{
  Name = verify
  Type = Verify
  Job To Verify = backup
  JobDefs = Defaults
}}
Job {{
  Name = verify-files
  Type = Verify
  FileSet = Chain
  JobDefs = Defaults
}}
Job {{
  Name = admin
  Type = Admin
  JobDefs = Defaults
  Run Before Job = "/bin/sleep 0.1"
}}
Job {{
  Name = copy
  Type = Copy
  Selection Type = PoolUncopiedJobs
  Pool = Full
  Next Pool = Second
  JobDefs = Defaults
}}
Job {{
  Name = moving
  Pool = Moving
  FileSet = Chain
  JobDefs = Defaults
}}
Pool {{
  Name = Moving
  Pool Type = Backup
  Label Format = "Moving-"
}}
Job {{
  Name = migrate
  Type = Migrate
  Selection Type = Job
  Selection Pattern = moving
  Pool = Moving
  Next Pool = Second
  JobDefs = Defaults
}}
Job {{
  Name = chain
  FileSet = Chain
  Next Pool = Second
  JobDefs = Defaults
}}
Job {{
  Name = always
  FileSet = Chain
  Next Pool = Second
  Always Incremental = yes
  Always Incremental Job Retention = 1 second
  Always Incremental Keep Number = 1
  JobDefs = Defaults
}}
Job {{
  Name = consolidate
  Type = Consolidate
  JobDefs = Defaults
}}
"""

DEVICE = """
Device {{
  Name = SecondDevice
  Media Type = Second
  Device Type = File
  Archive Device = "{volumes}"
  Label Media = yes
  Random Access = yes
  Automatic Mount = yes
  Removable Media = no
  Always Open = no
  Maximum Concurrent Jobs = 10
}}
"""

RESTORABLE = "SELECT JobId, Level FROM Job WHERE Name = ? AND Type = 'B' AND JobStatus IN ('T', 'W') ORDER BY JobTDate DESC, JobId DESC"


class AllJobs(crash.Rounds):
    """Adds the types that crash.Rounds does not know; each round runs one of them."""

    most_volumes = 20

    def __init__(self, work, programs, seed):
        super().__init__(work, programs, seed)
        settings = self.here.settings
        self.here.configure(more=RESOURCES.format_map(settings), storage_more=DEVICE.format_map(settings))
        self.chain = self.here.work / "chain"
        self.changes = 0
        self.kinds = {
            "backup": lambda: ["run job=backup level=Full yes"],
            "restore": lambda: [f"restore jobid={min(self.saved)} client=test-fd restorejob=restore all done yes"],
            "verify volume": lambda: [f"run job=verify level=VolumeToCatalog jobid={max(self.saved)} yes"],
            "verify disk": lambda: [f"run job=verify level=DiskToCatalog jobid={max(self.saved)} yes"],
            "verify init": lambda: ["run job=verify-files level=InitCatalog yes"],
            "verify catalog": self.verify_catalog,
            "admin": lambda: ["run job=admin yes"],
            "copy": lambda: ["run job=copy yes"],
            "migrate": self.migrate,
            "virtual full": self.virtual_full,
            "consolidate": self.consolidate,
        }
        self.newest = {}  # by job name: what its newest backup saved
        self.order = []
        self.durations = {}  # seconds, by kind

    def prepare(self):
        self.change_chain()
        super().prepare()

    def run(self, number):
        if not self.order:
            self.order = self.numbers.sample(sorted(self.kinds), len(self.kinds))
        kind = self.order.pop()
        commands = self.kinds[kind]()
        first = self.last_job() + 1
        jobs = [self.start(command) for command in commands]
        time.sleep(self.numbers.random() * self.durations.get(kind, self.duration / 3))
        self.here.kill("dir")
        self.here.start("dir")
        states = self.check_ended(first)
        for command in self.kinds[kind]():
            began = time.monotonic()
            again = self.start(command)
            # A control job that finds nothing left to do ends well, too.
            status = self.here.wait_for(again, 120).status
            check(status in crash.GOOD, f"{kind}, run again: job {again} has status {status}\n{self.here.job_log(again)}")
        self.check_ended(first)
        self.durations[kind] = time.monotonic() - began
        self.check_chains()
        good = self.good_backup("the backup after the crash")
        self.check_volumes(number)
        for job in {good, min(self.saved)}:
            self.check_restore(job)
        return f"round {number}: killed the Director during {kind} (job {jobs[0]}): {states}"

    def start(self, command):
        output = self.here.console(command)
        queued = re.search(r"Job queued\. JobId=(\d+)", output)
        check(queued, f"{command}: the job was not accepted:\n{output}")
        return int(queued[1])

    def last_job(self):
        return self.here.query("SELECT max(JobId) FROM Job")[0][0]

    def check_ended(self, first):
        """No job from `first` on, those started by others included, is left as if it ran."""
        states = []
        for job_id, in self.here.query("SELECT JobId FROM Job WHERE JobId >= ? ORDER BY JobId", first):
            job = self.here.wait_for(job_id, timeout=120)
            check(job.end_time, f"job {job_id} is {job.status}, but has no end time")
            self.ended["whole" if job.status in crash.GOOD else "failed"] += 1
            states.append(f"{job_id} {job.status}")
        return ", ".join(states)

    # The folder of which there is a chain of jobs

    def change_chain(self):
        self.changes += 1
        for number in range(20):
            trees.write(self.chain / f"file-{number % (5 + self.changes)}", self.numbers.randbytes(5_000))
        trees.settle(self.chain)

    def well(self, command):
        job = self.here.wait_for(self.start(command), 120)
        check(job.status in crash.GOOD, f"{command}: job {job.id} has status {job.status}\n{self.here.job_log(job.id)}")
        return job

    def verify_catalog(self):
        self.well("run job=verify-files level=InitCatalog yes")
        return ["run job=verify-files level=Catalog yes"]

    def migrate(self):
        self.save_chain("moving", "Full")
        return ["run job=migrate yes"]

    def virtual_full(self):
        # On the first device again: a job cannot read from the one it writes to.
        self.save_chain("chain", "Full", "Incremental")
        return ["run job=chain level=VirtualFull yes"]

    def consolidate(self):
        self.save_chain("always", "Full", "Incremental", "Incremental", "Incremental")
        return ["run job=consolidate yes"]

    def save_chain(self, name, *levels):
        for level in levels:
            self.change_chain()
            self.well(f"run job={name} level={level} yes")
            trees.let_a_second_pass()  # which of two jobs is newer, is a matter of whole seconds
        self.newest[name] = trees.manifest(self.chain)

    def check_chains(self):
        """The newest state of each chain can be restored, wherever it lies now."""
        for name, manifest in self.newest.items():
            jobs = []
            for job_id, level in self.here.query(RESTORABLE, name):
                jobs.insert(0, str(job_id))
                if level == "F":
                    break
            self.check_files(",".join(jobs), manifest, name)

    def check_files(self, jobs, manifest, what):
        restored = self.restore_elsewhere(jobs)
        wrong = trees.differences(manifest, trees.manifest(restored))
        check(not wrong, f"restore of {what}, jobs {jobs}, differs:\n" + "\n".join(wrong))

    def restore_elsewhere(self, jobs):
        trees.remove(self.here.work / "restored")
        job = self.here.restore(jobs)
        check(job.status == "T", f"restore of jobs {jobs}: job {job.id} has status {job.status}\n{self.here.job_log(job.id)}")
        return self.here.work / "restored" / self.chain.relative_to("/")


if __name__ == "__main__":
    sys.exit(crash.main(__doc__, AllJobs))
