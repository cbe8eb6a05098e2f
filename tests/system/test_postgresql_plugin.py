# SPDX-License-Identifier: AGPL-3.0-or-later
"""A PostgreSQL server, saved while it works by a Python plugin as users write them, and restored to one that runs."""
import os
import pwd
import shutil
import subprocess
import textwrap

import pytest

import postgres

PLUGIN = """
    import os
    import subprocess
    import bareosfd
    from bareosfd import *
    from BareosFdWrapper import *
    from BareosFdPluginBaseclass import BareosFdPluginBaseclass

    @BareosPlugin
    class PostgreSql(BareosFdPluginBaseclass):
        '''A base backup with its log, as one tar file, and a restore object that says what server it is of.'''

        def __init__(self, plugindef):
            super().__init__(plugindef, ["programs", "socket"])
            self.left = [self.offer_version, self.offer_cluster]

        def run(self, *words, **more):
            return subprocess.Popen([os.path.join(self.options["programs"], words[0]), *words[1:]], **more)

        # Backup

        def start_backup_file(self, savepkt):
            self.left.pop(0)(savepkt)
            return bRC_OK

        def end_backup_file(self):
            return bRC_More if self.left else bRC_OK

        def offer_version(self, savepkt):
            server = self.run("psql", "-h", self.options["socket"], "-U", "holdfast_test", "-d", "postgres", "-Atc",
                              "SHOW server_version", stdout=subprocess.PIPE)
            savepkt.type, savepkt.fname = FT_RESTORE_FIRST, "/POSTGRESQL/version"
            savepkt.object_name = "version"
            savepkt.object = bytearray(server.communicate()[0])
            savepkt.object_len = len(savepkt.object)

        def offer_cluster(self, savepkt):
            savepkt.type, savepkt.fname, savepkt.statp = FT_REG, "/POSTGRESQL/cluster.tar", StatPacket()

        # Restore

        def restore_object_data(self, ROP):
            JobMessage(M_INFO, f"the backup is of a server {bytes(ROP.object).decode()}")
            return bRC_OK

        def create_file(self, restorepkt):
            os.makedirs(self.options["target"], mode=0o700, exist_ok=True)
            restorepkt.create_status = CF_EXTRACT
            return bRC_OK

        def set_file_attributes(self, restorepkt):
            return bRC_OK

        # Data

        def plugin_io(self, IOP):
            if IOP.func == IO_OPEN:
                if IOP.flags & os.O_WRONLY:
                    self.process = subprocess.Popen(["tar", "-x", "-C", self.options["target"]], stdin=subprocess.PIPE)
                else:
                    self.process = self.run("pg_basebackup", "-h", self.options["socket"], "-U", "holdfast_test", "-D", "-",
                                            "-F", "tar", "-X", "fetch", "-c", "fast", stdout=subprocess.PIPE)
            elif IOP.func == IO_READ:
                IOP.buf = self.process.stdout.read(IOP.count)
                IOP.status = len(IOP.buf)
            elif IOP.func == IO_WRITE:
                self.process.stdin.write(IOP.buf)
                IOP.status = IOP.count
            elif IOP.func == IO_CLOSE:
                if self.process.stdin:
                    self.process.stdin.close()
                if self.process.wait() != 0:
                    JobMessage(M_ERROR, f"{self.process.args[0]} failed with {self.process.returncode}")
                    return bRC_Error
            return bRC_OK
"""


@pytest.fixture
def server():
    yield from postgres.for_tests()


@pytest.fixture
def other_server():
    yield from postgres.for_tests()


def ask(server, sql):
    """As the administrator, in the database every server has."""
    done = subprocess.run([postgres.programs() / "psql", "-X", "-q", *server.address(), "-U", postgres.ADMINISTRATOR, "-d",
                           "postgres", "-At", "-c", sql], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_server_is_saved_while_it_works_and_restored_to_one_that_runs(server, other_server, install, small_tree, tmp_path):
    ask(server, "CREATE TABLE things (id int PRIMARY KEY, what text)")
    ask(server, "INSERT INTO things SELECT i, md5(i::text) FROM generate_series(1, 20000) AS i")
    wanted = ask(server, "SELECT count(*), md5(string_agg(id || what, ',' ORDER BY id)) FROM things")
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "postgresql_for_test.py").write_text(textwrap.dedent(PLUGIN))
    command = f"python3:module_name=postgresql_for_test:programs={postgres.programs()}:socket={server.folder}"
    here = install(source=small_tree, files=f'Plugin = "{command}"', client_own=f'Plugin Directory = "{modules}"',
                   options="Compression = LZ4")

    saved = here.backup()
    log = here.job_log(saved.id)
    assert saved.status == "T" and saved.errors == 0, log
    ask(server, "DROP TABLE things")

    target = other_server.folder / "data"
    other_server.stop()
    shutil.rmtree(target)
    restored = here.restore(saved.id, f'pluginoptions="python3:module_name=postgresql_for_test:target={target}"')
    log = here.job_log(restored.id)
    assert restored.status == "T" and restored.errors == 0, log
    assert "the backup is of a server 1" in log
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        for folder, folders, files in os.walk(target):
            for name in [folder, *(os.path.join(folder, each) for each in folders + files)]:
                os.lchown(name, nobody.pw_uid, nobody.pw_gid)
    other_server.start()
    assert ask(other_server, "SELECT count(*), md5(string_agg(id || what, ',' ORDER BY id)) FROM things") == wanted
