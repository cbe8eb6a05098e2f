# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plugins of the kinds that people use, written as they are written: of databases and directories, with everything that
`bareosfd` offers them."""
import json
import os
import re
import shutil
import subprocess
import textwrap

import pytest

from plugin_modules import plugin, python_plugin  # fixtures


def names(here, job):
    """{stored name: whether it is there} of what the job recorded."""
    rows = here.query("SELECT Path.Path || File.Name, FileIndex FROM File JOIN Path USING (PathId) WHERE JobId = ?", job)
    return {name: index > 0 for name, index in rows}


def good(here, job):
    assert job.status == "T" and job.errors == 0, here.job_log(job.id)
    return job


# The dump of a database, through a pipe

DUMP = """
    #!/usr/bin/env python3
    import os
    import shlex
    from subprocess import PIPE, Popen

    from bareosfd import *
    from bareosfd import DebugMessage, JobMessage, StatPacket
    from BareosFdWrapper import *
    import BareosFdPluginBaseclass


    class Dump(BareosFdPluginBaseclass.BareosFdPluginBaseclass):
        def __init__(self, plugindef):
            DebugMessage(100, "Constructor called in module %s\\n" % __name__)
            super().__init__(plugindef)
            self.file_to_backup = "stream.sql"
            self.subprocess_returnCode = 0

        def parse_plugin_definition(self, plugindef):
            super().parse_plugin_definition(plugindef)
            self.dumpcommand = self.options.get("dumpcommand", "false")
            self.loadcommand = self.options.get("loadcommand", "false")
            return bRC_OK

        def start_backup_file(self, savepkt):
            statp = StatPacket()
            savepkt.statp = statp
            savepkt.fname = "/_dumps/" + self.file_to_backup
            savepkt.type = FT_REG
            JobMessage(M_INFO, "Starting backup of " + savepkt.fname + "\\n")
            return bRC_OK

        def create_file(self, restorepkt):
            self.FNAME = restorepkt.ofname
            restorepkt.create_status = CF_EXTRACT
            return bRC_OK

        def set_file_attributes(self, restorepkt):
            return bRC_OK

        def plugin_io(self, IOP):
            if IOP.func == IO_OPEN:
                if IOP.flags & (os.O_CREAT | os.O_WRONLY):
                    self.stream = Popen(shlex.split(self.loadcommand), stdin=PIPE)
                else:
                    self.stream = Popen(self.dumpcommand, shell=True, stdout=PIPE, stderr=PIPE, executable="/bin/bash")
                return bRC_OK
            if IOP.func == IO_CLOSE:
                if self.stream.stdin:
                    self.stream.stdin.close()
                self.subprocess_returnCode = self.stream.wait()
                return bRC_OK
            if IOP.func == IO_READ:
                IOP.buf = bytearray(IOP.count)
                IOP.status = self.stream.stdout.readinto(IOP.buf)
                IOP.io_errno = 0
                return bRC_OK
            if IOP.func == IO_WRITE:
                self.stream.stdin.write(IOP.buf)
                IOP.status = IOP.count
                IOP.io_errno = 0
                return bRC_OK
            return bRC_Error

        def end_backup_file(self):
            if self.subprocess_returnCode == 0:
                return bRC_OK
            JobMessage(M_FATAL, "dump command returned non-zero value: %d, message: %s\\n" % (
                self.subprocess_returnCode, self.stream.stderr.read().decode()))
            return bRC_Error


    def load_bareos_plugin(plugindef):
        import BareosFdWrapper
        BareosFdWrapper.bareos_fd_plugin_object = Dump(plugindef)
        return bRC_OK
