# SPDX-License-Identifier: AGPL-3.0-or-later
"""Holdfast as a user runs it: release build, three daemons, TLS with pre-shared keys, catalog in SQLite. Twice: with
the signature that quickstart writes, and with the one that configurations of the peer mostly have."""
import pathlib
import sys

import measure

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "build" / "release" / "bin"
sys.path.insert(0, str(ROOT / "tests" / "system"))
import installation  # noqa: E402


class Holdfast:
    name = "holdfast"
    about = "Signature = XXH128, as quickstart writes it"
    signature = "XXH128"

    def __init__(self, work):
        self.work = work
        self.log = work / "log"
        self.installation = None

    def missing(self):
        absent = [name for name in ("holdfast-dir", "holdfast-sd", "holdfast-fd", "bconsole")
                  if not (PROGRAMS / name).exists()]
        return f"not built: {', '.join(absent)} (cmake --preset release && ninja -C build/release)" if absent else ""

    def prepare(self):
        pass

    def job(self, command):
        here = self.installation
        script = self.work / "commands"
        script.write_text(f"{command}\nwait\nquit\n")
        pids = {role: here.pid(role) for role in installation.ROLES}
        with open(script) as commands:
            cost = measure.run(here.console_command(), daemons=pids, log=self.log, stdin=commands)
        job_id, status = here.query("SELECT JobId, JobStatus FROM Job ORDER BY JobId DESC LIMIT 1")[0]
        if status != "T":
            raise RuntimeError(f"job {job_id} ended with status {status}:\n{here.job_log(job_id)[-2000:]}")
        return cost

    def backup(self, source):
        self.installation = installation.Installation(self.work / "installation", PROGRAMS, source=source,
                                                      signature=self.signature)
        self.installation.start()
        return self.job("run job=backup level=Full yes")

    def restore(self, source, target):
        return self.job(f"restore jobid=1 client=test-fd restorejob=restore where={target} all done yes")

    def finish(self):
        if self.installation:
            self.installation.stop()


class HoldfastMd5(Holdfast):
    name = "holdfast-md5"
    about = "Signature = MD5, as in most configurations of the peer"
    signature = "MD5"
