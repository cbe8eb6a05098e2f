# SPDX-License-Identifier: AGPL-3.0-or-later
"""Holdfast as a user runs it: release build, three daemons, TLS with pre-shared keys, catalog in SQLite. With the
signature that quickstart writes, with the one that configurations of the peer mostly have, and with compression and
encryption by the client."""
import pathlib
import re
import signal
import subprocess
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
    settings = {}

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
        settings = {key: value.format(work=self.work) for key, value in self.settings.items()}
        self.installation = installation.Installation(self.work / "installation", PROGRAMS, source=source,
                                                      signature=self.signature, **settings)
        self.installation.start()
        return self.job("run job=backup level=Full yes")

    def again(self, source):
        return self.job("run job=backup level=Incremental yes")

    def system_calls(self):
        """One more full backup under strace: {name of the call: how often the File Daemon made it}."""
        summary = self.work / "system-calls"
        watcher = subprocess.Popen(["strace", "-f", "-c", "-o", summary, "-p", str(self.installation.pid("fd"))],
                                   stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        watcher.stderr.readline()  # it says when it watches
        self.job("run job=backup level=Full yes")
        watcher.send_signal(signal.SIGINT)
        watcher.communicate()
        calls = re.findall(r"^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$", summary.read_text(), re.MULTILINE)
        return {name: int(count) for count, name in calls if name != "total"}

    def restore(self, source, target):
        return self.job(f"restore jobid=1 client=test-fd restorejob=restore where={target} all done yes")

    def finish(self):
        if self.installation:
            self.installation.stop()


class HoldfastMd5(Holdfast):
    name = "holdfast-md5"
    about = "Signature = MD5, as in most configurations of the peer"
    signature = "MD5"


class HoldfastSecure(Holdfast):
    name = "holdfast-secure"
    about = "Compression = ZSTD1 and encryption by the client with AES-256: what restic does, too"
    protection = "Encrypt Without Signatures = yes"

    @property
    def settings(self):
        return {
            "options": "Compression = ZSTD1",
            "client_own": f"PKI Encryption = yes\n  PKI Cipher = aes256\n  {self.protection}\n"
                          '  PKI Key Pair = "{work}/client.pem"',
        }

    def prepare(self):
        key, certificate = self.work / "key.pem", self.work / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key,
                        "-out", certificate, "-subj", "/CN=client"], check=True, capture_output=True)
        (self.work / "client.pem").write_text(key.read_text() + certificate.read_text())


class HoldfastSigned(HoldfastSecure):
    name = "holdfast-signed"
    about = "The same, and each file signed with RSA-2048, as peers do it"
    protection = "PKI Signatures = yes"