"""


def test_a_dump_goes_through_a_pipe_and_back(python_plugin, tmp_path):
    loaded = tmp_path / "loaded.sql"
    here = python_plugin(DUMP, f":dumpcommand=seq 1 200000 | sed s/^/INSERT/:loadcommand=dd of={loaded} status=none")
    saved = good(here, here.backup())
    assert "Starting backup of /_dumps/stream.sql" in here.job_log(saved.id)
    good(here, here.restore(saved.id))
    assert loaded.read_text() == "".join(f"INSERT{i}\n" for i in range(1, 200_001))


def test_a_dump_that_fails_fails_its_job_with_what_the_program_said(python_plugin):
    here = python_plugin(DUMP, ":dumpcommand=echo half; echo no such database >&2; exit 4")
    saved = here.backup()
    log = here.job_log(saved.id)
    assert saved.status in "fE", log
    assert "non-zero value: 4" in log and "no such database" in log


# A directory of a network: entries as virtual files

DIRECTORY = """
    import io
    import json
    import os

    from bareosfd import *
    from BareosFdWrapper import *
    from BareosFdPluginBaseclass import *


    @BareosPlugin
    class Directory(BareosFdPluginBaseclass):
        '''Every entry of a server (here a file of JSON) is a folder of that name, with its text as data.ldif in it.'''

        def __init__(self, plugindef):
            super().__init__(plugindef, ["uri"])
            self.file = None

        def start_backup_job(self):
            with open(self.options["uri"]) as server:
                self.entries = sorted(json.load(server).items())
            self.todo = []
            return self.advance()

        def advance(self):
            if not self.todo and self.entries:
                name, entry = self.entries.pop()
                folder = "@LDAP/" + name
                self.todo = [(folder + "/data.ldif", entry), (folder + "/", None)]
            return bRC_OK

        def start_backup_file(self, savepkt):
            if not self.todo:
                return bRC_Skip
            name, self.entry = self.todo.pop(0)
            statp = StatPacket(st_mtime=1700000000, st_ctime=1700000000)
            if self.entry is None:
                statp.st_mode = 0o750 | 0o040000
                savepkt.type = FT_DIREND
                savepkt.no_read = True
                savepkt.link = name
            else:
                self.ldif = io.BytesIO(self.entry.encode())
                statp.st_mode = 0o600 | 0o100000
                statp.st_size = len(self.entry.encode())
                savepkt.type = FT_REG
            savepkt.statp = statp
            savepkt.fname = name
            return bRC_OK

        def end_backup_file(self):
            self.advance()
            return bRC_More if self.todo else bRC_OK

        def get_xattr(self, xattr):
            if self.entry is None or getattr(self, "told", None) == xattr.fname:
                return bRC_OK
            self.told = xattr.fname
            xattr.name, xattr.value = bytearray(b"user.schema"), bytearray(b"core\\0")
            return bRC_More

        def get_acl(self, acl):
            if self.entry is not None:
                acl.content = bytearray(b"user::rw-\\nuser:1234:r--\\ngroup::---\\nmask::r--\\nother::---\\n")
            return bRC_OK

        def create_file(self, restorepkt):
            self.name = restorepkt.ofname
            restorepkt.create_status = CF_CREATED if restorepkt.type == FT_DIREND else CF_EXTRACT
            return bRC_OK

        def set_acl(self, acl):
            JobMessage(M_INFO, f"acl of {acl.fname}: {bytes(acl.content).decode().split()}")
            return bRC_OK

        def set_xattr(self, xattr):
            JobMessage(M_INFO, f"xattr of {xattr.fname}: {bytes(xattr.name)} {bytes(xattr.value)}")
            return bRC_OK

        def set_file_attributes(self, restorepkt):
            JobMessage(M_INFO, f"attributes {restorepkt.ofname} {restorepkt.statp.st_mode:o} {restorepkt.statp.st_mtime}")
            return bRC_OK

        def plugin_io(self, IOP):
            if IOP.func == IO_OPEN:
                self.written = io.BytesIO()
                self.is_writing = bool(IOP.flags & os.O_WRONLY)
            elif IOP.func == IO_READ:
                IOP.buf = bytearray(self.ldif.read(IOP.count))
                IOP.status = len(IOP.buf)
            elif IOP.func == IO_WRITE:
                IOP.status = self.written.write(IOP.buf)
            elif IOP.func == IO_CLOSE and self.is_writing:
                try:
                    with open(self.options["target"]) as server:
                        entries = json.load(server)
                except FileNotFoundError:
                    entries = {}
                entries[self.name.split("@LDAP/")[1].rpartition("/")[0]] = self.written.getvalue().decode()
                with open(self.options["target"], "w") as server:
                    json.dump(entries, server)
            return bRC_OK
