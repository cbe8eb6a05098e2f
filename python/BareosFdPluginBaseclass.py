# SPDX-License-Identifier: AGPL-3.0-or-later
"""What plugins of the File Daemon derive from: every call of the daemon has a method that does what is usual."""
import os
import time

import bareosfd

_EVENTS = {
    bareosfd.bEventJobStart: "start_job",
    bareosfd.bEventJobEnd: "end_job",
    bareosfd.bEventStartBackupJob: "start_backup_job",
    bareosfd.bEventEndBackupJob: "end_backup_job",
    bareosfd.bEventStartRestoreJob: "start_restore_job",
    bareosfd.bEventEndRestoreJob: "end_restore_job",
    bareosfd.bEventEndFileSet: "end_fileset",
}


def options_of(definition):
    """{key: value} of "python3:key=value:…", where \\: stands for a colon. Parts without a value are left out."""
    options, parts, part = {}, [], ""
    characters = iter(definition)
    for character in characters:
        if character == "\\":
            part += next(characters, "")
        elif character == ":":
            parts.append(part)
            part = ""
        else:
            part += character
    for text in [*parts, part]:
        key, _, value = text.partition("=")
        if value:
            options[key] = value
    return options


class BareosFdPluginBaseclass:
    def __init__(self, plugindef, mandatory_options=None):
        self.plugindef = plugindef
        self.mandatory_options = mandatory_options
        self.options = {}
        self.fdname = bareosfd.GetValue(bareosfd.bVarFDName)
        self.jobId = bareosfd.GetValue(bareosfd.bVarJobId)
        self.client = bareosfd.GetValue(bareosfd.bVarClient)
        self.since = bareosfd.GetValue(bareosfd.bVarSinceTime)
        self.level = bareosfd.GetValue(bareosfd.bVarLevel)
        self.jobName = bareosfd.GetValue(bareosfd.bVarJobName)
        self.workingdir = bareosfd.GetValue(bareosfd.bVarWorkingDir)
        self.startTime = int(time.time())
        self.FNAME = "undef"
        self.filetype = "undef"
        self.file = None
        self.events = list(_EVENTS)
        bareosfd.RegisterEvents(self.events)

    def __str__(self):
        return f"<{type(self).__name__}:fdname={self.fdname} jobId={self.jobId} client={self.client}>"

    # Options

    def parse_plugin_definition(self, plugindef):
        self.options.update(options_of(plugindef))
        return self.check_options(self.mandatory_options)

    def check_options(self, mandatory_options=None):
        return self.check_plugin_options(mandatory_options)

    def check_plugin_options(self, mandatory_options=None):
        missing = [name for name in mandatory_options or () if name not in self.options]
        if not missing:
            return bareosfd.bRC_OK
        bareosfd.JobMessage(bareosfd.M_FATAL, f"Mandatory option '{missing[0]}' not defined.\n")
        return bareosfd.bRC_Error

    # Events

    def handle_plugin_event(self, event):
        name = _EVENTS.get(event)
        if name is None:
            return bareosfd.bRC_OK
        return getattr(self, name)()

    def start_job(self):
        return bareosfd.bRC_OK

    def end_job(self):
        return bareosfd.bRC_OK

    def start_backup_job(self):
        return bareosfd.bRC_OK

    def end_backup_job(self):
        return bareosfd.bRC_OK

    def start_restore_job(self):
        return bareosfd.bRC_OK

    def end_restore_job(self):
        return bareosfd.bRC_OK

    def end_fileset(self):
        return bareosfd.bRC_OK

    # Backup

    def start_backup_file(self, savepkt):
        return bareosfd.bRC_Skip

    def end_backup_file(self):
        return bareosfd.bRC_OK

    def handle_backup_file(self, savepkt):
        return bareosfd.bRC_OK

    def check_file(self, fname):
        return bareosfd.bRC_OK

    def get_acl(self, acl):
        return bareosfd.bRC_OK

    def get_xattr(self, xattr):
        return bareosfd.bRC_OK

    # Restore

    def restore_object_data(self, ROP):
        return bareosfd.bRC_OK

    def start_restore_file(self, cmd):
        return bareosfd.bRC_OK

    def create_file(self, restorepkt):
        """Makes the file, or what is of its kind, with the folders above it."""
        self.FNAME = restorepkt.ofname
        self.filetype = restorepkt.type
        if restorepkt.type == bareosfd.FT_DIREND:
            os.makedirs(self.FNAME, exist_ok=True)
            restorepkt.create_status = bareosfd.CF_CREATED
        elif restorepkt.type == bareosfd.FT_LNK:
            self.make_room()
            os.symlink(restorepkt.olname, self.FNAME)
            restorepkt.create_status = bareosfd.CF_CREATED
        elif restorepkt.type in (bareosfd.FT_REG, bareosfd.FT_REGE):
            self.make_room()
            open(self.FNAME, "wb").close()
            restorepkt.create_status = bareosfd.CF_EXTRACT
        else:
            restorepkt.create_status = bareosfd.CF_CORE
        return bareosfd.bRC_OK

    def make_room(self):
        """Makes the folder of FNAME, and takes away what is in its place."""
        os.makedirs(os.path.dirname(self.FNAME) or "/", exist_ok=True)
        if os.path.lexists(self.FNAME) and not os.path.isdir(self.FNAME):
            os.unlink(self.FNAME)

    def set_file_attributes(self, restorepkt):
        """Owner, permissions and times, as far as this process may set them."""
        statp, follows = restorepkt.statp, restorepkt.type != bareosfd.FT_LNK
        try:
            os.chown(self.FNAME, statp.st_uid, statp.st_gid, follow_symlinks=follows)
        except PermissionError as error:
            bareosfd.DebugMessage(100, f"cannot change the owner of {self.FNAME}: {error}")
        if follows:
            os.chmod(self.FNAME, statp.st_mode & 0o7777)
        os.utime(self.FNAME, (statp.st_atime, statp.st_mtime), follow_symlinks=follows)
        return bareosfd.bRC_OK

    def end_restore_file(self):
        return bareosfd.bRC_OK

    def set_acl(self, acl):
        return bareosfd.bRC_OK

    def set_xattr(self, xattr):
        return bareosfd.bRC_OK

    # Data

    def plugin_io(self, IOP):
        calls = {bareosfd.IO_OPEN: self.plugin_io_open, bareosfd.IO_READ: self.plugin_io_read,
                 bareosfd.IO_WRITE: self.plugin_io_write, bareosfd.IO_CLOSE: self.plugin_io_close,
                 bareosfd.IO_SEEK: self.plugin_io_seek}
        if IOP.func not in calls:
            bareosfd.JobMessage(bareosfd.M_ERROR, f"unknown function {IOP.func} of plugin_io\n")
            return bareosfd.bRC_Error
        return calls[IOP.func](IOP)

    def plugin_io_open(self, IOP):
        self.FNAME = IOP.fname
        writes = IOP.flags & (os.O_WRONLY | os.O_RDWR)
        try:
            if writes:
                os.makedirs(os.path.dirname(self.FNAME) or "/", exist_ok=True)
            self.file = open(self.FNAME, "wb" if writes else "rb", buffering=0)
        except OSError as error:
            bareosfd.JobMessage(bareosfd.M_ERROR, f"Could not open {self.FNAME}: {error.strerror}\n")
            IOP.status, IOP.io_errno = bareosfd.iostat_error, error.errno
            return bareosfd.bRC_Error
        # The host reads and writes without asking again.
        IOP.filedes = self.file.fileno()
        IOP.status = bareosfd.iostat_do_in_core
        return bareosfd.bRC_OK

    def plugin_io_read(self, IOP):
        IOP.buf = bytearray(IOP.count)
        IOP.status = self.file.readinto(IOP.buf)
        return bareosfd.bRC_OK

    def plugin_io_write(self, IOP):
        view = memoryview(IOP.buf)
        while view:
            view = view[self.file.write(view):]
        IOP.status = IOP.count
        return bareosfd.bRC_OK

    def plugin_io_seek(self, IOP):
        self.file.seek(IOP.offset, IOP.whence)
        return bareosfd.bRC_OK

    def plugin_io_close(self, IOP):
        if self.file:
            self.file.close()
            self.file = None
        IOP.status = bareosfd.iostat_do_in_plugin
        return bareosfd.bRC_OK
