# SPDX-License-Identifier: AGPL-3.0-or-later
"""The process that hosts Python plugins, driven as a File Daemon does."""
import os
import pathlib
import struct
import subprocess
import sys
import textwrap

import pytest

HOST = pathlib.Path(__file__).resolve().parents[2] / "python/holdfast_plugin_host.py"

PLUGIN = """
    import errno
    import os
    import threading
    import bareosfd
    from bareosfd import *
    from BareosFdWrapper import *
    import BareosFdPluginBaseclass

    @BareosPlugin
    class Plugin(BareosFdPluginBaseclass.BareosFdPluginBaseclass):
"""
BEGIN = {"id": "7", "name": "job.1", "client": "fd", "working_directory": "/w", "type": "B", "level": "F", "since": "0",
         "accurate": "0", "estimate": "0", "programs": "/usr/sbin", "where": "", "regex_where": "", "replace": "a", "prefix_links": "0"}


class Host:
    def __init__(self, folder, body, options=(), old_style=None, **facts):
        text = textwrap.dedent(PLUGIN) + textwrap.indent(textwrap.dedent(body), "    ")
        (folder / "the_plugin.py").write_text(textwrap.dedent(old_style) if old_style else text)
        self.process = subprocess.Popen([sys.executable, "-s", "-u", HOST], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
        self.messages = []
        self.seen = []
        flat = [text for pair in {**BEGIN, **facts, "plugin_directory": str(folder)}.items() for text in pair]
        assert self.ask("begin", *flat) == [b"ok"]
        self.loaded = self.ask("load", f"python3:module_name=the_plugin:key=a\\:b", *options)

    def ask(self, *fields):
        fields = [field if isinstance(field, bytes) else field.encode() for field in fields]
        body = b"".join(struct.pack(">I", len(field)) + field for field in fields)
        self.process.stdin.write(struct.pack(">I", len(body)) + body)
        self.process.stdin.flush()
        while True:
            answer = self.receive()
            if answer[0] == b"message":
                self.messages.append((int(answer[1]), answer[2].decode()))
            elif answer[0] == b"seen":
                self.seen.append(answer[1])
            else:
                return answer

    def receive(self):
        body = self.process.stdout.read(struct.unpack(">I", self.process.stdout.read(4))[0])
        fields = []
        while body:
            (length,) = struct.unpack_from(">I", body)
            fields.append(body[4:4 + length])
            body = body[4 + length:]
        return fields

    def offer(self):
        answer = self.ask("next")
        return dict(zip(answer[1::2], answer[2::2])) if answer[0] == b"object" else answer

    def text(self):
        return "\n".join(text for _, text in self.messages)

    def end(self):
        self.process.stdin.close()
        return self.process.wait(20)


@pytest.fixture
def host(tmp_path):
    made = []

    def make(*arguments, **more):
        made.append(Host(tmp_path, *arguments, **more))
        return made[-1]

    yield make
    for each in made:
        each.process.kill()
        each.process.wait()


def test_a_file_is_saved_with_what_the_packets_say(host):
    here = host("""
        names = ["one", "two"]
        def start_backup_file(self, savepkt):
            if not self.names: return bRC_Skip
            savepkt.fname = "/db/" + self.names.pop()
            savepkt.type = FT_REG
            savepkt.statp = StatPacket(st_mode=0o100640, st_size=3, st_mtime=99)
            self.data = [b"abc", b"def"]
            return bRC_OK
        def plugin_io(self, IOP):
            if IOP.func == IO_READ:
                IOP.buf = bytearray(self.data.pop(0) if self.data else b"")
                IOP.status = len(IOP.buf)
            return bRC_OK
        def get_xattr(self, xattr):
            xattr.name, xattr.value = b"user.x", b"1"
            return bRC_OK
        def end_backup_file(self):
            return bRC_More if self.names else bRC_OK
    """)
    assert here.loaded == [b"ok"] and here.ask("start") == [b"ok"]
    offer = here.offer()
    assert offer[b"name"] == b"/db/two" and offer[b"type"] == b"3" and offer[b"data"] == b"1"
    assert b"mode=33184 " in offer[b"stat"] and b"mtime=99 " in offer[b"stat"] and b"size=3 " in offer[b"stat"]
    assert [here.ask("read", "100") for _ in range(3)] == [[b"data", b"abc"], [b"data", b"def"], [b"data", b""]]
    assert here.ask("finish") == [b"finished", b"xattr", b"user.x", b"1"]
    assert here.offer()[b"name"] == b"/db/one"
    assert here.ask("finish")[0] == b"finished"
    assert here.ask("next") == [b"end"]
    assert here.ask("end") == [b"ok"] and here.end() == 0


def test_options_reach_the_plugin_and_those_of_the_job_win(host):
    here = host("""
        def start_backup_job(self):
            JobMessage(M_INFO, str(sorted(self.options.items())))
            return bRC_OK
    """, options=["python3:key=other:more=1", "python3:module_name=another:more=2"])
    here.ask("start")
    assert here.messages == [(6, "[('key', 'other'), ('module_name', 'the_plugin'), ('more', '1')]")]


def test_without_options_of_the_job_the_plugin_gets_its_command_as_it_stands(host):
    here = host("""
        def __init__(self, plugindef):
            super().__init__(plugindef)
            JobMessage(M_INFO, plugindef)
    """)
    assert here.text() == "python3:module_name=the_plugin:key=a\\:b"


def test_the_level_can_be_compared_as_a_letter_and_as_a_number(host):
    here = host("""
        def start_backup_job(self):
            JobMessage(M_INFO, str([self.level == "F", chr(self.level) == "F", self.level == ord("F"), self.level == L_FULL,
                                    self.level in ("I", "D"), self.level != "F", self.level != ord("F")]))
            return bRC_OK
    """)
    here.ask("start")
    assert here.text() == "[True, True, True, True, False, False, False]"


def test_a_plugin_hears_of_the_end_of_a_job_that_ended_early(host, tmp_path):
    here = host("""
        def end_job(self):
            open(os.path.join(os.path.dirname(__file__), "ended"), "w").close()
            return bRC_OK
    """)
    here.ask("start")
    assert here.end() == 0
    assert (tmp_path / "ended").exists()


def test_a_module_of_the_older_kind_sets_its_object_itself(host):
    here = host("", old_style="""
        import bareosfd, BareosFdWrapper, BareosFdPluginBaseclass
        from BareosFdWrapper import *
        class Old(BareosFdPluginBaseclass.BareosFdPluginBaseclass):
            pass
        def load_bareos_plugin(plugindef):
            BareosFdWrapper.bareos_fd_plugin_object = Old(plugindef)
            return bareosfd.bRC_OK
    """)
    assert here.loaded == [b"ok"] and here.ask("start") == [b"ok"] and here.ask("next") == [b"end"]


def test_an_exception_is_told_with_its_traceback(host):
    here = host("""
        def start_backup_file(self, savepkt):
            savepkt.fname, savepkt.type = "/x", FT_REG
            return bRC_OK
        def plugin_io(self, IOP):
            if IOP.func == IO_READ: return 1 // 0
            return bRC_OK
    """)
    here.ask("start")
    here.offer()
    assert here.ask("read", "10") == [b"failed", b"ZeroDivisionError: integer division or modulo by zero"]
    assert "Traceback" in here.text() and "plugin_io" in here.text()
    assert here.ask("finish")[0] == b"finished"


def test_a_plugin_that_raises_at_the_end_of_an_object_is_not_asked_for_it_again(host):
    here = host("""
        def start_backup_file(self, savepkt):
            savepkt.fname, savepkt.type, savepkt.no_read = "/x", FT_REG, True
            return bRC_OK
        def end_backup_file(self):
            raise KeyError("gone")
    """)
    here.ask("start")
    assert here.offer()[b"name"] == b"/x"
    assert here.ask("finish") == [b"failed", b"KeyError: 'gone'"]
    assert here.ask("next") == [b"end"]


@pytest.mark.parametrize("body, reason", [
    ("def start_backup_job(self): return bRC_Error", b"it refuses bEventStartBackupJob"),
    ("def start_backup_job(self): raise KeyError('gone')", b"KeyError: 'gone'"),
    ("def start_backup_job(self): import sys; sys.exit(3)", b"SystemExit: 3"),
])
def test_a_plugin_that_refuses_an_event_is_broken(host, body, reason):
    assert host(body).ask("start") == [b"broken", reason]


def test_a_plugin_that_refuses_the_end_of_an_object_is_broken(host):
    here = host("""
        def start_backup_file(self, savepkt):
            savepkt.fname, savepkt.type, savepkt.no_read = "/x", FT_REG, True
            return bRC_OK
        def end_backup_file(self): return bRC_Error
    """)
    here.ask("start")
    here.offer()
    assert here.ask("finish") == [b"broken", b"end_backup_file returned bRC_Error"]


def test_a_plugin_that_refuses_a_restore_object_is_broken(host):
    here = host("def restore_object_data(self, ROP): return bRC_Error")
    answer = here.ask("restore_object", "type", "25", "index", "3", "file_index", "1", "job", "6", "plugin", "python3:", "name", "x", "object", "")
    assert answer == [b"broken", b"restore_object_data returned bRC_Error"]


def created(here, name):
    return here.ask("create", "name", str(name), "stored_name", "/x", "link", "", "type", "3", "file_index", "1", "stat", "mode=33152")


@pytest.mark.parametrize("function", ["set_acl", "set_xattr", "set_file_attributes", "end_restore_file"])
def test_what_a_plugin_cannot_restore_of_a_file_is_an_error(host, tmp_path, function):
    here = host(f"def {function}(self, *arguments): return bRC_Error", type="R")
    here.ask("start")
    assert created(here, tmp_path / "file") == [b"created", b"extract"]
    assert here.ask("restored", "acl", "user::rw-", "xattr", "user.a", "1") == [b"ok"]
    assert here.messages == [(4, f"{tmp_path}/file: {function} returned bRC_Error")]


def test_a_file_whose_restore_a_plugin_cannot_start_is_an_error(host):
    here = host("def start_restore_file(self, cmd): return bRC_Error", type="R")
    here.ask("start")
    assert created(here, "/x") == [b"created", b"failed"]
    assert here.messages == [(4, "/x: start_restore_file returned bRC_Error")]


@pytest.mark.parametrize("taken, answer", [(3, [b"ok"]), (0, [b"failed", b"the plugin took 0 of 3 bytes"])])
def test_data_that_a_plugin_does_not_take_is_missed(host, taken, answer):
    here = host(f"""
        def create_file(self, packet):
            packet.create_status = CF_EXTRACT
            return bRC_OK
        def plugin_io(self, IOP):
            IOP.status = {taken} if IOP.func == IO_WRITE else 0
            return bRC_OK
    """, type="R")
    here.ask("start")
    assert created(here, "/x") == [b"created", b"extract"]
    assert here.ask("write", "0", "abc") == answer


def test_mandatory_options_are_asked_for(host):
    here = host("""
        def __init__(self, plugindef):
            super().__init__(plugindef, ["host"])
    """)
    assert here.loaded == [b"broken", b"parse_plugin_definition did not return bRC_OK"]
    assert here.messages == [(3, "Mandatory option 'host' not defined.\n")]


def test_a_module_that_is_not_there_is_named(host, tmp_path):
    here = host("pass")
    assert here.ask("load", "python3:module_name=other")[0] == b"broken"
    assert b"module other in" in here.ask("load", "python3:module_name=other")[1]
    assert here.ask("load", "python3:x=1") == [b"broken", b"the plugin command names no module_name"]


def test_a_file_that_cannot_be_opened_is_told_and_passed_over(host):
    here = host("""
        names = ["/no/such/file", "/dev/null"]
        def start_backup_file(self, savepkt):
            savepkt.fname, savepkt.type = self.names.pop(0), FT_REG
            return bRC_OK
        def end_backup_file(self):
            return bRC_More if self.names else bRC_OK
    """)
    here.ask("start")
    assert here.offer()[b"name"] == b"/dev/null"
    assert 'Cannot open "/no/such/file": ERR=No such file or directory' in here.text()


def test_what_is_there_but_cannot_be_opened_does_not_count_as_deleted(host):
    here = host("""
        names = ["/locked", "/gone"]
        def start_backup_file(self, savepkt):
            savepkt.fname, savepkt.type = self.names[0], FT_REG
            return bRC_OK
        def plugin_io(self, IOP):
            IOP.status, IOP.io_errno = iostat_error, errno.EACCES if IOP.fname == "/locked" else errno.ENOENT
            return bRC_Error
        def end_backup_file(self):
            del self.names[0]
            return bRC_More if self.names else bRC_OK
    """)
    here.ask("start")
    assert here.ask("next") == [b"end"]
    assert 'Cannot open "/locked": ERR=Permission denied' in here.text() and 'Cannot open "/gone"' in here.text()
    assert here.seen == [b"/locked"]


def test_messages_of_other_threads_stand_between_answers_and_not_in_them(host):
    here = host("""
        def start_backup_file(self, savepkt):
            savepkt.fname, savepkt.type = "/x", FT_REG
            threading.Thread(target=lambda: [JobMessage(M_INFO, "y" * 100_000) for _ in range(100)], daemon=True).start()
            return bRC_OK
        def plugin_io(self, IOP):
            if IOP.func == IO_READ: IOP.buf, IOP.status = bytearray(b"x" * IOP.count), IOP.count
            return bRC_OK
    """)
    here.ask("start")
    here.offer()
    for _ in range(20):
        word, data = here.ask("read", "1000000")
        assert word == b"data" and data == b"x" * 1_000_000
    assert set(text for _, text in here.messages) <= {"y" * 100_000}


def test_restore_objects_go_both_ways(host):
    here = host("""
        def start_backup_file(self, savepkt):
            savepkt.fname = "/state"
            savepkt.type, savepkt.object_name = FT_RESTORE_FIRST, "state"
            savepkt.object, savepkt.object_index = bytearray(b"\\0remember"), 3
            savepkt.object_len = len(savepkt.object)
            return bRC_OK
        def restore_object_data(self, ROP):
            JobMessage(M_INFO, f"{ROP.object_name} {bytes(ROP.object)} {ROP.object_index} {ROP.jobid}")
            return bRC_OK
    """)
    here.ask("restore_object", "type", "25", "index", "3", "file_index", "1", "job", "6", "plugin", "python3:", "name", "state", "object",
             b"\0remember")
    assert here.text() == "state b'\\x00remember' 3 6"
    here.ask("start")
    offer = here.offer()
    assert offer[b"object_name"] == b"state" and offer[b"object"] == b"\0remember" and offer[b"object_index"] == b"3"
    assert here.ask("next") == [b"end"]


def test_a_restored_file_is_created_written_and_given_its_attributes(host, tmp_path):
    here = host("pass", type="R", where="/")
    here.ask("start")
    name = tmp_path / "folder/file"
    created = here.ask("create", "name", str(name), "stored_name", "/x", "link", "", "type", "3", "file_index", "1", "stat",
                       f"mode=33152 uid={os.getuid()} gid={os.getgid()} size=6 atime=5 mtime=7")
    assert created == [b"created", b"extract"], here.text()
    assert here.ask("write", "0", "abc") == [b"ok"] and here.ask("write", "3", "def") == [b"ok"]
    assert here.ask("restored") == [b"ok"]
    assert name.read_bytes() == b"abcdef"
    assert name.stat().st_mode == 0o100600 and name.stat().st_mtime == 7


def test_what_a_plugin_prints_does_not_disturb_the_conversation(host, capfd):
    here = host("""
        def start_backup_job(self):
            print("hello")
            os.system("echo from below")
            return bRC_OK
    """)
    assert here.ask("start") == [b"ok"] and here.ask("next") == [b"end"]
    assert "hello" in capfd.readouterr().err
