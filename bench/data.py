# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two data sets: many small files as they lie on every Debian, and one big file nobody can compress."""
import os
import pathlib
import shutil

SOURCES = ("/usr/share", "/usr/include")
MEGABYTE = 1_000_000
LARGEST = 8  # megabytes; the few larger files would decide the result, and the big file stands for them


def small_files(target, count, size):
    """Copies files until there are `count`, again under other names if there are too few; (files, megabytes).
    A file larger than LARGEST, or that would bring the whole above `size` megabytes, is left out."""
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
                    else:
                        weight = os.path.getsize(path) / MEGABYTE
                        if weight > LARGEST or megabytes + weight > size:
                            continue
                        shutil.copy2(path, into / name)
                        megabytes += weight
                    files += 1
    raise RuntimeError(f"{' and '.join(SOURCES)} hold too few files")


def big_file(target, size):
    target.mkdir(parents=True)
    with open(target / "random.bin", "wb") as output:
        for _ in range(size):
            output.write(os.urandom(MEGABYTE))
    return 1, size
