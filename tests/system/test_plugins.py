# SPDX-License-Identifier: AGPL-3.0-or-later
"""Objects of plugins: saved and restored by real daemons."""
import os
import re

import pytest

import exactness
import trees
import waiting
from plugin_modules import plugin, python_plugin  # fixtures


def test_bpipe_saves_what_a_program_writes_and_gives_it_to_another(plugin, tmp_path):
    origin, copy = tmp_path / "origin", tmp_path / "copy"
    origin.write_bytes(bytes(range(256)) * 20_000)
    here = plugin(f'bpipe:file=/PIPE/origin:reader=cat {origin}:writer=sh -c "cat > {copy}"', options="Compression = LZ4")
    saved = here.backup()
    assert saved.status == "T" and saved.errors == 0, here.job_log(saved.id)
    names = [name for name, in here.query("SELECT Path.Path || File.Name FROM File JOIN Path USING (PathId) WHERE JobId = ?", saved.id)]
    assert "/PIPE/origin" in names
    restored = here.restore(saved.id)
    assert restored.status == "T" and restored.errors == 0, here.job_log(restored.id)
    assert copy.read_bytes() == origin.read_bytes()
    assert not (here.work / "restored/PIPE").exists()


@pytest.mark.parametrize("options", ["", "Compression = GZIP1"])
def test_what_plugins_save_is_encrypted_and_signed_like_files(plugin, tmp_path, options):
    pair = exactness.key_pair(tmp_path)
    origin, copy = tmp_path / "origin", tmp_path / "copy"
    origin.write_bytes(b"no secret any more " * 100_000)
    here = plugin(f'bpipe:file=/PIPE/x:reader=cat {origin}:writer=dd of={copy} status=none', options=options,
                  client_own=f'PKI Encryption = yes\n  PKI Signatures = yes\n  PKI Key Pair = "{pair}"')
    saved = here.backup()
    assert saved.status == "T" and saved.errors == 0, here.job_log(saved.id)
    volume = b"".join(path.read_bytes() for path in here.volumes.iterdir())
    assert b"no secret any more" not in volume
    restored = here.restore(saved.id)
    assert restored.status == "T" and restored.errors == 0, here.job_log(restored.id)
    assert copy.read_bytes() == origin.read_bytes()


def test_a_reader_that_fails_is_told_with_its_exit_code(plugin):
    here = plugin('bpipe:file=/PIPE/x:reader=sh -c "echo half; echo cannot >&2; exit 9":writer=cat')
    saved = here.backup()
    log = here.job_log(saved.id)
    assert saved.errors > 0 and saved.status == "W", log
    assert "Child exited with code 9" in log and "bpipe: cannot" in log


def test_options_of_the_restore_name_another_writer(plugin, tmp_path):
    copy = tmp_path / "copy"
    here = plugin("bpipe:file=/PIPE/x:reader=echo hi:writer=/no/such/program")
    saved = here.backup()
    failed = here.restore(saved.id)
    assert failed.errors > 0
    assert "/no/such/program could not be started: No such file or directory" in here.job_log(failed.id)
    done = here.restore(saved.id, f'pluginoptions="bpipe:writer=dd of={copy} status=none"')
    assert done.errors == 0, here.job_log(done.id)
    assert copy.read_text() == "hi\n"


def test_a_plugin_that_nobody_knows_fails_the_job(plugin):
    here = plugin("vmware:x")
    saved = here.backup()
    assert saved.status == "f"
    assert 'Command plugin "vmware:x" not found.' in here.job_log(saved.id)


@pytest.mark.parametrize("command", ["python3:module_name=x", "bpipe:/x:true:true"])
def test_plugins_need_a_plugin_directory(plugin, command):
    here = plugin(command, has_directory=False)
    saved = here.backup()
    assert saved.status == "f"
    assert f'Plugin Directory not defined. Cannot use plugin: "{command}"' in here.job_log(saved.id)


def test_a_volume_names_no_program_to_a_client_whose_administrator_wants_no_plugins(plugin, small_tree, tmp_path):
    ran = tmp_path / "ran"
    here = plugin(f"bpipe:file=/PIPE/x:reader=echo hi:writer=dd of={ran} status=none", client_own="Plugin Names = bpipe",
                  has_directory=False)
    saved = here.backup()
    assert saved.status == "T", here.job_log(saved.id)
    here.configure(client_own="")
    here.stop("fd")
    here.start("fd")
    restored = here.restore(saved.id)
    assert "Plugin=bpipe not found" in here.job_log(restored.id), here.job_log(restored.id)
    assert not ran.exists() and (here.work / "restored/PIPE/x").read_text() == "hi\n"


# Python

