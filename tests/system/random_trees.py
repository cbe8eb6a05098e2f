# SPDX-License-Identifier: AGPL-3.0-or-later
"""Random trees of everything that a file system of Linux can hold, for tests of exactness. The same seed makes the same
tree. Everything goes through open folders, so that paths may be longer than the system takes at once.

Made for root; without its rights there are no devices, owners, capabilities and flags.
"""
import contextlib
import errno
import fcntl
import os
import random
import socket
import stat
import struct

GET_FLAGS, SET_FLAGS = 0x80086601, 0x40086602
IMMUTABLE, APPEND_ONLY, NO_DUMP = 0x10, 0x20, 0x40
FLAGS = IMMUTABLE | APPEND_ONLY | NO_DUMP  # those that a backup keeps
EARLIEST, LATEST = -2_000_000_000, 10_000_000_000  # 1906 to 2286: what ext4 can hold, and more than 32 bits
LINK_GROUPS = 10
CAPABILITY = struct.pack("<IIIII", 0x02000001, 0x2000, 0, 0, 0)  # cap_net_raw+ep


def grow(root, seed, entries, largest=300_000, flags=True):
    """Makes the folder `root` and about so many entries in it."""
    os.mkdir(root)
    _Grower(random.Random(seed), largest, flags and os.geteuid() == 0).run(root, entries)


def at(folder, name):
    """A path to what has this name in an open folder, for calls that take no descriptor of one."""
    return b"/proc/self/fd/%d/%s" % (folder, name)


def open_folder(name, folder=None):
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)


