# SPDX-License-Identifier: AGPL-3.0-or-later
"""Source trees for the tests, and their manifests: what a restored tree is held against."""
import hashlib
import os
import pathlib
import random
import shutil
import socket
import stat
import subprocess
import time

OLD = 1_500_000_000


def write(path, content, mode=0o644):
    path = pathlib.Path(os.fsdecode(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)
    return path


def small_tree(root, files=40, seed=1):
    """A few dozen files of mixed sizes, reproducible."""
    numbers = random.Random(seed)
    for number in range(files):
        write(root / f"folder-{number % 5}" / f"file-{number}.txt", numbers.randbytes(numbers.randrange(0, 20_000)))
    write(root / "big.bin", numbers.randbytes(3_000_000))
    settle(root)
    return root


def every_kind(root):
    """Everything a file system of Linux can hold that a backup has to bring back, as far as our rights go."""
    numbers = random.Random(7)
    root.mkdir(parents=True)
    write(root / "hello.txt", b"hello, backup\n")
    write(root / "empty", b"")
    write(root / "one-byte", b"x")
    for size in (65535, 65536, 65537, 1_000_003):
        write(root / "sizes" / f"random-{size}", numbers.randbytes(size))
    write(root / "sizes" / "zeros", bytes(300_000))
    (root / "empty-folder").mkdir()
    deep = root
    for level in range(40):
        deep = deep / f"level-{level}"
    write(deep / "bottom.txt", b"deep\n")
    links(root)
    sparse(root)
    names(root)
    modes(root)
    special(root)
    attributes(root)
    settle(root)
    return root


def links(root):
    first = write(root / "links" / "first", b"one file, three names\n")
    os.link(first, root / "links" / "second")
    os.link(first, root / "hello-third")
    os.symlink("first", root / "links" / "relative")
    os.symlink("/nowhere/at/all", root / "links" / "dangling")
    os.symlink("x" * 1000, root / "links" / "long-target")
    os.symlink(os.fsdecode(b"not-utf8-\xff"), root / "links" / "odd-target")


def sparse(root):
    with open(root / "sparse", "wb") as output:
        output.seek(2_000_000)
        output.write(b"after a hole")
        output.seek(5_000_000)
        output.write(b"end")
        output.truncate(6_000_000)


def names(root):
    folder = os.fsencode(root / "names")
    os.mkdir(folder)
    for name in (b"with space", b"new\nline", b"tab\there", b"not-utf8-\xff\xfe", "schön-日本".encode(), b"-dash",
                 b"quote'\"", b"back\\slash", b"star*?[", b"a" * 255, b"percent%s%n", b"trailing "):
        write(os.path.join(folder, name), name)


def modes(root):
    for mode in (0o000, 0o400, 0o600, 0o755, 0o777, 0o4755, 0o2755, 0o1644):
        write(root / "modes" / f"{mode:04o}", b"m", mode)
    (root / "modes" / "sticky").mkdir()
    (root / "modes" / "sticky").chmod(0o1777)
    if os.geteuid() == 0:
        os.chown(root / "modes" / "0755", 1234, 4321)
        os.lchown(root / "links" / "relative", 1234, 4321)


def special(root):
    folder = root / "special"
    folder.mkdir()
    os.mkfifo(folder / "fifo", 0o640)
    listener = socket.socket(socket.AF_UNIX)
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(folder)  # the path of a socket is limited to about 100 bytes
        listener.bind("socket")
    finally:
        os.fchdir(here)
        os.close(here)
        listener.close()
    if os.geteuid() == 0:
        os.mknod(folder / "null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
        os.mknod(folder / "block", stat.S_IFBLK | 0o660, os.makedev(7, 200))


def attributes(root):
    folder = root / "attributes"
    folder.mkdir()
    write(folder / "xattr", b"has attributes")
    write(folder / "acl", b"has an access list")
    write(folder / "capability", b"has a capability", 0o755)
    (folder / "acl-folder").mkdir()
    try:
        os.setxattr(folder / "xattr", "user.holdfast", b"value\0with zero")
        os.setxattr(folder / "xattr", "user.empty", b"")
        os.setxattr(folder, "user.folder", b"folders have them too")
    except OSError:
        return
    if shutil.which("setfacl"):
        subprocess.run(["setfacl", "-m", "u:1234:rw,g:4321:r", folder / "acl"], check=False)
        subprocess.run(["setfacl", "-m", "d:u:1234:rwx", folder / "acl-folder"], check=False)
    if os.geteuid() == 0 and shutil.which("setcap"):
        subprocess.run(["setcap", "cap_net_raw+ep", folder / "capability"], check=False)


def remove(root):
    shutil.rmtree(root, ignore_errors=True)


def settle(root):
    """Gives everything a time in the past, so that only what a test changes looks changed."""
    for number, path in enumerate(sorted(every_path(root), reverse=True)):
        os.utime(path, (OLD + number, OLD + number), follow_symlinks=False)


def let_a_second_pass():
    """Levels compare whole seconds: what changed in the second in which a job began is saved again by the next. So
    wait until the clock shows another second than the last change did: the clock of files, which is up to a tick of the
    kernel late."""
    now = int(time.time())
    while int(time.time() - 0.02) <= now:
        time.sleep(0.01)


def every_path(root):
    """Bytes paths of the root and all below it, folders after what they hold (for times)."""
    root = os.fsencode(root)
    for folder, folders, files in os.walk(root, topdown=False):
        for name in files + [name for name in folders if os.path.islink(os.path.join(folder, name))]:
            yield os.path.join(folder, name)
        yield folder


def manifest(root, owners=None, attributes=True):
    """{relative path: what it is}. Sockets are left out; owners are compared where we can set them."""
    owners = os.geteuid() == 0 if owners is None else owners
    root = os.fsencode(root)
    described, inodes = {}, {}
    for path in sorted(every_path(root)):
        status = os.lstat(path)
        if stat.S_ISSOCK(status.st_mode):
            continue
        name = os.path.relpath(path, root)
        described[name] = describe(path, status, owners, attributes)
        if status.st_nlink > 1 and not stat.S_ISDIR(status.st_mode):
            described[name]["same file as"] = inodes.setdefault((status.st_dev, status.st_ino), name)
    return described


def describe(path, status, owners, attributes):
    facts = {"mode": oct(status.st_mode)}
    if not stat.S_ISLNK(status.st_mode):
        facts["mtime"] = int(status.st_mtime)
    if owners:
        facts["owner"] = (status.st_uid, status.st_gid)
    if stat.S_ISREG(status.st_mode):
        facts["size"] = status.st_size
        facts["content"] = digest(path)
    elif stat.S_ISLNK(status.st_mode):
        facts["target"] = os.readlink(path)
    elif stat.S_ISCHR(status.st_mode) or stat.S_ISBLK(status.st_mode):
        facts["device"] = status.st_rdev
    if attributes:
        facts["attributes"] = extended_attributes(path)
    return facts


def extended_attributes(path):
    try:
        return {name: os.getxattr(path, name, follow_symlinks=False)
                for name in sorted(os.listxattr(path, follow_symlinks=False))}
    except OSError:
        return {}


def digest(path):
    sha = hashlib.sha256()
    with open(path, "rb") as content:
        while part := content.read(1 << 20):
            sha.update(part)
    return sha.hexdigest()


def differences(expected, found, most=20):
    """Readable lines; empty where both are the same."""
    lines = []
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            lines.append(f"{name!r}: missing")
        elif name not in expected:
            lines.append(f"{name!r}: not expected")
        elif expected[name] != found[name]:
            wrong = {key: (expected[name].get(key), found[name].get(key))
                     for key in expected[name].keys() | found[name].keys()
                     if expected[name].get(key) != found[name].get(key)}
            lines.append(f"{name!r}: (expected, found) {wrong}")
    return lines[:most]


def assert_same(source, restored, **options):
    wrong = differences(manifest(source, **options), manifest(restored, **options))
    assert not wrong, "\n".join(wrong)