LOCAL_FILES = """
    import os
    import bareosfd
    from bareosfd import *
    from BareosFdWrapper import *
    from BareosFdPluginBaseclass import BareosFdPluginBaseclass

    @BareosPlugin
    class LocalFiles(BareosFdPluginBaseclass):
        '''The files and folders below an option, as plugins of this kind do it.'''

        def __init__(self, plugindef):
            super().__init__(plugindef, ["folder"])
            self.names = []

        def start_backup_job(self):
            for folder, _, names in os.walk(self.options["folder"]):
                self.names.append(folder + "/")
                self.names += [os.path.join(folder, name) for name in names]
            return bRC_OK

        def start_backup_file(self, savepkt):
            if not self.names:
                return bRC_Skip
            name = self.names.pop()
            found = os.lstat(name)
            statp = StatPacket()
            for field in "st_mode st_ino st_dev st_nlink st_uid st_gid st_size st_atime st_mtime st_ctime".split():
                setattr(statp, field, int(getattr(found, field)))
            savepkt.statp, savepkt.fname = statp, name
            if os.path.islink(name):
                savepkt.type, savepkt.link, savepkt.no_read = FT_LNK, os.readlink(name), True
            elif os.path.isdir(name):
                savepkt.type, savepkt.link, savepkt.no_read = FT_DIREND, name, True
            else:
                savepkt.type = FT_REG
            return bRC_OK

        def end_backup_file(self):
            return bRC_More if self.names else bRC_OK
"""

BODY = """
    import os, sys, time
    import bareosfd
    from bareosfd import *
    from BareosFdWrapper import *
    from BareosFdPluginBaseclass import BareosFdPluginBaseclass

    @BareosPlugin
    class Misbehaving(BareosFdPluginBaseclass):
        names = ["/plugin/one", "/plugin/two"]

        def start_backup_file(self, savepkt):
            savepkt.fname, savepkt.type = self.names.pop(0), FT_REG
            self.chunks = [b"data"]
            return bRC_OK

        def end_backup_file(self):
            return bRC_More if self.names else bRC_OK

        def plugin_io(self, IOP):
            if IOP.func == IO_READ:
                {misbehave}
                IOP.buf = bytearray(self.chunks.pop() if self.chunks else b"")
                IOP.status = len(IOP.buf)
            return bRC_OK
"""


def test_files_that_a_python_plugin_saves_come_back(python_plugin, tmp_path):
    source = tmp_path / "mine"
    trees.small_tree(source)
    (source / "empty").write_bytes(b"")
    (source / "large").write_bytes(os.urandom(5_000_000))
    (source / "Ümläut \udcff").write_bytes(b"odd")
    here = python_plugin(LOCAL_FILES, f":folder={source}")
    saved = here.backup()
    assert saved.status == "T" and saved.errors == 0, here.job_log(saved.id)
    restored = here.restore(saved.id)
    assert restored.status == "T" and restored.errors == 0, here.job_log(restored.id)
    wanted = trees.manifest(source)
    found = trees.manifest(here.work / "restored" / source.relative_to("/"))
    for facts in [*wanted.values(), *found.values()]:
        facts.pop("same file as", None)  # plugins save every name for itself
    wrong = trees.differences(wanted, found)
    assert not wrong, "\n".join(wrong)


def test_objects_of_a_module_that_is_gone_are_restored_as_files(python_plugin, tmp_path):
    source = tmp_path / "mine"
    trees.small_tree(source)
    here = python_plugin(LOCAL_FILES, f":folder={source}")
    saved = here.backup()
    (tmp_path / "modules/the_plugin.py").unlink()
    restored = here.restore(saved.id)
    log = here.job_log(restored.id)
    assert restored.errors > 0 and "there is no module the_plugin" in log and "restored like ordinary files" in log
    assert set(trees.manifest(here.work / "restored" / source.relative_to("/"))) == set(trees.manifest(source))


def test_a_plugin_that_raises_while_it_reads_costs_that_object_only(python_plugin):
    here = python_plugin(BODY.format(misbehave='if self.names: raise ValueError("broken tape")'))
    saved = here.backup()
    log = here.job_log(saved.id)
    assert saved.status == "W" and saved.errors > 0, log
    assert "Traceback" in log and "/plugin/one: ValueError: broken tape" in log
    (here.work.parent / "modules/the_plugin.py").unlink()  # so that they come back as files
    here.restore(saved.id)
    assert (here.work / "restored/plugin/two").read_bytes() == b"data"


@pytest.mark.parametrize("misbehave, reason", [
    ("os.kill(os.getpid(), 11)", "ended unexpectedly: Child died from signal 11"),
    ("os._exit(0)", "ended unexpectedly: Child exited with code 0"),
    ("os.close(bareosfd._host.wire.output)", "ended unexpectedly"),
    ('os.write(bareosfd._host.wire.output, b"\\xff" * 100)', "which is too long"),
])
def test_a_plugin_that_crashes_or_breaks_the_protocol_fails_its_job_only(python_plugin, misbehave, reason):
    here = python_plugin(BODY.format(misbehave=misbehave))
    saved = here.backup()
    log = here.job_log(saved.id)
    assert saved.status == "f", log
    assert reason in log
    assert here.is_running("fd")
    assert "test-fd" in here.console("status client=test-fd")