"""


def test_entries_of_a_directory_are_saved_as_virtual_files_and_go_back(python_plugin, tmp_path):
    server, target = tmp_path / "server.json", tmp_path / "target.json"
    server.write_text('{"dc=org": "dn: dc=org\\n", "dc=org/cn=Ann": "dn: cn=Ann\\nmail: a@b\\n", "dc=org/cn=Bob": ""}')
    here = python_plugin(DIRECTORY, f":uri={server}", options="ACL Support = yes\n      XATTR Support = yes")
    saved = good(here, here.backup())
    assert {"@LDAP/dc=org/", "@LDAP/dc=org/data.ldif", "@LDAP/dc=org/cn=Ann/data.ldif"} <= names(here, saved.id).keys()
    restored = here.restore(saved.id, f'pluginoptions="python3:module_name=the_plugin:target={target}"')
    good(here, restored)
    assert json.loads(target.read_text()) == json.loads(server.read_text())
    log = here.job_log(restored.id)
    assert "/@LDAP/dc=org/cn=Ann/data.ldif: b'user.schema' b'core\\x00'" in log, log
    assert re.search(r"acl of .*cn=Ann/data.ldif: \[.*'user:1234:r--'", log), log
    assert re.search(r"attributes .*@LDAP/dc=org/cn=Ann/? 40750 1700000000", log), log


# A database server: its files while it works, and then only its log

SERVER = """
    import json
    import os
    import time

    import bareosfd
    from bareosfd import *
    from BareosFdWrapper import *
    from BareosFdPluginLocalFilesBaseclass import BareosFdPluginLocalFilesBaseclass


    @BareosPlugin
    class Server(BareosFdPluginLocalFilesBaseclass):
        '''A Full saves the data folder between start and stop of a backup, and the log; an Incremental what the log has since
        then. What the last backup saw goes along as a restore object.'''

        def __init__(self, plugindef):
            super().__init__(plugindef, ["data", "log"])
            self.last = 0

        def check_options(self, mandatory_options=None):
            result = super().check_options(mandatory_options)
            if result != bRC_OK:
                return result
            for name in ("data", "log"):
                if not os.path.isdir(self.options[name]):
                    JobMessage(M_FATAL, "%s is no folder\\n" % self.options[name])
                    return bRC_Error
            return bRC_OK

        def start_backup_job(self):
            if chr(self.level) == "F":
                for folder, _, names in os.walk(self.options["data"]):
                    self.files_to_backup += [os.path.join(folder, name) for name in names]
                    self.files_to_backup.append(folder + "/")
            self.files_to_backup += sorted(os.path.join(self.options["log"], name)
                                           for name in os.listdir(self.options["log"]) if int(name) > self.last)
            self.last = max(map(int, os.listdir(self.options["log"])))
            self.files_to_backup.append("ROP")
            return bRC_OK

        def start_backup_file(self, savepkt):
            if self.files_to_backup and self.files_to_backup[-1] == "ROP":
                self.files_to_backup.pop()
                savepkt.statp = StatPacket()
                savepkt.fname = "/_bareos_postgres_plugin/metadata"
                savepkt.type = FT_RESTORE_FIRST
                savepkt.object_name = savepkt.fname
                savepkt.object = bytearray(json.dumps({"last": self.last}).encode())
                savepkt.object_len = len(savepkt.object)
                savepkt.object_index = int(time.time())
                return bRC_OK
            return super().start_backup_file(savepkt)

        def restore_object_data(self, ROP):
            self.last = max(self.last, json.loads(bytes(ROP.object).decode())["last"])
            JobMessage(M_INFO, "last is %d\\n" % self.last)
            return bRC_OK
