# SPDX-License-Identifier: AGPL-3.0-or-later
"""A clock for daemons that a test sets, by Debian's libfaketime. What measures time, instead of telling it, goes on as
it does."""
import datetime
import os
import pathlib
import time


class Clock:
    """start(**clock.options) starts daemons under it; it goes on from where it is set."""

    def __init__(self, folder, zone="UTC"):
        self.file = folder / "clock"
        library, = pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
        sanitizer = f"{os.environ.get('ASAN_OPTIONS', '')}:verify_asan_link_order=0".lstrip(":")
        self.options = {"env": dict(
            os.environ, TZ=zone, LD_PRELOAD=str(library), FAKETIME_TIMESTAMP_FILE=str(self.file), FAKETIME_NO_CACHE="1",
            DONT_FAKE_MONOTONIC="1", FAKETIME_DONT_FAKE_MONOTONIC="1", NO_FAKE_STAT="1", ASAN_OPTIONS=sanitizer)}

    def set(self, moment):
        """`moment`: "2026-11-24 12:59:58", of UTC."""
        when = datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.timezone.utc)
        self.ahead = when.timestamp() - time.time()
        new = self.file.with_suffix(".new")
        new.write_text(f"{self.ahead:+.3f}\n")
        new.replace(self.file)

    def now(self):
        """As the catalog writes it, for the zone UTC."""
        moment = datetime.datetime.fromtimestamp(time.time() + self.ahead, datetime.timezone.utc)
        return moment.strftime("%Y-%m-%d %H:%M:%S")
