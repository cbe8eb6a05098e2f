# SPDX-License-Identifier: AGPL-3.0-or-later
"""A thousand bad commands through the real console: each is answered clearly, and the Director stays as it was."""
import pathlib
import random
import re
import subprocess

from waiting import eventually

COMMANDS = 1000
BATCHES = 5
SEED = 20261123
INVALID = "is an invalid command"

# What is typed, where {} is a name, a number or a text that means nothing to this Director, and what the answer must say.
WRONG_NAMES = [
    ("run job={} yes", 'Job "{}" not found'),
    ("estimate job={}", 'Job "{}" not found'),
    ("enable job={}", 'Job "{}" not found'),
    ("disable job={} yes", 'Job "{}" not found'),
    ("run job=backup pool={} yes", 'Pool "{}" not found'),
    ("run job=backup level={} yes", 'Level "{}" not valid'),
    ("run job=backup fileset={} backupformat=1 level={} yes", "not (found|valid)"),
    ("restore jobid=1 restorejob={} all done", 'Restore Job resource "{}" does not exist'),
    ("delete volume={} yes", 'Volume "{}" not found'),
    ("purge volume={} yes", 'Volume "{}" not found'),
    ("prune volume={} yes", 'Volume "{}" not found'),
    ("update volume={} volstatus=Full", 'Volume "{}" not found'),
    ("update volume=Full-0001 volstatus={}", "Invalid VolStatus specified: {}"),
    ("update volume=Full-0001 volretention={}", "Invalid retention period specified: {}"),
    ("llist volume={}", "No results to list"),
    ("list files job={}", "not found|No results"),
    ("show {}", "Resource {} not found"),
    ("help {}", "Can't find {} command"),
    ("list {}", "Unknown list keyword: {}"),
    ("{}", "{}: " + INVALID),
    ("{} jobid=1 yes", "{}: " + INVALID),
    (".{}", "{}: " + INVALID),
    ("@{}", "{}: " + INVALID),
    ("simulate config={}", "{} is no absolute path"),
]
WRONG_NUMBERS = [
    ("restore jobid={} all done yes", "Unable to get Job record for JobId={}|Invalid JobId in list"),
    ("cancel jobid={} yes", "JobId {} is not running"),
    ("list files jobid={}", "jobid not found in db"),
    ("list joblog jobid={}", "jobid not found in db|No results"),
    ("wait jobid={}", "Unknown term code"),
    ("simulate days={}", "days= takes a number"),
]
MISSING = [
    ("run", "A job name must be specified"),
    ("list", "list command requires a keyword"),
    ("prune", "Choose item to prune"),
    ("gui", "ON or OFF keyword missing"),
    ("estimate", "A job name must be specified|Select Job"),
    ("delete jobid=1-99999999999999999999 yes", "Illegal JobId range"),
    ("delete jobid=x yes", "Illegal JobId"),
]