"""


def test_a_server_is_saved_whole_and_then_by_its_log(python_plugin, tmp_path):
    data, log = tmp_path / "data", tmp_path / "log"
    (data / "base").mkdir(parents=True)
    log.mkdir()
    (data / "base/table").write_bytes(os.urandom(300_000))
    (log / "001").write_text("one")
    here = python_plugin(SERVER, f":data={data}:log={log}")
    full = good(here, here.backup())
    wanted = {f"{data}/base/table", f"{data}/base/", f"{data}/", f"{log}/001"}
    assert wanted <= names(here, full.id).keys()
    (log / "002").write_text("two")
    first = good(here, here.backup("Incremental"))
    assert "last is 1" in here.job_log(first.id)
    assert {name for name in names(here, first.id) if name.startswith(str(tmp_path)) and "source" not in name} == {f"{log}/002"}
    (log / "003").write_text("three")
    second = good(here, here.backup("Incremental"))
    assert "last is 2" in here.job_log(second.id)
    output = here.console("restore client=test-fd fileset=Tree current restorejob=restore all done yes")
    restored = good(here, here.wait_for(int(re.search(r"Job queued\. JobId=(\d+)", output)[1])))
    assert "last is 3" in here.job_log(restored.id)
    for path in (data / "base/table", log / "001", log / "002", log / "003"):
        assert (here.work / "restored" / path.relative_to("/")).read_bytes() == path.read_bytes()


# What a plugin may tell and ask

START = """
    import os
    import bareosfd
    from bareosfd import *
    from BareosFdWrapper import *
    from BareosFdPluginBaseclass import BareosFdPluginBaseclass

    @BareosPlugin
    class Plugin(BareosFdPluginBaseclass):
"""


def test_a_plugin_adds_to_the_file_set(python_plugin, tmp_path):
    for name in ("own/kept", "own/left.tmp", "more/kept", "more/left.log", "more/deep/left", "first/kept"):
        (tmp_path / "x" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "x" / name).write_text(name)
    here = python_plugin(START + f"""
        def start_backup_job(self):
            results = [AddInclude("{tmp_path}/x/own"), AddExclude("*.tmp"), NewInclude(), NewOptions(), AddOptions("e"),
                       AddWild("*.log", ord("F")), AddRegex("/deep$", "D"), NewOptions(), AddOptions("MA"),
                       AddInclude("{tmp_path}/x/more"), NewPreInclude(), AddInclude("{tmp_path}/x/first")]
            assert set(results) == {{bRC_OK}}, results
            return bRC_OK

        def start_backup_file(self, savepkt):
            assert AddInclude("/too/late") == bRC_Error
            return bRC_Skip
""")
    saved = here.backup()
    assert saved.status in "TW", here.job_log(saved.id)
    assert "AddInclude: a FileSet can be changed before its backup starts" in here.job_log(saved.id)
    below = {name.removeprefix(f"{tmp_path}/x/") for name in names(here, saved.id) if name.startswith(f"{tmp_path}/x/")}
    assert below == {"own/", "own/kept", "more/", "more/kept", "first/", "first/kept"}


def test_a_plugin_that_adds_nonsense_fails_its_job(python_plugin):
    here = python_plugin(START + """
        def start_backup_job(self):
            AddRegex("(", " ")
            return bRC_OK
