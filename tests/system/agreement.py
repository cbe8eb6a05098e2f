# SPDX-License-Identifier: AGPL-3.0-or-later
"""What must hold after any disaster: volumes can be read and continued, and the catalog tells the truth about them."""
import re


class Disagreement(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Disagreement(message)


def check_volumes(here, most=1):
    """Each volume can be appended to and is as large as the catalog says; at most `most` were begun."""
    for name, (status, size) in here.volume_rows().items():
        on_disk = (here.volumes / name).stat().st_size
        check(status == "Append", f"volume {name} has status {status}")
        check(size == on_disk, f"volume {name}: {size} bytes in the catalog, {on_disk} on disk")
    used = here.query("SELECT count(DISTINCT MediaId) FROM JobMedia")[0][0]
    check(used <= most, f"{used} volumes were used; an interrupted job must not spoil one")


def check_readable(here):
    """All volumes, from begin to end."""
    for name in here.volume_rows():
        bls(here, "-j", "-V", name)


def check_job(here, job_id):
    """What JobMedia tells of a good job is where its files are: all that the catalog counts."""
    bootstrap = here.work / "job.bsr"
    bootstrap.write_text(here.bootstrap(job_id))
    found = re.search(r"([\d,]+) files? and director", bls(here, "-b", bootstrap))
    check(found, f"bls found nothing of job {job_id}")
    listed = here.query("SELECT count(*) FROM File WHERE JobId = ?", job_id)[0][0]
    counts = (int(found[1].replace(",", "")), listed, here.job(job_id).files)
    check(len(set(counts)) == 1, f"job {job_id}: files (on the volume, in File, in Job) are {counts}")


def bls(here, *options):
    done = here.tool("bls", "-c", here.work / "sd.conf", *options, "FileDevice")
    check(done.returncode == 0, f"bls {options}:\n{done.stdout[-2000:]}{done.stderr[-500:]}")
    return done.stdout
