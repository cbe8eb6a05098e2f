# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two data sets: many small files as they lie on every Debian, and one big file nobody can compress."""
import os
import pathlib
import shutil

SOURCES = ("/usr/share", "/usr/include")
MEGABYTE = 1_000_000


def small_files(target, count, size):
    """Copies files until both the number and the size are reached, again under other names if there are too few."""
    files = megabytes = 0
    for again in range(1000):
        for source in SOURCES:
            for folder, folders, names in os.walk(source):
                folders.sort()
                into = target / f"copy-{again}" / pathlib.Path(folder).relative_to("/")
                into.mkdir(parents=True, exist_ok=True)
                for name in sorted(names):
                    if files >= count:
                        return files, megabytes
                    path = os.path.join(folder, name)
                    if os.path.islink(path):
                        os.symlink(os.readlink(path), into / name)
                    # The few large ones would decide the result; they are what the big file is for.
                    elif os.path.getsize(path) > 8 * MEGABYTE or not _fits(path, megabytes, files, count, size):
                        continue
                    else:
                        shutil.copy2(path, into / name)
                        megabytes += os.path.getsize(path) / MEGABYTE
                    files += 1
    raise RuntimeError(f"{' and '.join(SOURCES)} hold too few files")


def _fits(path, megabytes, files, count, size):
    """Keeps the size in step with the number, so that both are reached together."""
    return megabytes + os.path.getsize(path) / MEGABYTE <= size * max(0.05, (files + 1) / count) + 8


def big_file(target, size):
    target.mkdir(parents=True)
    with open(target / "random.bin", "wb") as output:
        for _ in range(size):
            output.write(os.urandom(MEGABYTE))
    return 1, size
