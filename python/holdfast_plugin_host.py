# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hosts one plugin of a File Daemon, which starts this program and talks with it through standard input and output.

docs/protocol/plugin-host.md tells what is said. What the plugin prints goes to standard error.
"""
import errno
import faulthandler
import importlib
import os
import signal
import sys
import traceback

import bareosfd
import BareosFdWrapper
from BareosFdPluginBaseclass import BareosFdPluginBaseclass, options_of
from holdfast_file_set import FileSetChanges
from holdfast_plugin_wire import Wire, to_bytes, to_text

# The daemon delivers these whether a plugin registered them or not.
ALWAYS = {bareosfd.bEventJobStart, bareosfd.bEventPluginCommand, bareosfd.bEventNewPluginOptions,
          bareosfd.bEventBackupCommand, bareosfd.bEventRestoreCommand, bareosfd.bEventEstimateCommand}
# What the daemon tells in turn when a job starts.
STARTS_OF_ESTIMATES = (bareosfd.bEventLevel, bareosfd.bEventSince, bareosfd.bEventEndFileSet, bareosfd.bEventEstimateCommand)
STARTS = (*STARTS_OF_ESTIMATES[:3], bareosfd.bEventStartBackupJob, bareosfd.bEventBackupCommand)
STARTS_OF_RESTORES = (bareosfd.bEventStartRestoreJob, bareosfd.bEventRestoreCommand)
RESTORE_OBJECTS = (bareosfd.FT_RESTORE_FIRST, bareosfd.FT_PLUGIN_CONFIG)
WITH_DATA = (bareosfd.FT_REG, bareosfd.FT_REGE, bareosfd.FT_RAW, bareosfd.FT_FIFO)
FILES = (*WITH_DATA, bareosfd.FT_LNK, bareosfd.FT_DIREND, bareosfd.FT_SPEC)
STAT_FIELDS = [name for name, _ in bareosfd.StatPacket._defaults]
CREATED = {bareosfd.CF_SKIP: b"skip", bareosfd.CF_EXTRACT: b"extract", bareosfd.CF_CREATED: b"created",
           bareosfd.CF_CORE: b"core"}


class Broken(Exception):
    """The plugin cannot go on; the reason is for the operator."""


def described(statp):
    statp = statp or bareosfd.StatPacket()
    return " ".join(f"{name[3:]}={int(getattr(statp, name) or 0)}" for name in STAT_FIELDS)


def stat_packet_of(description):
    numbers = dict(part.split("=") for part in description.split(" "))
    return bareosfd.StatPacket(**{"st_" + name: int(value) for name, value in numbers.items()})


def joined(options):
    """"key=value:…" of a dictionary, with what needs it escaped."""
    return ":".join(key + "=" + value.replace("\\", "\\\\").replace(":", "\\:") for key, value in options.items())


class Host:
    def __init__(self, wire):
        self.wire = wire
        self.debug_level = int(os.environ.get("HOLDFAST_PLUGIN_DEBUG", -1))
        self.values = {}
        self.events = set()
        self.file_set = None  # FileSetChanges, as long as it may be changed
        self.module = None
        self.definition = ""
        self.is_restore = False
        self.is_estimate = False
        # Of the object in work.
        self.saved = None  # SavePacket
        self.restored = None  # RestorePacket
        self.descriptor = None  # where the plugin lets us read and write ourselves
        self.is_open = False
        self.has_more = True
        self.is_of_walk = False
        self.is_over = False

    # What the plugin's module calls

    def message(self, level, text):
        self.wire.send(b"message", level, text)

    def seen(self, name):
        self.wire.send(b"seen", name)

    def unseen(self, name):
        self.wire.send(b"unseen", name)

    def ask(self, word, packet):
        """What the daemon says of a file."""
        kind = packet.type if packet.type in FILES else bareosfd.FT_REG
        self.wire.send(word, packet.fname, kind, described(packet.statp))
        return [to_text(field) for field in self.wire.receive() or self.terminate()]

    def accepts(self, packet):
        return self.ask(b"accept", packet) == ["yes"]

    def is_changed(self, packet):
        answer, is_known, packet.delta_seq = self.ask(b"compare", packet)
        packet.delta_seq = int(packet.delta_seq)
        packet.accurate_found = is_known == "known"
        return answer == "changed"

    # Calls of the plugin

    def call(self, name, *arguments):
        """What the module's function returns; bRC_OK where there is none."""
        function = getattr(self.module, name, None)
        return bareosfd.bRC_OK if function is None else function(*arguments)

    def try_call(self, name, *arguments):
        """The same in a restore; that it failed is an error of the job, which goes on."""
        result = self.call(name, *arguments)
        if result == bareosfd.bRC_Error:
            self.message(bareosfd.M_ERROR, f"{self.restored.ofname}: {name} returned bRC_Error")
        return result

    def event(self, number):
        if number not in self.events and number not in ALWAYS:
            return
        if self.call("handle_plugin_event", number) in (bareosfd.bRC_Error, bareosfd.bRC_Term):
            names = {value: key for key, value in bareosfd.bEventType.items()}
            raise Broken(f"it refuses {names[number]}")

    def io(self, function, **more):
        packet = bareosfd.IoPacket(func=function, **more)
        result = self.call("plugin_io", packet)
        if result != bareosfd.bRC_OK or packet.status == bareosfd.iostat_error:
            reason = os.strerror(packet.io_errno) if packet.io_errno else "the plugin gave no reason"
            raise OSError(packet.io_errno, reason)
        return packet

    def open(self, name, flags, mode):
        self.descriptor = None
        packet = self.io(bareosfd.IO_OPEN, fname=name, flags=flags, mode=mode)
        self.is_open = True
        if packet.status == bareosfd.iostat_do_in_core and packet.filedes >= 0:
            self.descriptor = packet.filedes

    def close(self):
        if self.is_open:
            self.is_open = False
            self.io(bareosfd.IO_CLOSE)

    # Requests of the daemon, by their first field

    def on_begin(self, *fields):
        facts = dict(zip(map(to_text, fields[::2]), map(to_text, fields[1::2])))
        self.is_restore = facts["type"] == "R"
        self.is_estimate = facts["estimate"] == "1"
        self.file_set = None if self.is_restore else FileSetChanges()
        self.replace = facts["replace"]
        self.plugin_directory = facts["plugin_directory"]
        self.values = {
            bareosfd.bVarJobId: int(facts["id"]), bareosfd.bVarFDName: facts["client"],
            bareosfd.bVarLevel: bareosfd.Level(facts["level"]), bareosfd.bVarType: ord(facts["type"]),
            bareosfd.bVarClient: facts["client"], bareosfd.bVarJobName: facts["name"],
            bareosfd.bVarJobStatus: ord("R"), bareosfd.bVarSinceTime: int(facts["since"]),
            bareosfd.bVarAccurate: int(facts["accurate"]), bareosfd.bVarFileSeen: None, bareosfd.bVarVssClient: None,
            bareosfd.bVarWorkingDir: facts["working_directory"], bareosfd.bVarWhere: facts["where"],
            bareosfd.bVarRegexWhere: facts["regex_where"], bareosfd.bVarExePath: facts["programs"],
            bareosfd.bVarVersion: bareosfd._version, bareosfd.bVarDistName: "Holdfast",
            bareosfd.bVarPrevJobName: "", bareosfd.bVarPrefixLinks: int(facts["prefix_links"])}
        return [b"ok"]

    def on_load(self, command, *overrides):
        command = to_text(command)
        options = options_of(command)
        self.definition = command
        for override in map(options_of, map(to_text, overrides)):
            if override.get("module_name", options.get("module_name")) == options.get("module_name"):
                options.update(override)
                self.definition = command.partition(":")[0] + ":" + joined(options)
        name = options.get("module_name")
        if not name:
            raise Broken("the plugin command names no module_name")
        sys.path[1:1] = [path for path in (options.get("module_path"), self.plugin_directory) if path]
        try:
            self.module = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            raise Broken(f"there is no module {name} in {', '.join(sys.path[1:3])}")
        if not hasattr(self.module, "load_bareos_plugin"):
            raise Broken(f"the module {name} has no function load_bareos_plugin")
        self.must("load_bareos_plugin", self.definition)
        self.must("parse_plugin_definition", self.definition)
        self.event(bareosfd.bEventJobStart)
        self.event(bareosfd.bEventPluginCommand)
        return [b"ok", b"checks_files"] if self.checks_files() else [b"ok"]

    def checks_files(self):
        """Whether the plugin has something to say of files that nobody met."""
        if not hasattr(self.module, "check_file"):
            return False
        plugin = BareosFdWrapper.bareos_fd_plugin_object
        return plugin is None or getattr(type(plugin), "check_file", None) is not BareosFdPluginBaseclass.check_file

    def must(self, function, *arguments):
        if self.call(function, *arguments) not in (bareosfd.bRC_OK, None):
            raise Broken(f"{function} did not return bRC_OK")

    def on_restore_object(self, *fields):
        facts = dict(zip(map(to_text, fields[::2]), fields[1::2]))
        data = bytearray(facts["object"])
        result = self.call("restore_object_data", bareosfd.RestoreObject(
            object_name=to_text(facts["name"]), object=data, plugin_name=to_text(facts["plugin"]),
            object_type=int(to_text(facts["type"])), object_len=len(data), object_full_len=len(data),
            object_index=int(to_text(facts["index"])), JobId=int(to_text(facts["job"]))))
        if result == bareosfd.bRC_Error:
            raise Broken("restore_object_data returned bRC_Error")
        self.event(bareosfd.bEventRestoreObject)
        return [b"ok"]

    def on_start(self):
        for event in STARTS_OF_RESTORES if self.is_restore else STARTS_OF_ESTIMATES if self.is_estimate else STARTS:
            self.event(event)
        if self.file_set:
            for request in self.file_set.requests():
                self.wire.send(*request)
            self.file_set = None
        return [b"ok"]

    def on_end(self):
        if not self.is_estimate:
            self.event(bareosfd.bEventEndRestoreJob if self.is_restore else bareosfd.bEventEndBackupJob)
        self.event(bareosfd.bEventJobEnd)
        return [b"ok"]

    # Backup

    def end_backup_file(self):
        self.saved = None
        if self.is_of_walk:
            self.is_of_walk = False  # the plugin was not asked for more
            return
        self.has_more = False  # where it raises, it would offer the same object again, for ever
        result = self.call("end_backup_file")
        if result == bareosfd.bRC_Error:
            raise Broken("end_backup_file returned bRC_Error")
        self.has_more = result == bareosfd.bRC_More

    def on_next(self):
        if self.saved:  # a restore object
            self.end_backup_file()
        while self.has_more:
            packet = bareosfd.SavePacket(cmd=self.definition, save_time=self.values[bareosfd.bVarSinceTime])
            result = self.call("start_backup_file", packet)
            if result in (bareosfd.bRC_Stop, bareosfd.bRC_Term, bareosfd.bRC_Cancel):
                break
            if result == bareosfd.bRC_Error:
                raise Broken("start_backup_file returned bRC_Error")
            if result == bareosfd.bRC_OK and self.is_offered(packet):
                return self.offer(packet)
            self.end_backup_file()
        return [b"end"]

    def is_offered(self, packet):
        """Opens what is to be read; tells where that fails."""
        if not packet.fname and not (packet.type in RESTORE_OBJECTS and packet.object_name):
            raise Broken("start_backup_file set no fname")
        if packet.type not in WITH_DATA or packet.no_read or self.is_estimate:
            return True
        try:
            self.open(packet.fname, os.O_RDONLY, 0)
        except OSError as error:
            self.message(bareosfd.M_NOTSAVED, f'     Cannot open "{packet.fname}": ERR={error.strerror}')
            if error.errno != errno.ENOENT:
                self.seen(packet.fname)  # it is there, so that it does not count as deleted
            return False
        return True

    def offer(self, packet):
        self.saved = packet
        fields = [b"object", b"name", packet.fname or packet.object_name, b"type", packet.type, b"stat",
                  described(packet.statp), b"data", int(self.is_open), b"portable", int(bool(packet.portable))]
        if packet.delta_seq:
            fields += [b"delta", int(packet.delta_seq)]
        # The link of a directory is its name, and of no use.
        if packet.link and packet.type == bareosfd.FT_LNK:
            fields += [b"link", packet.link]
        if packet.type in RESTORE_OBJECTS:
            fields += [b"object_name", packet.object_name or packet.fname, b"object_index", packet.object_index or 0,
                       b"object", to_bytes(packet.object or b"")]
        return fields

    def on_handle(self, *fields):
        """A file of the walk, which the Options block with this plugin chose."""
        facts = dict(zip(map(to_text, fields[::2]), map(to_text, fields[1::2])))
        packet = bareosfd.SavePacket(
            cmd=self.definition, fname=facts["name"], link=facts["link"], type=int(facts["type"]),
            statp=stat_packet_of(facts["stat"]), save_time=self.values[bareosfd.bVarSinceTime])
        self.event(bareosfd.bEventHandleBackupFile)
        result = self.call("handle_backup_file", packet)
        if result == bareosfd.bRC_Core:
            return [b"core"]
        if result in (bareosfd.bRC_Skip, bareosfd.bRC_Seen):
            return [b"skip"]
        if result != bareosfd.bRC_OK:
            raise Broken(f"handle_backup_file failed for {packet.fname}")
        self.is_of_walk = True
        return self.offer(packet) if self.is_offered(packet) else [b"skip"]

    def on_is_there(self, name):
        """Of an accurate job: a file that was saved before, which nobody met."""
        return [b"yes" if self.call("check_file", to_text(name)) == bareosfd.bRC_Seen else b"no"]

    def on_read(self, count):
        count = int(to_text(count))
        if self.descriptor is not None:
            return [b"data", os.read(self.descriptor, count)]
        packet = self.io(bareosfd.IO_READ, count=count)
        if packet.status <= 0 or not packet.buf:
            return [b"data", b""]
        return [b"data", memoryview(to_bytes(packet.buf))[:packet.status]]

    def on_finish(self):
        fields = [b"finished"]
        name = self.saved.fname
        try:
            if self.is_estimate:
                return fields
            self.close()
            acl = bareosfd.AclPacket(fname=name)
            if self.call("get_acl", acl) == bareosfd.bRC_OK and acl.content:
                fields += [b"acl", bytes(to_bytes(acl.content)).rstrip(b"\0")]
            more = bareosfd.bRC_More
            while more == bareosfd.bRC_More:
                xattr = bareosfd.XattrPacket(fname=name)
                more = self.call("get_xattr", xattr)
                if xattr.name:
                    fields += [b"xattr", bytes(to_bytes(xattr.name)).rstrip(b"\0"), to_bytes(xattr.value or b"")]
        finally:
            self.end_backup_file()
        return fields

    # Restore

    def on_create(self, *fields):
        facts = dict(zip(map(to_text, fields[::2]), map(to_text, fields[1::2])))
        packet = self.restored = bareosfd.RestorePacket(
            type=int(facts["type"]), file_index=int(facts["file_index"]),
            statp=stat_packet_of(facts["stat"]), ofname=facts["name"],
            olname=facts["link"], where=self.values[bareosfd.bVarWhere],
            RegexWhere=self.values[bareosfd.bVarRegexWhere], replace=ord(self.replace), create_status=bareosfd.CF_ERROR)
        self.is_open = False
        try:
            started = self.try_call("start_restore_file", self.definition)
            if started == bareosfd.bRC_Skip:
                return [b"created", b"skip"]
            if started == bareosfd.bRC_Error:
                return [b"created", b"failed"]
            result = self.call("create_file", packet)
            if result == bareosfd.bRC_Core:
                packet.create_status = bareosfd.CF_CORE
            elif result == bareosfd.bRC_Skip:
                packet.create_status = bareosfd.CF_SKIP
            elif result == bareosfd.bRC_Error:
                packet.create_status = bareosfd.CF_ERROR
            if packet.create_status == bareosfd.CF_EXTRACT:
                self.open(packet.ofname, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except Exception:
            self.told()
            packet.create_status = bareosfd.CF_ERROR
        if packet.create_status not in CREATED:
            self.message(bareosfd.M_ERROR, f"{packet.ofname} was not restored: the plugin could not create it")
            return [b"created", b"failed"]
        return [b"created", CREATED[packet.create_status]]

    def on_write(self, offset, data):
        if not self.is_open:
            return [b"ok"]  # made without data
        if self.descriptor is not None:
            while data:
                data = data[os.write(self.descriptor, data):]
            return [b"ok"]
        packet = self.io(bareosfd.IO_WRITE, count=len(data), buf=bytearray(data), offset=int(to_text(offset)))
        if packet.status != len(data):
            raise OSError(0, f"the plugin took {packet.status} of {len(data)} bytes")
        return [b"ok"]

    def on_restored(self, *extras):
        try:
            self.close()
            if self.restored.create_status != bareosfd.CF_CORE:
                self.give(list(map(bytes, extras)))
                self.try_call("set_file_attributes", self.restored)
        finally:
            self.try_call("end_restore_file")
        return [b"ok"]

    def give(self, extras):
        name = self.restored.ofname
        while extras:
            if extras.pop(0) == b"acl":
                self.try_call("set_acl", bareosfd.AclPacket(fname=name, content=bytearray(extras.pop(0))))
            else:
                key, value = extras.pop(0), extras.pop(0)
                packet = bareosfd.XattrPacket(fname=name, name=bytearray(key), value=bytearray(value))
                self.try_call("set_xattr", packet)

    # The conversation

    def told(self):
        self.message(bareosfd.M_ERROR, traceback.format_exc())

    def answer(self, request):
        """What fails concerns one object where there is one, else the plugin."""
        verb = to_text(request[0])
        try:
            return getattr(self, "on_" + verb)(*request[1:])
        except Broken as broken:
            return [b"broken", broken]
        except BaseException as error:
            if isinstance(error, OSError) and error.strerror and verb in ("read", "finish", "write", "restored"):
                return [b"failed", error.strerror]
            self.told()
            reason = f"{type(error).__name__}: {error}"
            return [b"failed" if verb in ("read", "finish", "write", "restored") else b"broken", reason]

    def serve(self):
        """Until the daemon says no more. The plugin hears of the job's end even where that came early."""
        request = []
        try:
            while (request := self.wire.receive()) is not None:
                self.wire.send(*self.answer(request))
                self.is_over = request[0] == b"end"
        except OSError:
            pass  # the daemon is gone
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            if self.module and not self.is_over:
                self.event(bareosfd.bEventCancelCommand)
                self.event(bareosfd.bEventJobEnd)

    def terminate(self, *_):
        """The job is over, though the plugin is still at work."""
        raise SystemExit(1)


def main():
    faulthandler.enable()
    wire = Wire(os.dup(0), os.dup(1))
    # What the plugin reads and prints must not disturb the conversation.
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    host = bareosfd._host = Host(wire)
    signal.signal(signal.SIGTERM, host.terminate)
    host.serve()


if __name__ == "__main__":
    main()
