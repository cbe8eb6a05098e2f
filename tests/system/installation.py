# SPDX-License-Identifier: AGPL-3.0-or-later
"""A whole Holdfast on this machine: configuration with free ports in one folder, three daemons, a console.

Used by the system tests and by bench/. Everything is given from outside: the folder and where the programs lie.
"""
import collections
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

START_TIMEOUT = 20
STOP_TIMEOUT = 20
CATALOG = "catalog.sqlite"  # and its journals
ROLES = ("dir", "sd", "fd")

SQLITE = """DB Driver = sqlite
  DB Name = "{work}/dir/catalog.sqlite"
  DB User = \"\""""

DIRECTOR = """
Director {{
  Name = test-dir
  Address = 127.0.0.1
  Port = {dir_port}
  Password = "{console_password}"
  Working Directory = "{work}/dir"
  Messages = Daemon
  Maximum Concurrent Jobs = 10
  {director}
}}
Catalog {{
  Name = Catalog
  {catalog}
}}
Client {{
  Name = test-fd
  Address = 127.0.0.1
  Port = {client_port}
  Password = "{fd_password}"
  Catalog = Catalog
  Maximum Concurrent Jobs = 10
  {client}
}}
Storage {{
  Name = File
  Address = 127.0.0.1
  Port = {storage_port}
  Password = "{sd_password}"
  Device = FileDevice
  Media Type = File
  Maximum Concurrent Jobs = 10
  {storage}
}}
Pool {{
  Name = Full
  Pool Type = Backup
  Label Format = "Full-"
  {full_pool}
}}
Pool {{
  Name = Incremental
  Pool Type = Backup
  Label Format = "Inc-"
  {incremental_pool}
}}
FileSet {{
  Name = Tree
  Include {{
    Options {{
      Signature = {signature}
      Hard Links = yes
      {options}
    }}
    File = "{source}"
    {files}
  }}
}}
JobDefs {{
  Name = Defaults
  Type = Backup
  Level = Full
  Client = test-fd
  FileSet = Tree
  Storage = File
  Messages = Jobs
  Pool = Full
  Incremental Backup Pool = Incremental
  Differential Backup Pool = Incremental
  Maximum Concurrent Jobs = 10
}}
Job {{
  Name = backup
  JobDefs = Defaults
}}
Job {{
  Name = restore
  Type = Restore
  JobDefs = Defaults
  Where = "{work}/restored"
}}
Messages {{
  Name = Jobs
  Catalog = all, !skipped, !saved
  Append = "{work}/dir/jobs.log" = all, !skipped, !saved
}}
Messages {{
  Name = Daemon
  Append = "{work}/dir/daemon.log" = all, !skipped
}}
{more}
"""

STORAGE = """
Storage {{
  Name = test-sd
  Address = 127.0.0.1
  Port = {sd_port}
  Working Directory = "{work}/sd"
  {storage_own}
}}
Director {{
  Name = test-dir
  Password = "{sd_password}"
  {storage_director}
}}
Device {{
  Name = FileDevice
  Media Type = File
  Device Type = File
  Archive Device = "{volumes}"
  Label Media = yes
  Random Access = yes
  Automatic Mount = yes
  Removable Media = no
  Always Open = no
  Maximum Concurrent Jobs = 10
  {device}
}}
Messages {{
  Name = ToDirector
  Director = test-dir = all
}}
{storage_more}
"""

CLIENT = """
Client {{
  Name = test-fd
  Address = 127.0.0.1
  Port = {fd_port}
  Working Directory = "{work}/fd"
  {client_own}
}}
Director {{
  Name = test-dir
  Password = "{fd_password}"
  {client_director}
}}
Messages {{
  Name = ToDirector
  Director = test-dir = all, !skipped, !restored
}}
{client_more}
"""

CONSOLE = """
Director {{
  Name = test-dir
  Address = 127.0.0.1
  Port = {dir_port}
  Password = "{console_password}"
}}
"""