""")
    saved = here.backup()
    assert saved.status == "f" and "(" in here.job_log(saved.id), here.job_log(saved.id)
    assert here.is_running("fd")


def test_a_plugin_hears_of_the_job_in_order(python_plugin):
    here = python_plugin(START + """
        def __init__(self, plugindef):
            super().__init__(plugindef)
            RegisterEvents([bEventLevel, bEventSince, bEventRestoreObject, bEventPluginCommand])
            UnRegisterEvents([bEventSince])

        def handle_plugin_event(self, event):
            names = {number: name for name, number in bareosfd.bEventType.items()}
            JobMessage(M_INFO, f"heard {names[event]}")
            return super().handle_plugin_event(event)
""")
    saved = good(here, here.backup())
    heard = re.findall(r"heard bEvent(\w+)", here.job_log(saved.id))
    assert heard == ["JobStart", "PluginCommand", "Level", "EndFileSet", "StartBackupJob", "BackupCommand", "EndBackupJob", "JobEnd"]


def test_a_plugin_knows_of_its_job(python_plugin):
    here = python_plugin(START + """
        def start_backup_job(self):
            names = {number: name for name, number in bareosfd.bVariable.items()}
            for number, name in names.items():
                JobMessage(M_INFO, f"{name}={GetValue(number)!r}.")
            return bRC_OK
""")
    saved = good(here, here.backup())
    log = here.job_log(saved.id)
    for told in (f"bVarJobId={saved.id}.", "bVarFDName='test-fd'.", "bVarLevel='F'.", "bVarClient='test-fd'.", f"bVarJobName='{saved.name}'.",
                 "bVarAccurate=0.", f"bVarWorkingDir='{here.work}/fd'.", "bVarVersion='25.1.0'.", "bVarSinceTime=0."):
        assert told in log, log
    assert re.search(r"bVarExePath='[^']*/bin'", log), log


DELTAS = START + """
        names = ["/delta/data", "/delta/same"]

        def start_backup_file(self, savepkt):
            self.name = savepkt.fname = self.names.pop()
            savepkt.type = FT_REG
            savepkt.statp = StatPacket(st_mtime=1700000000 + (self.jobId if self.name == "/delta/data" else 0),
                                       st_ctime=1700000000 + (self.jobId if self.name == "/delta/data" else 0), st_size=5)
            if CheckChanges(savepkt) == bRC_Seen:
                JobMessage(M_INFO, f"{savepkt.fname} is as it was, delta {savepkt.delta_seq}, found {savepkt.accurate_found}")
                return bRC_Skip
            if savepkt.accurate_found:
                savepkt.delta_seq += 1
            return bRC_OK

        def end_backup_file(self):
            return bRC_More if self.names else bRC_OK

        def create_file(self, restorepkt):
            os.makedirs(os.path.dirname(restorepkt.ofname), exist_ok=True)
            restorepkt.create_status = CF_EXTRACT
            return bRC_OK

        def set_file_attributes(self, restorepkt):
            return bRC_OK

        def plugin_io(self, IOP):
            if IOP.func == IO_OPEN:
                self.left = b"job %d\\n" % self.jobId
                self.out = open(IOP.fname, "ab") if IOP.flags & os.O_WRONLY else None
            elif IOP.func == IO_READ:
                IOP.buf, self.left = bytearray(self.left), b""
                IOP.status = len(IOP.buf)
            elif IOP.func == IO_WRITE:
                IOP.status = self.out.write(IOP.buf)
            elif IOP.func == IO_CLOSE and self.out:
                self.out.close()
            return bRC_OK