def test_a_plugin_that_hangs_is_ended_after_the_timeout(python_plugin):
    here = python_plugin(BODY.format(misbehave="time.sleep(1000)"), client_own="Plugin Timeout = 2")
    saved = here.backup()
    log = here.job_log(saved.id)
    assert saved.status == "f", log
    assert "python3 showed no sign of life for 2 seconds and was ended" in log


def test_cancelling_a_job_ends_its_plugin_at_once(python_plugin, tmp_path):
    marker, cleaned = tmp_path / "marker", tmp_path / "cleaned"
    body = BODY.format(misbehave=f'open("{marker}", "w").write(str(os.getpid())); time.sleep(1000)')
    here = python_plugin(body + f"""
        def end_job(self):
            open("{cleaned}", "w").close()
            return bRC_OK
""")
    output = here.console("run job=backup level=Full yes")
    job = int(re.search(r"JobId=(\d+)", output)[1])
    waiting.eventually(lambda: marker.exists() and marker.read_text())
    here.console(f"cancel jobid={job} yes")
    assert here.wait_for(job).status == "A"
    waiting.eventually(lambda: not os.path.exists(f"/proc/{marker.read_text()}"))
    assert cleaned.exists()


STATE = """
    import bareosfd
    from bareosfd import *
    from BareosFdWrapper import *
    from BareosFdPluginBaseclass import BareosFdPluginBaseclass

    @BareosPlugin
    class State(BareosFdPluginBaseclass):
        number = 0

        def start_backup_file(self, savepkt):
            savepkt.fname, savepkt.type = "/state", FT_RESTORE_FIRST
            savepkt.object_name = "state"
            savepkt.object = bytearray(str(self.number + 1).encode() + b"x" * 5000)
            savepkt.object_len = len(savepkt.object)
            return bRC_OK

        def restore_object_data(self, ROP):
            self.number = int(bytes(ROP.object).rstrip(b"x"))
            JobMessage(M_INFO, f"{ROP.object_name} of job {ROP.jobid} says {self.number}, {len(ROP.object)} bytes\\n")
            return bRC_OK
"""


def test_restore_objects_come_back_before_incrementals_and_restores(python_plugin, tmp_path):
    # A file beside the object, so that there is something to restore.
    source = tmp_path / "mine"
    trees.small_tree(source)
    here = python_plugin(STATE)
    full = here.backup()
    assert full.status == "T", here.job_log(full.id)
    ((size, full_size, compression),) = here.query("SELECT ObjectLength, ObjectFullLength, ObjectCompression FROM RestoreObject")
    assert (full_size, compression) == (5001, 1) and size < 100
    incremental = here.backup("Incremental")
    assert f"state of job {full.id} says 1, 5001 bytes" in here.job_log(incremental.id)
    assert incremental.status == "T", here.job_log(incremental.id)


def test_what_a_plugin_has_seen_does_not_count_as_deleted(python_plugin):
    here = python_plugin("""
        from bareosfd import *
        from BareosFdWrapper import *
        from BareosFdPluginBaseclass import BareosFdPluginBaseclass

        @BareosPlugin
        class Three(BareosFdPluginBaseclass):
            names = ["/plugin/gone", "/plugin/kept", "/plugin/saved"]

            def start_backup_file(self, savepkt):
                if self.level == L_INCREMENTAL and len(self.names) == 3:
                    SetSeenBitmap(False, "/plugin/kept")
                    del self.names[:2]
                savepkt.fname, savepkt.type, savepkt.no_read = self.names.pop(), FT_REG, True
                return bRC_OK

            def end_backup_file(self):
                return bRC_More if self.names else bRC_OK
    """)
    assert here.backup().status == "T"
    incremental = here.backup("Incremental", "accurate=yes")
    rows = here.query("SELECT Name, FileIndex FROM File JOIN Path USING (PathId) WHERE JobId = ? AND Path = '/plugin/'", incremental.id)
    assert {name: index > 0 for name, index in rows} == {"gone": False, "saved": True}, here.job_log(incremental.id)


def test_an_estimate_counts_what_plugins_offer_and_starts_nothing(plugin, tmp_path):
    started = tmp_path / "started"
    here = plugin(f'bpipe:file=/PIPE/x:reader=touch {started}:writer=cat')
    alone = here.console("estimate job=backup level=Full listing")
    assert "/PIPE/x" in alone and not started.exists(), alone
    saved = here.backup()
    assert f"2000 OK estimate files={saved.files} " in alone


def test_an_estimate_goes_on_without_a_plugin_that_fails(python_plugin):
    here = python_plugin(BODY.format(misbehave="pass") + """
        def start_backup_file(self, savepkt):
            raise ValueError("not now")
""")
    output = here.console("estimate job=backup level=Full")
    assert "not now" in output and "What it would save is not counted." in output, output
    assert "2000 OK estimate files=4" in output
