# SPDX-License-Identifier: AGPL-3.0-or-later
"""Waiting for what other processes do."""
import time


def eventually(condition, timeout=30, otherwise=lambda: ""):
    """What the condition returned when it was true at last; `otherwise()` tells what was there instead."""
    deadline = time.monotonic() + timeout
    while not (result := condition()):
        assert time.monotonic() < deadline, f"it did not happen: {otherwise()}"
        time.sleep(0.05)
    return result
