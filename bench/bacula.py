# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bacula from Debian's packages, unpacked into a private folder: nothing is installed, no service is started.
Catalog in SQLite, TLS with a certificate of its own on every connection, as for Holdfast."""
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import time

import measure

PACKAGES = ("bacula-director-sqlite3", "bacula-common-sqlite3", "bacula-common", "bacula-director", "bacula-fd",
            "bacula-sd", "bacula-console")
CONFIGURATION = pathlib.Path(__file__).parent / "bacula"
DAEMONS = {"dir": "bacula-dir", "sd": "bacula-sd", "fd": "bacula-fd"}


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Bacula:
    name = "bacula"
    about = "Signature = MD5, TLS with a certificate, catalog in SQLite"

    def __init__(self, work):
        self.work = work
        self.log = work / "log"
        self.programs = work.parent / "bacula-programs"
        self.processes = {}

    def missing(self):
        if self.programs.is_dir():
            return ""
        if not shutil.which("apt-get") or not shutil.which("openssl"):
            return "needs apt-get and openssl"
        packages = self.programs.with_name("bacula-packages")
        packages.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["apt-get", "-q", "download", *PACKAGES], cwd=packages, capture_output=True)
        if done.returncode != 0:
            return "apt-get could not download its packages (apt-get update?)"
        for package in packages.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, self.programs], check=True)
        library = self.programs / "usr/lib/bacula"
        catalog = next(library.glob("libbaccats-sqlite3-*.so"))
        stub = library / catalog.name.replace("-sqlite3", "")
        stub.unlink(missing_ok=True)
        stub.symlink_to(catalog.name)
        return ""

    def environment(self):
        return {**os.environ, "LD_LIBRARY_PATH": str(self.programs / "usr/lib/bacula")}

    def program(self, name):
        return next(self.programs.glob(f"usr/*bin/{name}"))

    def prepare(self):
        (self.work / "volumes").mkdir()
        self.make_certificate()
        schema = self.programs / "usr/share/dbconfig-common/data/bacula-director-sqlite3/install/sqlite3"
        with sqlite3.connect(self.work / "bacula.db") as catalog:
            catalog.executescript(schema.read_text())
        values = dict(zip(("DIR_PORT", "SD_PORT", "FD_PORT"), free_ports(3)), WORK=self.work,
                      LIBRARY=self.programs / "usr/lib/bacula")
        for template in CONFIGURATION.glob("*.conf"):
            text = template.read_text()
            for key, value in values.items():
                text = text.replace(f"@{key}@", str(value))
            (self.work / template.name).write_text(text)

    def make_certificate(self):
        key, certificate = self.work / "key.pem", self.work / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key,
                        "-out", certificate, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                       check=True, capture_output=True)

    def start(self, source):
        (self.work / "source.list").write_text(f"{source}\n")
        for role, program in DAEMONS.items():
            with open(self.log, "ab") as log:
                self.processes[role] = subprocess.Popen(
                    [self.program(program), "-f", "-c", self.work / f"{program}.conf"],
                    env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.work)
        for _ in range(200):
            if self.console("version\n").returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError(f"Bacula's Director does not answer, see {self.log}")

    def console(self, commands):
        return subprocess.run([self.program("bconsole"), "-n", "-c", self.work / "bconsole.conf"], input=commands,
                              text=True, capture_output=True, env=self.environment())

    def job(self, command):
        script = self.work / "commands"
        script.write_text(f"{command}\nwait\nmessages\nquit\n")
        pids = {role: process.pid for role, process in self.processes.items()}
        with open(script) as commands:
            cost = measure.run([self.program("bconsole"), "-n", "-c", self.work / "bconsole.conf"], daemons=pids,
                               log=self.log, env=self.environment(), stdin=commands)
        with sqlite3.connect(self.work / "bacula.db") as catalog:
            status, = catalog.execute("SELECT JobStatus FROM Job ORDER BY JobId DESC LIMIT 1").fetchone()
        if status != "T":
            raise RuntimeError(f"the job ended with status {status}, see {self.log}")
        return cost

    def backup(self, source):
        self.start(source)
        return self.job("run job=backup level=Full yes")

    def again(self, source):
        return self.job("run job=backup level=Incremental yes")

    def restore(self, source, target):
        return self.job(f"restore client=bench-fd jobid=1 where={target} all done yes")

    def finish(self):
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = {}
