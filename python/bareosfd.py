# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a plugin of the File Daemon sees of its daemon: the programming interface of python3 plugins, Bareos 20 and later.

Everything here runs in the process that hosts the plugin (holdfast_plugin_host.py), which talks to the daemon.
"""
import stat as _stat
import sys
import time

_host = None  # holdfast_plugin_host.Host
_version = "25.1.0"


def _constants(names, start=1):
    """name: number, in turn."""
    return {name: number for number, name in enumerate(names.split(), start)}


bRCs = _constants("bRC_OK bRC_Stop bRC_Error bRC_More bRC_Term bRC_Seen bRC_Core bRC_Skip bRC_Cancel", 0)
bJobMessageType = _constants("M_ABORT M_DEBUG M_FATAL M_ERROR M_WARNING M_INFO M_SAVED M_NOTSAVED M_SKIPPED M_MOUNT "
                             "M_ERROR_TERM M_TERM M_RESTORED M_SECURITY M_ALERT M_VOLMGMT")
bVariable = _constants("bVarJobId bVarFDName bVarLevel bVarType bVarClient bVarJobName bVarJobStatus bVarSinceTime "
                       "bVarAccurate bVarFileSeen bVarVssClient bVarWorkingDir bVarWhere bVarRegexWhere bVarExePath "
                       "bVarVersion bVarDistName bVarPrevJobName bVarPrefixLinks")
bFileType = _constants("FT_LNKSAVED FT_REGE FT_REG FT_LNK FT_DIREND FT_SPEC FT_NOACCESS FT_NOFOLLOW FT_NOSTAT FT_NOCHG "
                       "FT_DIRNOCHG FT_ISARCH FT_NORECURSE FT_NOFSCHG FT_NOOPEN FT_RAW FT_FIFO FT_DIRBEGIN FT_INVALIDFS "
                       "FT_INVALIDDT FT_REPARSE FT_PLUGIN FT_DELETED FT_BASE FT_RESTORE_FIRST FT_JUNCTION "
                       "FT_PLUGIN_CONFIG FT_PLUGIN_CONFIG_FILLED")
bCFs = _constants("CF_SKIP CF_ERROR CF_EXTRACT CF_CREATED CF_CORE")
bIOPS = _constants("IO_OPEN IO_READ IO_WRITE IO_CLOSE IO_SEEK")
bIOPstatus = _constants("iostat_error iostat_do_in_plugin iostat_do_in_core", -1)
bEventType = _constants("bEventJobStart bEventJobEnd bEventStartBackupJob bEventEndBackupJob bEventStartRestoreJob "
                        "bEventEndRestoreJob bEventStartVerifyJob bEventEndVerifyJob bEventBackupCommand "
                        "bEventRestoreCommand bEventEstimateCommand bEventLevel bEventSince bEventCancelCommand "
                        "bEventRestoreObject bEventEndFileSet bEventPluginCommand bEventOptionPlugin "
                        "bEventHandleBackupFile bEventNewPluginOptions bEventVssInitializeForBackup "
                        "bEventVssInitializeForRestore bEventVssSetBackupState bEventVssPrepareForBackup "
                        "bEventVssBackupAddComponents bEventVssPrepareSnapshot bEventVssCreateSnapshots "
                        "bEventVssRestoreLoadComponentMetadata bEventVssRestoreSetComponentsSelected "
                        "bEventVssCloseRestore bEventVssBackupComplete")
bLevels = {"L_FULL": "F", "L_INCREMENTAL": "I", "L_DIFFERENTIAL": "D", "L_SINCE": "S", "L_VERIFY_CATALOG": "C",
           "L_VERIFY_INIT": "V", "L_VERIFY_VOLUME_TO_CATALOG": "O", "L_VERIFY_DISK_TO_CATALOG": "d",
           "L_VERIFY_DATA": "A", "L_BASE": "B", "L_NONE": " ", "L_VIRTUAL_FULL": "f"}
for _table in (bRCs, bJobMessageType, bVariable, bFileType, bCFs, bIOPS, bIOPstatus, bEventType, bLevels):
    globals().update(_table)


# Types


class Level(str):
    """A level like "F". Some plugins compare it, others say chr(level), as it was a number once."""

    def __index__(self):
        return ord(self)

    def __eq__(self, other):
        return ord(self) == other if isinstance(other, int) else str.__eq__(self, other)

    def __ne__(self, other):
        return not self == other

    __hash__ = str.__hash__


class _Packet:
    """Attributes with defaults, which the constructor takes by name or in this order."""

    _defaults = ()

    def __init__(self, *values, **named):
        for (name, default), value in zip(self._defaults, list(values) + [None] * len(self._defaults)):
            setattr(self, name, default() if value is None and callable(default) else default if value is None else value)
        for name, value in named.items():
            if name not in dict(self._defaults):
                raise TypeError(f"{type(self).__name__} has no {name}")
            setattr(self, name, value)

    def __repr__(self):
        shown = ", ".join(f"{name}={getattr(self, name, None)!r}" for name, _ in self._defaults)
        return f"{type(self).__name__}({shown})"


def _now():
    return int(time.time())


class StatPacket(_Packet):
    _defaults = (("st_dev", 0), ("st_ino", 0), ("st_mode", 0o700 | _stat.S_IFREG), ("st_nlink", 1), ("st_uid", 0),
                 ("st_gid", 0), ("st_rdev", 0), ("st_size", -1), ("st_atime", _now), ("st_mtime", _now),
                 ("st_ctime", _now), ("st_blksize", 4096), ("st_blocks", 1))


class SavePacket(_Packet):
    _defaults = (("fname", None), ("link", None), ("statp", None), ("type", 0), ("flags", bytearray), ("no_read", False),
                 ("portable", True), ("accurate_found", False), ("cmd", None), ("save_time", 0), ("delta_seq", 0),
                 ("object_name", None), ("object", None), ("object_len", 0), ("object_index", 0))


class RestorePacket(_Packet):
    _defaults = (("stream", 0), ("data_stream", 0), ("type", 0), ("file_index", 0), ("LinkFI", 0), ("uid", 0),
                 ("statp", None), ("attrEx", ""), ("ofname", ""), ("olname", ""), ("where", ""), ("RegexWhere", ""),
                 ("replace", 0), ("create_status", 0), ("filedes", -1))


class IoPacket(_Packet):
    _defaults = (("func", 0), ("count", 0), ("flags", 0), ("mode", 0), ("buf", None), ("fname", None), ("status", 0),
                 ("io_errno", 0), ("lerror", 0), ("whence", 0), ("offset", 0), ("win32", False), ("filedes", -1))


class AclPacket(_Packet):
    _defaults = (("fname", None), ("content", None))


class XattrPacket(_Packet):
    _defaults = (("fname", None), ("name", None), ("value", None))


class RestoreObject(_Packet):
    _defaults = (("object_name", ""), ("object", bytearray), ("plugin_name", ""), ("object_type", 0), ("object_len", 0),
                 ("object_full_len", 0), ("object_index", 0), ("object_compression", 0), ("stream", 28), ("JobId", 0))

    @property
    def jobid(self):
        return self.JobId


# Functions


def JobMessage(level, text):
    """A message of the job, with one of the levels M_..."""
    _host.message(level, text)
    return bRC_OK


def DebugMessage(level, text):
    """For whoever looks for a fault: shown where HOLDFAST_PLUGIN_DEBUG is at least `level`."""
    if level <= _host.debug_level:
        print(text.rstrip("\n"), file=sys.stderr)
    return bRC_OK


def GetValue(variable):
    return _host.values.get(variable)


def SetValue(variable, value):
    if variable == bVarFileSeen:
        return SetSeenBitmap(False, value)
    if variable not in _host.values:
        return bRC_Error
    _host.values[variable] = value
    return bRC_OK


def RegisterEvents(events):
    _host.events.update(events)
    return bRC_OK


def UnRegisterEvents(events):
    _host.events.difference_update(events)
    return bRC_OK


def GetInstanceCount():
    return 1  # every plugin has a process of its own


# The FileSet of the job. It can be changed until the backup starts: the last occasion is bEventStartBackupJob.


def _changing(name, change):
    def add(*arguments):
        if _host.file_set is None:
            _host.message(M_ERROR, f"{name}: a FileSet can be changed before its backup starts, and not any more")
            return bRC_Error
        change(_host.file_set, *arguments)
        return bRC_OK

    add.__name__ = add.__qualname__ = name
    return add


AddInclude = _changing("AddInclude", lambda files, name: files.add_file(name))
AddExclude = _changing("AddExclude", lambda files, pattern: files.excluded.append(pattern))
AddOptions = _changing("AddOptions", lambda files, letters: files.add_letters(letters))
AddRegex = _changing("AddRegex", lambda files, pattern, kind=" ": files.add_pattern("R", pattern, kind))
AddWild = _changing("AddWild", lambda files, pattern, kind=" ": files.add_pattern("W", pattern, kind))
NewOptions = _changing("NewOptions", lambda files: files.add_options_block())
NewInclude = _changing("NewInclude", lambda files: files.add_include_block("behind"))
NewPreInclude = _changing("NewPreInclude", lambda files: files.add_include_block("before"))


def AcceptFile(packet):
    """bRC_OK where the FileSet wants a file of this name, else bRC_Skip."""
    return bRC_OK if _host.accepts(packet) else bRC_Skip


def CheckChanges(packet):
    """bRC_OK where what the packet describes was changed since the backup that this one builds on, else bRC_Seen. In an
    accurate job the packet is told whether it was saved before, and with which delta sequence."""
    if GetValue(bVarLevel) not in (L_INCREMENTAL, L_DIFFERENTIAL):
        return bRC_OK
    if GetValue(bVarAccurate):
        return bRC_OK if _host.is_changed(packet) else bRC_Seen
    since = packet.save_time or GetValue(bVarSinceTime)
    changed = packet.statp.st_mtime >= since or packet.statp.st_ctime >= since
    return bRC_OK if changed else bRC_Seen


def SetSeenBitmap(all_files, fname):
    """In an accurate job: the file is there, though it is not saved. Without this, or being offered, it counts as deleted."""
    _host.seen("" if all_files else fname)
    return bRC_OK


def ClearSeenBitmap(all_files, fname):
    """The opposite: what is not offered or seen again counts as deleted."""
    _host.unseen("" if all_files else fname)
    return bRC_OK


def _stat_packet(result):
    """A StatPacket of what os.stat() gave."""
    packet = StatPacket()
    for name, _ in StatPacket._defaults:
        setattr(packet, name, int(getattr(result, name)))
    return packet


__all__ = [name for name in globals() if not name.startswith("_") and name not in ("sys", "time")]