"""


def test_deltas_that_a_plugin_makes_are_restored_one_after_the_other(python_plugin):
    here = python_plugin(DELTAS)
    jobs = [good(here, here.backup())] + [good(here, here.backup("Incremental", "accurate=yes")) for _ in range(2)]
    rows = here.query("SELECT JobId, Name, DeltaSeq FROM File JOIN Path USING (PathId) WHERE Path = '/delta/' ORDER BY JobId, Name")
    assert rows == [(1, "data", 0), (1, "same", 0), (2, "data", 1), (3, "data", 2)], here.job_log(jobs[1].id)
    assert "/delta/same is as it was, delta 0, found True" in here.job_log(2)
    output = here.console("restore client=test-fd fileset=Tree current restorejob=restore all done yes")
    restored = here.wait_for(int(re.search(r"Job queued\. JobId=(\d+)", output)[1]))
    assert restored.status == "T", here.job_log(restored.id)
    assert (here.work / "restored/delta/data").read_text() == "job 1\njob 2\njob 3\n"
    assert (here.work / "restored/delta/same").read_text() == "job 1\n"


def test_a_plugin_says_what_counts_as_deleted(python_plugin):
    here = python_plugin(START + """
        names = ["cleared", "checked", "gone", "seen"]

        def start_backup_job(self):
            if self.level == L_INCREMENTAL:
                SetSeenBitmap(True, "")
                ClearSeenBitmap(True, "")
                SetSeenBitmap(False, "/plugin/seen")
                SetSeenBitmap(False, "/plugin/cleared")
                ClearSeenBitmap(False, "/plugin/cleared")
            return bRC_OK

        def start_backup_file(self, savepkt):
            if self.level == L_INCREMENTAL:
                return bRC_Skip
            savepkt.fname, savepkt.type, savepkt.no_read = "/plugin/" + self.names.pop(), FT_REG, True
            return bRC_OK

        def end_backup_file(self):
            return bRC_More if self.names and self.level == L_FULL else bRC_OK

        def check_file(self, fname):
            return bRC_Seen if fname == "/plugin/checked" else bRC_OK
""")
    good(here, here.backup())
    incremental = good(here, here.backup("Incremental", "accurate=yes"))
    assert names(here, incremental.id) == {"/plugin/gone": False, "/plugin/cleared": False}


def test_a_plugin_asks_whether_the_file_set_wants_a_file(python_plugin):
    here = python_plugin(START + """
        names = ["/plugin/a.txt", "/plugin/b.tmp"]

        def start_backup_file(self, savepkt):
            savepkt.fname, savepkt.type, savepkt.no_read = self.names.pop(), FT_REG, True
            savepkt.statp = StatPacket()
            return AcceptFile(savepkt)

        def end_backup_file(self):
            return bRC_More if self.names else bRC_OK
""", options='Wild File = "*.tmp"\n      Exclude = yes\n    }\n    Options {\n      Signature = XXH128')
    saved = good(here, here.backup())
    assert {name for name in names(here, saved.id) if name.startswith("/plugin")} == {"/plugin/a.txt"}


def test_a_verify_job_says_that_it_asks_no_plugins(python_plugin):
    here = python_plugin(DUMP, ":dumpcommand=echo hi",
                         more="Job { Name = verify; JobDefs = Defaults; Type = Verify; Level = DiskToCatalog; Verify Job = backup }")
    good(here, here.backup())
    output = here.console("run job=verify level=DiskToCatalog yes")
    verified = here.wait_for(int(re.search(r"Job queued\. JobId=(\d+)", output)[1]))
    log = here.job_log(verified.id)
    assert "What plugins saved is not compared" in log and verified.status == "D", log
    volume = here.console("run job=verify level=VolumeToCatalog yes")
    verified = here.wait_for(int(re.search(r"Job queued\. JobId=(\d+)", volume)[1]))
    assert verified.status == "T", here.job_log(verified.id)


def test_the_status_of_a_client_names_its_plugins(python_plugin):
    here = python_plugin(DUMP)
    said = here.console("status client=test-fd")
    assert "Plugin Info:\n bpipe: output and input of programs; built in\n python3: modules of " in said, said


def test_an_installed_client_finds_its_modules(python_plugin, programs, tmp_path):
    if not shutil.which("cmake") or not (programs.parent / "cmake_install.cmake").exists():
        pytest.skip("nothing to install from")
    subprocess.run(["cmake", "--install", programs.parent, "--prefix", tmp_path / "usr", "--component", "holdfast-fd"], check=True,
                   stdout=subprocess.DEVNULL)
    installed = tmp_path / "usr/sbin/holdfast-fd"
    assert os.readlink(installed.with_name("bareos-fd")) == "holdfast-fd"
    here = python_plugin(DUMP, ":dumpcommand=echo hi", start=False)
    here.start("dir", "sd")
    here.programs = installed.parent
    here.start("fd")
    here.programs = programs
    saved = good(here, here.backup())
    assert "/_dumps/stream.sql" in names(here, saved.id)


# Plugins of Options blocks

OPTION = START + """
        def handle_backup_file(self, savepkt):
            if savepkt.fname.endswith("skipped"):
                return bRC_Skip
            if not savepkt.fname.endswith(".txt"):
                return bRC_Core
            JobMessage(M_INFO, f"handling {savepkt.fname} type {savepkt.type} size {savepkt.statp.st_size}")
            return bRC_OK

        def plugin_io_read(self, IOP):
            super().plugin_io_read(IOP) if IOP.status != iostat_do_in_core else None
            IOP.buf = bytearray(bytes(IOP.buf[:IOP.status]).upper())
            return bRC_OK

        def plugin_io_open(self, IOP):
            result = super().plugin_io_open(IOP)
            IOP.status = iostat_do_in_plugin
            return result
