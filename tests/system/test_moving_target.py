# SPDX-License-Identifier: AGPL-3.0-or-later
"""A tree that somebody changes all the time while it is backed up: what comes back is what once was, or is named as doubtful.

Every file says of itself what it is: lines of the same length, each with the generation it belongs to and its number, and in each the number of
lines of that generation. A file of one generation with all its lines is a state that the file was in; so is the beginning of one, where lines are
appended one after the other.
"""
import multiprocessing
import os
import pathlib
import random
import re
import shutil
import subprocess
import time

import pytest


LINE = 64
FOLDERS, FILES, HOT = 6, 12, 8
LINES = (1, 40, 700, 4_000, 60_000)  # 64 bytes to 3.8 MB: read at once, in some blocks, and as a large file


def line(generation, number, count):
    return f"{generation:020d} {number:010d} {count:010d}".ljust(LINE - 1).encode() + b"\n"


def content(generation, count):
    return b"".join(line(generation, number, count) for number in range(count))


def is_a_state(data):
    """Whether a file ever looked so: the whole of a generation, or, while it is appended to, its beginning."""
    whole = len(data) // LINE * LINE
    if not data:
        return True
    generation = data[:20]
    return all(data[at:at + 31] == generation + b" %010d" % (at // LINE) for at in range(0, whole, LINE)) and (
        len(data) == whole or line(int(generation), whole // LINE, int(data[32:42])).startswith(data[whole:]))


def described(path):
    """Where the generations change within a file."""
    data = path.read_bytes()
    parts = [data[at:at + 20] for at in range(0, len(data), LINE)]
    turns = [at for at in range(1, len(parts)) if parts[at] != parts[at - 1]]
    return f"{len(data)} bytes, written at {path.stat().st_mtime:.3f}, generations {parts[:1] + [(at, parts[at]) for at in turns[:5]]}"


def opened(path, mode):
    """Never waits for the other end of a FIFO that somebody put there meanwhile."""
    return open(path, mode, buffering=0, opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))


class Mover:
    """Changes one tree until it is told to stop; a process of its own runs it.

    Each writes to files of its own: two that write to one file at a time make a mixture that stays.
    """

    def __init__(self, root, which, of=1):
        self.root, self.which, self.of = root, which, of
        self.random, self.generation = random.Random(which), 0

    def some_file(self):
        numbers = range(self.which, FILES, self.of)
        return self.root / f"folder-{self.random.randrange(FOLDERS)}" / f"file-{self.random.choice(numbers)}"

    def fresh(self):
        self.generation += 1
        return content(self.generation, self.random.choice(LINES))

    def rewrite(self, path):
        with opened(path, "wb") as file:
            file.write(self.fresh())

    def replace(self, path):
        new = path.with_name(f"new-{self.which}")
        new.write_bytes(self.fresh())
        new.rename(path)

    def append(self, path):
        self.generation += 1
        with opened(path, "wb") as file:
            for number in range(100):
                file.write(line(self.generation, number, 100))

    def overwrite(self, path):
        """In place, without changing the length."""
        self.generation += 1
        with opened(path, "r+b") as file:
            file.write(content(self.generation, os.fstat(file.fileno()).st_size // LINE))

    def truncate(self, path):
        os.truncate(path, min(path.stat().st_size, self.random.randrange(3) * LINE))

    def rename(self, path):
        path.rename(self.some_file())

    def delete(self, path):
        path.unlink()

    def become_folder(self, path):
        path.unlink(missing_ok=True)
        path.mkdir()
        (path / "inside").write_bytes(self.fresh())

    def become_symlink(self, path):
        path.unlink(missing_ok=True)
        path.symlink_to(self.some_file())

    def become_fifo(self, path):
        path.unlink(missing_ok=True)
        os.mkfifo(path)

    def move_folder(self, path):
        away = self.root / f"away-{self.which}"
        shutil.rmtree(away, ignore_errors=True)  # somebody may have made another one in its place the last time
        path.parent.rename(away)
        time.sleep(0.002)
        away.rename(path.parent)

    def drop_folder(self, path):
        shutil.rmtree(path.parent)

    def step(self):
        path = self.some_file()
        path.parent.mkdir(exist_ok=True)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.is_symlink() or path.is_fifo():
            path.unlink()
        actions = [self.rewrite] * 6 + [self.overwrite] * 4 + [self.append] * 4 + [self.replace] * 4 + [
            self.truncate, self.rename, self.rename, self.delete, self.become_folder, self.become_symlink, self.become_fifo,
            self.move_folder, self.drop_folder]
        self.random.choice(actions)(path)

    def run(self, stop):
        while not stop.is_set():
            try:
                self.step()
            except OSError:
                pass  # it was moved away by a step before


def hammer(folder, stop):
    """Writes over large files without a pause: in place at the same length, shorter, longer, anew."""
    try:
        os.nice(-15)  # on a machine with other work, it would sleep while files are read
    except PermissionError:
        pass
    numbers = random.Random(4)
    generations = [content(generation, count) for generation, count in ((1, 3_000), (2, 3_000), (3, 60_000), (4, 60_000), (5, 60_000))]
    while not stop.is_set():
        data = numbers.choice(generations)
        flags = os.O_WRONLY | os.O_CREAT | numbers.choice((0, os.O_TRUNC))
        file = os.open(folder / f"hot-{numbers.randrange(HOT)}", flags)
        os.write(file, data)
        os.ftruncate(file, len(data))
        os.close(file)


def mount_and_unmount(target, stop):
    """A tmpfs over a folder, with a file of its own, and away again."""
    while not stop.is_set():
        if subprocess.run(["mount", "-t", "tmpfs", "none", target], capture_output=True).returncode == 0:
            (target / "mounted").write_bytes(content(1, 40))
        stop.wait(0.01)
        subprocess.run(["umount", "-l", target], capture_output=True)
        stop.wait(0.01)


@pytest.fixture
def moving(tmp_path):
    """The tree; while the test runs, others change it."""
    source = tmp_path / "source"
    mover = Mover(source, 0)
    for folder in range(FOLDERS):
        (source / f"folder-{folder}").mkdir(parents=True)
        for number in range(FILES):
            (source / f"folder-{folder}" / f"file-{number}").write_bytes(mover.fresh())
    steady = source / "steady"
    for number in range(300):
        (steady / f"part-{number % 10}").mkdir(parents=True, exist_ok=True)
        (steady / f"part-{number % 10}" / f"file-{number}").write_bytes(content(number, number % 50))
    hot, covered = source / "hot", source / "covered"
    hot.mkdir()
    covered.mkdir()
    (covered / "below").write_bytes(content(7, 40))
    # In new processes, not in forks of one that has threads.
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    others = [context.Process(target=Mover(source, which, of=2).run, args=(stop,)) for which in range(2)]
    others.append(context.Process(target=hammer, args=(hot, stop)))
    others.append(context.Process(target=mount_and_unmount, args=(covered, stop)))
    for process in others:
        process.start()
    yield source
    stop.set()
    for process in others:
        process.join(60)
        assert process.exitcode == 0
    subprocess.run(["umount", "-l", covered], capture_output=True)


def reported(log):
    """The paths that messages name."""
    return set(re.findall(r'"(/[^"]*)"', log)) | set(re.findall(r"(?:skipped: |descend from \S+ into )(/\S+)", log))


@pytest.mark.parametrize("options", ["", "Compression = LZ4\nSparse = yes"])
def test_what_comes_back_is_what_was_or_is_named(install, moving, options):
    here = install(source=moving, options=options)
    doubtful, seen, told = 0, 0, 0
    for level in ("Full", "Incremental", "Full"):
        job = here.backup(level)
        log = here.job_log(job.id)
        assert job.status in "TW", log
        named = reported(log)
        told += log.count("changed while it was read") + log.count("became shorter")
        shutil.rmtree(here.work / "restored", ignore_errors=True)
        restored = here.restore(job.id)
        # What became shorter while it was read has another size than its attributes say; the restore tells that too.
        assert restored.status in "TW", here.job_log(restored.id)
        wrong_sizes = re.findall(r"File size of restored file (\S+) not correct", here.job_log(restored.id))
        for path in wrong_sizes:
            assert str(moving / pathlib.Path(path).relative_to(here.restored)) in named, f"{path}\n{log}"
        for path in sorted(pathlib.Path(here.restored).rglob("*")):
            if path.is_symlink() or not path.is_file():
                continue
            seen += 1
            original = str(moving / path.relative_to(here.restored))
            if is_a_state(path.read_bytes()):
                continue
            doubtful += 1
            assert original in named, f"{level}: {original} is a mixture ({described(path)}), and nobody said so\n{log}"
        if level == "Full":
            steady = {path.name: path.read_bytes() for path in (here.restored / "steady").rglob("file-*")}
            assert steady == {f"file-{number}": content(number, number % 50) for number in range(300)}
    print(f"{seen} files, {told} of them told to have changed, {doubtful} of them mixtures")
