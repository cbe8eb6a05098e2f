# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a step cost: wall time, CPU of every process that took part, peak memory of each."""
import dataclasses
import os
import pathlib
import resource
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass
class Cost:
    wall: float
    cpu: float
    peak_mb: dict  # name of the process -> MB


def cpu_of(pid):
    """User and system time in seconds, with that of children already waited for."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:15]) / TICKS


def reset_peak(pid):
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_mb_of(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def run(command, daemons=None, name=None, log=None, **options):
    """Runs the command and returns its cost together with what the daemons {name: pid} spent meanwhile."""
    daemons = daemons or {}
    for pid in daemons.values():
        reset_peak(pid)
    before = {pid: cpu_of(pid) for pid in daemons.values()}
    with open(log or os.devnull, "ab") as output:
        start = time.monotonic()
        process = subprocess.Popen([str(word) for word in command], stdin=options.pop("stdin", subprocess.DEVNULL),
                                   stdout=options.pop("stdout", output), stderr=output, **options)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with status {process.returncode}, see {log}")
    cpu = usage.ru_utime + usage.ru_stime + sum(cpu_of(pid) - before[pid] for pid in daemons.values())
    peaks = {role: peak_mb_of(pid) for role, pid in daemons.items()}
    if not daemons:
        peaks[name or pathlib.Path(str(command[0])).name] = usage.ru_maxrss / 1024
    return Cost(wall, cpu, peaks)


def allow_many_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
