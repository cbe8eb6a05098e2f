# SPDX-License-Identifier: AGPL-3.0-or-later
"""For plugins that save files of this machine: a derived class fills files_to_backup in start_backup_job()."""
import os
import stat

import bareosfd
from BareosFdPluginBaseclass import BareosFdPluginBaseclass


class BareosFdPluginLocalFilesBaseclass(BareosFdPluginBaseclass):
    def __init__(self, plugindef, mandatory_options=None):
        super().__init__(plugindef, mandatory_options)
        self.files_to_backup = []
        self.file_to_backup = None

    def start_backup_file(self, savepkt):
        if not self.files_to_backup:
            return bareosfd.bRC_Skip
        self.file_to_backup = self.files_to_backup.pop().rstrip("/") or "/"
        try:
            found = os.lstat(self.file_to_backup)
        except OSError as error:
            bareosfd.JobMessage(bareosfd.M_ERROR, f"Could not stat {self.file_to_backup}: {error.strerror}\n")
            return bareosfd.bRC_Skip
        savepkt.statp = bareosfd._stat_packet(found)
        savepkt.fname = self.file_to_backup
        savepkt.type = self.type_of(found)
        if savepkt.type == bareosfd.FT_LNK:
            savepkt.link = os.readlink(self.file_to_backup)
        savepkt.no_read = savepkt.type != bareosfd.FT_REG
        return bareosfd.bRC_OK

    @staticmethod
    def type_of(found):
        for is_kind, file_type in ((stat.S_ISREG, bareosfd.FT_REG), (stat.S_ISLNK, bareosfd.FT_LNK),
                                   (stat.S_ISDIR, bareosfd.FT_DIREND)):
            if is_kind(found.st_mode):
                return file_type
        return bareosfd.FT_SPEC

    def end_backup_file(self):
        return bareosfd.bRC_More if self.files_to_backup else bareosfd.bRC_OK