@contextlib.contextmanager
def opened(name, folder=None):
    descriptor = open_folder(name, folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def flags_at(folder, name):
    """The flags of `chattr` of a file or folder; 0 where there are none."""
    try:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return 0
    try:
        return struct.unpack("l", fcntl.ioctl(file, GET_FLAGS, bytes(8)))[0] & FLAGS
    except OSError:
        return 0
    finally:
        os.close(file)


def set_flags(folder, name, flags):
    file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    try:
        present = struct.unpack("l", fcntl.ioctl(file, GET_FLAGS, bytes(8)))[0]
        fcntl.ioctl(file, SET_FLAGS, struct.pack("l", present & ~FLAGS | flags))
    except OSError as error:
        if error.errno not in (errno.ENOTTY, errno.EOPNOTSUPP):
            raise
    finally:
        os.close(file)


def loosen(root):
    """Takes all flags away, so that the tree can be removed."""
    if not os.path.isdir(root):
        return
    pending = [open_folder(root)]
    while pending:
        folder = pending.pop()
        if flags_at(folder, b"."):
            set_flags(folder, b".", 0)
        for entry in os.scandir(folder):
            name = os.fsencode(entry.name)
            if entry.is_dir(follow_symlinks=False):
                pending.append(open_folder(name, folder))
            elif entry.is_file(follow_symlinks=False) and flags_at(folder, name):
                set_flags(folder, name, 0)
        os.close(folder)


class _Grower:
    def __init__(self, numbers, largest, flags):
        self.numbers = numbers
        self.largest = largest
        self.with_flags = flags
        self.is_root = os.geteuid() == 0
        self.firsts = []  # descriptors of files that get more names
        self.left = 0

    def run(self, root, entries):
        self.left = entries
        with opened(root) as folder:
            self.fill(folder, 0)
            if entries > 1000 or self.one_in(10):
                self.long_path(folder)
            while self.left > 0:
                self.fill(folder, 0)
        with opened(os.path.dirname(os.fsencode(root)) or b"/") as parent:
            self.finish(parent, os.path.basename(os.fsencode(root)), stat.S_IFDIR)
        for first in self.firsts:
            os.close(first)

    def one_in(self, count):
        return self.numbers.randrange(count) == 0

    def name(self, folder):
        while True:
            length = self.numbers.choice((1, 3, 8, 12, 20, 40, 255)) if self.one_in(3) else 8
            if self.one_in(3):  # any bytes but those that no name can hold
                name = bytes(self.numbers.choice(range(1, 256)) for _ in range(length)).replace(b"/", b"%")
            else:
                name = bytes(self.numbers.choice(b"abcdefgh-_ .*?[]\\'\"") for _ in range(length))
            if name not in (b".", b"..") and not os.path.lexists(at(folder, name)):
                return name

    def fill(self, folder, depth):
        for _ in range(min(self.left, self.numbers.randrange(2, 40))):
            self.left -= 1
            name = self.name(folder)
            kind = self.entry(folder, name, depth)
            if kind is not None:
                self.finish(folder, name, kind)

    def entry(self, folder, name, depth):
        """Makes one; its kind, if it still needs its attributes."""
        choice = self.numbers.randrange(20)
        if choice < 3 and depth < 12:
            os.mkdir(name, dir_fd=folder)
            with opened(name, folder) as inner:
                if not self.one_in(6):
                    self.fill(inner, depth + 1)
            return stat.S_IFDIR
        if choice == 3:
            os.symlink(self.link_target(), name, dir_fd=folder)
            return stat.S_IFLNK
        if choice == 4 and self.firsts:
            os.link(b"/proc/self/fd/%d" % self.numbers.choice(self.firsts), name, dst_dir_fd=folder, follow_symlinks=True)
            return None
        if choice == 5:
            return self.node(folder, name)
        self.file(folder, name)
        if len(self.firsts) < LINK_GROUPS and self.one_in(3):
            self.firsts.append(os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=folder))
        return stat.S_IFREG

    def link_target(self):
        return self.numbers.choice((b"/", b".", b"../../..", b"/does/not/exist", b"a b\nc\xff", b"x" * 1023, b"%s%n", b"//x//"))

    def node(self, folder, name):
        if self.one_in(6) and len(name) < 60:
            with contextlib.closing(socket.socket(socket.AF_UNIX)) as listener:
                listener.bind(at(folder, name))
            return None
        kinds = (stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK) if self.is_root else (stat.S_IFIFO,)
        kind = self.numbers.choice(kinds)
        device = os.makedev(self.numbers.randrange(1, 4000), self.numbers.randrange(1 << 18))
        os.mknod(name, kind | 0o600, 0 if kind == stat.S_IFIFO else device, dir_fd=folder)
        return kind

    def file(self, folder, name):
        with os.fdopen(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder), "wb") as output:
            if self.one_in(5):
                return
            if self.one_in(10):
                return self.holes(output)
            size = self.numbers.choice((1, 511, 4096, 65536, 65537, 262136, 262144, 2 * 262136, 1_500_000)) \
                if self.one_in(25) else self.numbers.randrange(self.largest if self.one_in(20) else 4000)
            output.write(self.numbers.randbytes(size) if self.one_in(2) else b"again " * (size // 6) + b"!" * (size % 6))

    def holes(self, output):
        position = 0
        for _ in range(self.numbers.randrange(1, 6)):
            position += self.numbers.choice((1, 511, 4096, 65536, 262136, 262144, self.numbers.randrange(1_200_000)))
            output.seek(position)
            if self.one_in(3):
                block = bytes(self.numbers.choice((1, 4096, 262136, 262144, 300_000)))  # zeros that are no hole
            else:
                block = self.numbers.randbytes(self.numbers.choice((1, 100, 4096, 100_000)))
            output.write(block)
            position += len(block)
        if self.one_in(2):
            output.truncate(position + self.numbers.choice((1, 4096, 262136, 262144, self.numbers.randrange(1_000_000))))

    def finish(self, folder, name, kind):
        """Owner, mode, attributes, times, flags: in the order in which each stays."""
        path = at(folder, name)
        if self.is_root:
            owner = self.numbers.choice((0, 1000, 4_000_000_000)), self.numbers.choice((0, 4321, 4_000_000_001))
            os.chown(name, *owner, dir_fd=folder, follow_symlinks=False)
        if kind != stat.S_IFLNK:
            mode = self.numbers.choice((0, 0o400, 0o644, 0o7777, self.numbers.randrange(0o10000)))
            os.chmod(name, mode if self.is_root else mode & 0o777 | 0o700, dir_fd=folder)
        self.attributes(path, kind)
        moments = [self.numbers.randrange(EARLIEST, LATEST) * 10**9 + self.numbers.randrange(10**9) for _ in range(2)]
        if self.one_in(5):
            moments = [moment // 10**9 * 10**9 for moment in moments]
        os.utime(name, ns=tuple(moments), dir_fd=folder, follow_symlinks=False)
        if self.with_flags and kind in (stat.S_IFREG, stat.S_IFDIR) and self.one_in(12):
            # What must not be changed cannot get another name.
            is_linked = kind == stat.S_IFREG and self.is_first(folder, name)
            set_flags(folder, name, NO_DUMP if is_linked else
                      self.numbers.choice((IMMUTABLE, APPEND_ONLY, NO_DUMP, FLAGS)))

    def is_first(self, folder, name):
        here = os.stat(name, dir_fd=folder, follow_symlinks=False)
        return any(os.fstat(first).st_ino == here.st_ino for first in self.firsts)

    def attributes(self, path, kind):
        wanted = {}
        if kind in (stat.S_IFREG, stat.S_IFDIR):
            if self.one_in(6):
                wanted[b"user." + self.numbers.choice((b"a", b"\xff\xfe", b"x" * 200))] = self.numbers.randbytes(
                    self.numbers.choice((0, 1, 100, 3000, 65536)))
            if self.one_in(6):
                wanted[b"system.posix_acl_access"] = self.acl()
            if kind == stat.S_IFDIR and self.one_in(4):
                wanted[b"system.posix_acl_default"] = self.acl()
        if self.is_root and kind == stat.S_IFREG and self.one_in(12):
            wanted[b"security.capability"] = CAPABILITY
        if self.is_root and self.one_in(12):
            wanted[b"trusted.number"] = self.numbers.randbytes(8)
        for name, value in wanted.items():
            try:
                os.setxattr(path, name, value, follow_symlinks=False)
            except OSError as error:  # not every file system takes so much, or any
                if error.errno not in (errno.ENOSPC, errno.EOPNOTSUPP, errno.E2BIG, errno.EPERM, errno.ERANGE):
                    raise

    def acl(self):
        names = [(2, number) for number in sorted({self.numbers.choice((1, 1000, 3_999_999_999)) for _ in range(3)})]
        groups = [(8, number) for number in sorted({self.numbers.choice((5, 2000)) for _ in range(self.numbers.randrange(3))})]
        none = 0xFFFFFFFF
        entries = [(1, none), *names, (4, none), *groups, (16, none), (32, none)]
        return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", tag, self.numbers.randrange(8), number)
                                               for tag, number in entries)

    def long_path(self, top):
        """Folders with long names, one in the other, until the path is longer than any system call takes."""
        with contextlib.ExitStack() as stack:
            folders = [top]
            for level in range(22):
                name = b"%02d-" % level + self.numbers.choice((b"long ", b"\xf0\xff")) * 40
                os.mkdir(name[:255], dir_fd=folders[-1])
                folders.append(stack.enter_context(opened(name[:255], folders[-1])))
            self.file(folders[-1], b"at the bottom")
            self.finish(folders[-1], b"at the bottom", stat.S_IFREG)
