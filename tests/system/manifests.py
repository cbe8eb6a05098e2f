# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a tree is, to the last nanosecond, attribute and flag; for trees whose paths are longer than the system takes."""
import hashlib
import os
import stat

import random_trees


def exact(root):
    """{relative path: what it is}. Sockets are left out: no backup saves them."""
    described, inodes = {}, {}
    pending = [(random_trees.open_folder(root), b"")]
    while pending:
        folder, path = pending.pop()
        described[path or b"."] = describe(folder, b".")
        for name in sorted(os.fsencode(entry) for entry in os.listdir(folder)):
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            inner = path + b"/" + name if path else name
            if stat.S_ISDIR(status.st_mode):
                pending.append((random_trees.open_folder(name, folder), inner))
            elif not stat.S_ISSOCK(status.st_mode):
                described[inner] = describe(folder, name)
                inodes.setdefault(status.st_ino, []).append(inner)
        os.close(folder)
    for names in inodes.values():
        for name in names:
            if len(names) > 1:
                described[name]["same file as"] = min(names)
    return described


def sockets(root):
    """How many there are."""
    count, pending = 0, [random_trees.open_folder(root)]
    while pending:
        folder = pending.pop()
        for entry in os.scandir(folder):
            if entry.is_dir(follow_symlinks=False):
                pending.append(random_trees.open_folder(entry.name, folder))
            count += stat.S_ISSOCK(entry.stat(follow_symlinks=False).st_mode)
        os.close(folder)
    return count


def describe(folder, name):
    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    facts = {"mode": oct(status.st_mode), "owner": (status.st_uid, status.st_gid), "mtime": status.st_mtime_ns,
             "attributes": attributes(random_trees.at(folder, name))}
    if stat.S_ISREG(status.st_mode):
        facts["size"] = status.st_size
        facts["content"] = digest(folder, name)
    elif stat.S_ISLNK(status.st_mode):
        facts["target"] = os.readlink(name, dir_fd=folder)
    elif stat.S_ISCHR(status.st_mode) or stat.S_ISBLK(status.st_mode):
        facts["device"] = status.st_rdev
    if stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode):
        facts["flags"] = random_trees.flags_at(folder, name)
    return facts


def attributes(path):
    try:
        return {name: os.getxattr(path, name, follow_symlinks=False)
                for name in sorted(os.listxattr(path, follow_symlinks=False))}
    except OSError:
        return {}


def digest(folder, name):
    sha = hashlib.sha256()
    with os.fdopen(os.open(name, os.O_RDONLY | os.O_NOATIME, dir_fd=folder), "rb") as content:
        while part := content.read(1 << 20):
            sha.update(part)
    return sha.hexdigest()