"""


def test_a_plugin_of_an_options_block_takes_skips_or_leaves_files(install, tmp_path):
    modules, source = tmp_path / "modules", tmp_path / "tree"
    for folder in (modules, source / "deep"):
        folder.mkdir(parents=True)
    (modules / "option.py").write_text(textwrap.dedent(OPTION))
    (source / "deep/loud.txt").write_text("hello")
    (source / "plain").write_text("hello")
    (source / "skipped").write_text("hello")
    (source / "link.txt").symlink_to("plain")
    here = install(source=source, options='Plugin = "python3:module_name=option"', client_own=f'Plugin Directory = "{modules}"')
    saved = good(here, here.backup())
    log = here.job_log(saved.id)
    assert f"handling {source}/deep/loud.txt type 3 size 5" in log, log
    assert names(here, saved.id).keys() == {f"{source}/{name}" for name in ("", "deep/", "deep/loud.txt", "plain", "link.txt")}
    good(here, here.restore(saved.id))
    assert (here.restored / "deep/loud.txt").read_text() == "HELLO"
    assert (here.restored / "plain").read_text() == "hello"
    assert os.readlink(here.restored / "link.txt") == "plain"


def test_a_plugin_of_an_options_block_asks_about_the_include_of_its_file(install, tmp_path):
    modules, first, second = tmp_path / "modules", tmp_path / "first", tmp_path / "second"
    for folder in (modules, first, second):
        folder.mkdir()
    (modules / "asking.py").write_text(textwrap.dedent(START + """
        def handle_backup_file(self, savepkt):
            wanted = SavePacket(fname="/x.tmp", type=FT_REG, statp=StatPacket())
            JobMessage(M_INFO, f"{os.path.basename(savepkt.fname)} wants it: {AcceptFile(wanted) == bRC_OK}")
            return bRC_Core
"""))
    (first / "in_first").write_text("1")
    (second / "in_second").write_text("2")
    plugin = 'Plugin = "python3:module_name=asking"'
    here = install(source=second, client_own=f'Plugin Directory = "{modules}"', options=f"""
        Wild File = "*.tmp"; Exclude = yes }} Options {{ {plugin} }} File = "{first}" }}
      Include {{ Options {{ {plugin}""")
    log = here.job_log(good(here, here.backup()).id)
    assert "in_first wants it: False" in log and "in_second wants it: True" in log, log


def test_a_plugin_of_an_options_block_that_is_not_there_fails_the_job(install, small_tree):
    here = install(source=small_tree, options='Plugin = "python3:module_name=option"')
    saved = here.backup()
    assert saved.status == "f"
    assert 'The plugin "python3:module_name=option" of an Options block cannot be used' in here.job_log(saved.id)
