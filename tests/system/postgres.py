# SPDX-License-Identifier: AGPL-3.0-or-later
"""A PostgreSQL server of its own in a temporary folder, reached through a socket there; as root it runs as nobody."""
import csv
import io
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

import pytest

from tls_peer import self_signed

ADMINISTRATOR = "holdfast_test"
ROLE = "director"
DATABASE = "catalog"
PATIENCE = 3  # seconds for which a Director waits for the server
SETTINGS = ("listen_addresses=", "fsync=off", "shared_buffers=32MB", "max_connections=60")


def programs():
    """Where the newest server's programs lie; None where PostgreSQL is not installed."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return found[-1].parent if found else None


def identity():
    """Options of subprocess for a user the server accepts."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def literal(value):
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def value(text):
    return int(text) if text.lstrip("-").isdigit() else text


class Server:
    def __init__(self):
        # Not in pytest's folder: the name of a socket is at most 107 bytes long.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-postgres-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody")
        self.settings = list(SETTINGS)
        self.port = 5432  # names the socket, too
        self.run("initdb", "--pgdata=data", "--no-sync", "--auth=trust", "--locale=C", f"--username={ADMINISTRATOR}")
        self.process = None
        self.start()

    def run(self, name, *arguments):
        done = subprocess.run([programs() / name, *arguments], cwd=self.folder, capture_output=True, text=True, **identity())
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self):
        settings = [word for setting in self.settings for word in ("-c", setting)]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([programs() / "postgres", "-D", "data", "-k", self.folder, "-p", str(self.port), *settings],
                                            cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **identity())
        deadline = time.monotonic() + 60
        while subprocess.run([programs() / "pg_isready", "-q", *self.address()]).returncode != 0:
            assert self.process.poll() is None and time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.05)

    def address(self):
        """Options of PostgreSQL's programs."""
        return ["-h", self.folder, "-p", str(self.port)]

    def stop(self, how=signal.SIGINT):
        """SIGINT cuts all connections, SIGQUIT is like a crash."""
        self.process.send_signal(how)
        self.process.wait(60)

    def listen_with_tls(self, port):
        """On 127.0.0.1, from the next start on. The certificate, which is its own authority."""
        certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        self_signed(certificate, key)
        if os.geteuid() == 0:
            shutil.chown(key, "nobody")
        self.port = port
        self.settings += ["listen_addresses=127.0.0.1", "ssl=on", f"ssl_cert_file={certificate}",
                          f"ssl_key_file={key}"]
        return certificate

    def freeze(self):
        """New connections are taken by the operating system, and nobody answers them, until thaw()."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def remove(self):
        self.thaw()
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    def forget(self):
        """Drops the catalog, if there is one."""
        subprocess.run([programs() / "dropdb", *self.address(), "-U", ADMINISTRATOR, "--if-exists", "--force", DATABASE],
                       check=True, capture_output=True)

    def directives(self):
        """Of a Catalog resource."""
        return (f'DB Address = "{self.folder}"\n  DB Name = {DATABASE}\n  DB User = {ROLE}\n  DB Password = "secret"\n'
                f"  DB Patience = {PATIENCE}")

    def administrator(self):
        """The environment in which --setup-catalog may create things."""
        return {**os.environ, "PGUSER": ADMINISTRATOR}

    def query(self, sql, *parameters):
        """With ? for the parameters, as for SQLite."""
        for parameter in parameters:
            sql = sql.replace("?", literal(parameter), 1)
        done = subprocess.run([programs() / "psql", "-X", "-q", *self.address(), "-U", ROLE, "-d", DATABASE, "--csv", "-t",
                               "-c", sql], capture_output=True, text=True, errors="surrogateescape")
        assert done.returncode == 0, done.stderr
        return [tuple(value(field) for field in row) for row in csv.reader(io.StringIO(done.stdout))]


def for_tests():
    """The body of a fixture: a server, or the test is skipped."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed")
    running = Server()
    yield running
    running.remove()