Job = collections.namedtuple("Job", "id name level type status files bytes errors start_time end_time")


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Installation:
    """`settings` fill the gaps of the templates above: source, signature, options, full_pool, device, more ...

    client_port and storage_port are where the Director, and for its jobs the client, find the daemons. The catalog is
    SQLite, or in `database` (postgres.py)."""

    def __init__(self, work, programs, database=None, **settings):
        self.database = database
        self.work = pathlib.Path(work)
        self.programs = pathlib.Path(programs)
        self.processes = {}
        self.has_damaged_volumes = False  # set by tests that break them: see broken_rules()
        ports = dict(zip(("dir_port", "sd_port", "fd_port"), free_ports(3)))
        passwords = {f"{name}_password": secrets.token_hex(12) for name in ("console", "sd", "fd")}
        self.settings = collections.defaultdict(
            str, **{**ports, "client_port": ports["fd_port"], "storage_port": ports["sd_port"], **passwords,
                    "work": self.work, "volumes": self.work / "volumes", "source": self.work / "source",
                    "signature": "XXH128",
                    "catalog": database.directives() if database else SQLITE.format(work=self.work), **settings})
        for folder in (*ROLES, "source"):
            (self.work / folder).mkdir(parents=True, exist_ok=True)
        self.volumes.mkdir(exist_ok=True)
        self.configure()

    @property
    def volumes(self):
        return pathlib.Path(self.settings["volumes"])

    @property
    def source(self):
        return pathlib.Path(self.settings["source"])

    @property
    def restored(self):
        """Where the restore job puts the source folder."""
        return self.work / "restored" / self.source.relative_to("/")

    def configure(self, **changes):
        """Writes the configuration files again with other settings; running daemons keep what they read."""
        self.settings.update(changes)
        for name, template in (("dir", DIRECTOR), ("sd", STORAGE), ("fd", CLIENT), ("console", CONSOLE)):
            path = self.work / f"{name}.conf"
            path.write_text(template.format_map(self.settings))
            path.chmod(0o600)

    # Daemons

    def port(self, role):
        return self.settings[f"{role}_port"]

    def pid(self, role):
        return self.processes[role].pid

    def log(self, role):
        return self.work / role / "output.log"

    def director_messages(self):
        """Those that went to a file so far; the Director makes it with the first of them."""
        try:
            return (self.work / "dir" / "daemon.log").read_text()
        except FileNotFoundError:
            return ""

    def start(self, *roles, **options):
        for role in roles or ROLES:
            with open(self.log(role), "ab") as output:
                self.processes[role] = subprocess.Popen(
                    [self.programs / f"holdfast-{role}", "-f", "-c", self.work / f"{role}.conf"],
                    stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=self.work, **options)
        for role in roles or ROLES:
            self.wait_until_listening(role)

    def wait_until_listening(self, role):
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if self.processes[role].poll() is not None:
                break
            # Looked up in the kernel's table: a connection would count as a peer that says nothing.
            if listens(self.port(role)):
                return
            time.sleep(0.02)
        output = self.log(role).read_text(errors="replace")[-3000:]
        raise RuntimeError(f"holdfast-{role} does not listen on port {self.port(role)}:\n{output}")

    def stop(self, *roles):
        """Ends the daemons as an administrator does; {role: exit code}."""
        chosen = [role for role in roles or ROLES if role in self.processes]
        for role in chosen:
            if self.processes[role].poll() is None:
                self.processes[role].terminate()
        codes = {}
        for role in chosen:
            process = self.processes.pop(role)
            try:
                codes[role] = process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                codes[role] = "did not stop"
        return codes

    def kill(self, role):
        process = self.processes.pop(role)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def is_running(self, role):
        return role in self.processes and self.processes[role].poll() is None

    def open_descriptors(self, role):
        """But for those of the catalog: see catalog_descriptors()."""
        return sum(not target.startswith(CATALOG) for target in self.descriptor_targets(role))

    def catalog_descriptors(self):
        """Of the Director, who keeps some sessions of the catalog for its logs: each is a file and its journal."""
        return sum(target.startswith(CATALOG) for target in self.descriptor_targets("dir"))

    def descriptor_targets(self, role):
        for descriptor in pathlib.Path(f"/proc/{self.pid(role)}/fd").iterdir():
            try:
                yield descriptor.readlink().name
            except FileNotFoundError:
                pass  # closed since

    # Console and catalog

    def console_command(self):
        return [self.programs / "bconsole", "-c", self.work / "console.conf"]

    def console(self, *commands, timeout=120):
        """What the console printed for these commands."""
        done = subprocess.run(self.console_command(), input="".join(f"{command}\n" for command in commands),
                              capture_output=True, text=True, errors="replace", timeout=timeout)
        return done.stdout + done.stderr

    def run(self, command, timeout=120):
        """Runs `run ...` or `restore ...` and returns the finished job."""
        output = self.console(command)
        queued = re.search(r"Job queued\. JobId=(\d+)", output)
        if not queued:
            raise RuntimeError(f"no job was queued:\n{output}")
        return self.wait_for(int(queued[1]), timeout)

    def wait_for(self, job_id, timeout=120):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            job = self.job(job_id)
            if job and job.status in "TWDEefAI":
                return job
            time.sleep(0.05)
        raise RuntimeError(f"job {job_id} did not end: {self.job(job_id)}\n{self.job_log(job_id)}")

    def backup(self, level="Full", more="", **options):
        return self.run(f"run job=backup level={level} {more} yes", **options)

    def restore(self, job_id, more="", **options):
        return self.run(f"restore jobid={job_id} client=test-fd restorejob=restore {more} all done yes", **options)

    def query(self, sql, *parameters):
        if self.database:
            return self.database.query(sql, *parameters)
        catalog = sqlite3.connect(f"file:{self.work}/dir/{CATALOG}?mode=ro", uri=True, timeout=20)
        try:
            return catalog.execute(sql, parameters).fetchall()
        finally:
            catalog.close()

    def change(self, sql, *parameters):
        catalog = sqlite3.connect(f"{self.work}/dir/{CATALOG}", timeout=20)
        with catalog:
            catalog.execute(sql, parameters)
        catalog.close()

    def job(self, job_id):
        rows = self.query("SELECT JobId, Job, Level, Type, JobStatus, JobFiles, JobBytes, JobErrors, StartTime, EndTime "
                          "FROM Job WHERE JobId = ?", job_id)
        return Job(*rows[0]) if rows else None

    def job_log(self, job_id):
        return "".join(text for text, in self.query("SELECT LogText FROM Log WHERE JobId = ? ORDER BY LogId", job_id))

    def volume_rows(self):
        """{volume name: (status, bytes)} as the catalog has them."""
        return {name: (status, size) for name, status, size in
                self.query("SELECT VolumeName, VolStatus, VolBytes FROM Media ORDER BY MediaId")}

    def tool(self, name, *arguments, **options):
        """Runs one of the volume tools (bls, bextract) and returns the finished process."""
        return subprocess.run([self.programs / name, *map(str, arguments)], capture_output=True, text=True,
                              errors="replace", timeout=120, **options)

    def extract(self, target, *options):
        """What bextract brings back of all volumes into a new folder. The daemons are stopped first."""
        self.stop()
        target.mkdir()
        done = self.tool("bextract", *options, "-c", self.work / "sd.conf", "-V", "|".join(self.volume_rows()),
                         "FileDevice", target)
        assert done.returncode == 0, done.stdout + done.stderr
        return target

    def broken_rules(self):
        """What holdfast-volume check says against the volumes in files; nothing where a test damaged them on purpose."""
        if self.has_damaged_volumes or not (self.programs / "holdfast-volume").exists() or not self.volumes.is_dir():
            return []
        found = []
        for path in sorted(self.volumes.iterdir()):
            if not path.is_file() or path.is_symlink() or path.stat().st_size == 0:
                continue
            done = self.tool("holdfast-volume", "check", path)
            if done.returncode != 0:
                found.append(f"volume {path.name}: {done.stdout[:3000]}{done.stderr[:500]}")
        return found

    def bootstrap(self, job_id):
        """What a restore of the job would read, by JobMedia."""
        parts = self.query(
            "SELECT VolumeName, MediaType, VolSessionId, VolSessionTime, JobMedia.StartFile << 32 | StartBlock, "
            "JobMedia.EndFile << 32 | JobMedia.EndBlock, FirstIndex, LastIndex "
            "FROM JobMedia JOIN Media USING (MediaId) JOIN Job USING (JobId) WHERE JobId = ? "
            "ORDER BY JobMediaId", job_id)
        return "".join(f'Volume="{volume}"\nMediaType="{media_type}"\nVolSessionId={session}\nVolSessionTime={began}\n'
                       f"VolAddr={start}-{end}\nFileIndex={first}-{last}\n"
                       for volume, media_type, session, began, start, end, first, last in parts)

    def how_it_stands(self):
        """Jobs that have not ended, what each daemon is at, and all logs: for somebody who looks for a cause."""
        jobs = self.query("SELECT JobId, Job, Type, JobStatus, StartTime, EndTime FROM Job ORDER BY JobId DESC LIMIT 5")
        parts = ["--- last jobs", *map(str, jobs)]
        if jobs:
            parts.append(f"--- log of job {jobs[0][0]}\n{self.job_log(jobs[0][0])}")
        for role in ROLES:
            parts.append(f"--- threads of holdfast-{role}\n{self.threads(role)}")
        return "\n".join([*parts, self.everything_said()])

    def threads(self, role):
        """Where each thread of a daemon stands; needs gdb."""
        if not self.is_running(role):
            return "not running"
        if not shutil.which("gdb"):
            return "no gdb to look with"
        shown = subprocess.run(["gdb", "-batch", "-p", str(self.pid(role)), "-ex", "thread apply all bt -frame-info short-location"],
                               capture_output=True, text=True, errors="replace", timeout=120).stdout
        threads = []
        for block in re.split(r"^(?=Thread \d+ )", shown, flags=re.MULTILINE)[1:]:
            # Only our own functions, without what they were instantiated for.
            ours = re.findall(r"(holdfast::[\w:~]+)[^ (<]* ?\(", block)
            threads.append(f"{block.split(None, 2)[1]}: {' < '.join(dict.fromkeys(ours))}")
        return "\n".join(threads)

    def everything_said(self):
        """All logs, for the message of a failed test."""
        parts = []
        for path in sorted(self.work.glob("*/*.log")):
            parts.append(f"--- {path.relative_to(self.work)}\n{path.read_text(errors='replace')[-4000:]}")
        return "\n".join(parts)


def listens(port):
    entry = f"0100007F:{port:04X}"
    with open("/proc/net/tcp") as table:
        return any(fields[1] == entry and fields[3] == "0A" for fields in (line.split() for line in table))