class CommandMaker:
    """What a seed makes is always the same."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def name(self, length=None):
        letters = "".join(self.random.choices("bcdfghjkmnpqrtvwxz", k=length or self.random.randint(3, 12)))
        return f"zz{letters}"

    def garbage(self):
        """Not a line end, and no word that a command begins with."""
        every = [byte for byte in range(256) if byte not in b"\r\n"]
        return b"zz" + bytes(self.random.choices(every, k=self.random.randint(1, 300)))

    def next(self):
        """The line to type, and the pattern of its answer."""
        kind = self.random.randrange(8)
        if kind == 0:
            return self.garbage(), INVALID
        if kind == 1:
            command, answer = self.random.choice(MISSING)
            return command.encode(), answer
        if kind == 2:
            number = str(self.random.choice([self.random.randint(10 ** 5, 2 ** 31), 10 ** self.random.randint(11, 40)]))
            command, answer = self.random.choice(WRONG_NUMBERS)
            return command.format(number).encode(), answer.format(number)
        if kind == 3:
            long = self.name(self.random.randint(1000, 300_000))
            command, _ = self.random.choice(WRONG_NAMES)
            return command.format(long, long).encode(), "."
        name = self.name()
        command, answer = self.random.choice(WRONG_NAMES)
        return command.format(name, name).encode(), answer.format(name)


def say(here, commands, first):
    """Types them; behind each the way out of what it may ask for, and a word that tells where its answer ends."""
    lines = [line + b"\n.\n.\n" + f"marker-{number}\n".encode() for number, (line, _) in enumerate(commands, first)]
    done = subprocess.run(here.console_command(), input=b"".join(lines), capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.decode(errors="replace")


def unclear(commands, output, first):
    """The commands whose answers do not say what they should."""
    found = []
    for number, (line, pattern) in enumerate(commands, first):
        answer, end, output = output.partition(f"marker-{number}: {INVALID}.\n")
        if not end:
            return found + [f"no end of the answer to {line[:200]!r}: {answer[:2000]}"]
        # The console prints what it was given.
        _, _, answer = answer.partition("\n") if number > first else answer.rpartition(line[:50].decode(errors="replace"))
        if not re.search(pattern, answer, re.DOTALL):
            found.append(f"{line[:200]!r}: {answer[:500]}")
    return found


def catalog(here):
    tables = [name for name, in here.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return {table: sorted(map(repr, here.query(f'SELECT * FROM "{table}"'))) for table in tables}


def memory(here):
    """Resident, in MiB; None under a sanitizer, which keeps what is freed."""
    status = pathlib.Path(f"/proc/{here.pid('dir')}/status").read_text()
    if "asan" in pathlib.Path(f"/proc/{here.pid('dir')}/maps").read_text():
        return None
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024


def test_a_thousand_bad_commands_are_answered_and_change_nothing(install, small_tree):
    here = install(source=small_tree)
    assert here.backup().status == "T"
    before, files = catalog(here), sorted(here.work.glob("dir/*"))
    maker = CommandMaker(SEED)
    count = COMMANDS // BATCHES
    descriptors, sizes = [], []
    for batch in range(BATCHES):
        commands = [maker.next() for _ in range(count)]
        first = batch * count
        problems = unclear(commands, say(here, commands, first), first)
        assert not problems, f"seed {SEED}\n" + "\n".join(problems)
        descriptors.append(here.open_descriptors("dir"))
        sizes.append(memory(here))
    assert max(descriptors) <= descriptors[0] + 2, descriptors
    assert sizes[0] is None or sizes[-1] - sizes[0] < 32, sizes
    after = catalog(here)
    assert {table for table in before if before[table] != after[table]} == set()
    assert sorted(here.work.glob("dir/*")) == files
    job = here.backup()
    assert job.status == "T" and job.id == 2, here.job_log(job.id)


def test_the_bootstrap_file_of_a_restore_goes_whether_or_not_it_runs(install, small_tree, tmp_path):
    here = install(source=small_tree)
    assert here.backup().status == "T"

    def left():
        return list(here.work.glob("dir/*.bsr"))

    restore = "restore client=test-fd restorejob=restore jobid=1 all done"
    assert "Bootstrap records written to" in here.console(restore, "no") and not left()
    assert "Invalid replace option: never-ever" in here.console(f"{restore} replace=never-ever yes") and not left()
    said = here.console(restore, "mod", "7", "2099-01-01 00:00:00", "yes")
    assert "JobId=2" in said, said
    assert len(left()) == 1, "the job that waits will read it"
    here.console("cancel jobid=2 yes")
    assert here.wait_for(2).status == "A"
    eventually(lambda: not left())
    assert here.restore(1).status == "T"
    eventually(lambda: not left())
    own = tmp_path / "own.bsr"
    assert here.restore(1, f"bootstrap={own}").status == "T"
    assert own.exists(), "its name was given, so somebody wants it"
