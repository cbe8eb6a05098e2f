# SPDX-License-Identifier: AGPL-3.0-or-later
"""A Director and a Storage Daemon in one, who have a File Daemon restore whatever records they like. Without TLS."""
import base64
import hashlib
import hmac
import re
import socket
import struct
import zlib

import peer

KEY = "AABA-CADA-EAFA-GAHA-IAJA-KALA-MANA-OAPA"
EOD, TERMINATE = -1, -4
ATTRIBUTES, DATA, SPARSE, COMPRESSED, XATTR = 1, 2, 6, 29, 1998
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


class Talk:
    """One connection, packet by packet."""

    def __init__(self, connection):
        self.connection = connection

    def say(self, packet):
        self.connection.sendall(peer.packet(packet.encode() if isinstance(packet, str) else packet))

    def signal(self, number):
        self.connection.sendall(struct.pack(">i", number))

    def hear(self):
        """Bytes, a signal as its number, None at the end."""
        header = self.take(4)
        if header is None:
            return None
        length, = struct.unpack(">i", header)
        return length if length < 0 else self.take(length)

    def take(self, size):
        taken = b""
        while len(taken) < size:
            part = self.connection.recv(size - len(taken))
            if not part:
                return None
            taken += part
        return taken

    def hear_reply(self, wanted):
        """The next packet that begins so; messages of the job on the way are returned with it."""
        heard = []
        while True:
            packet = self.hear()
            assert packet is not None, (wanted, heard)
            heard.append(packet)
            if isinstance(packet, bytes) and packet.startswith(wanted):
                return heard

    def answer(self, key):
        challenge = re.search(rb"<[^>]*>", self.hear())[0]
        digest = hmac.new(key.encode(), challenge, hashlib.md5).digest()
        self.say(base64.b64encode(digest).rstrip(b"=") + b"\0")
        assert self.hear() == b"1000 OK auth\n"

    def challenge(self, name):
        self.say(f"auth cram-md5c <1804289383.1735689600@{name}> ssl=0\n")
        self.hear()
        self.say("1000 OK auth\n")


def packed(value):
    if value < 0:
        return "-" + packed(-value)
    return (packed(value // 64) if value > 63 else "") + DIGITS[value % 64]


def attributes(index, kind, name, mode, size=0, link=b"", stream=DATA, rdev=0, extended=b""):
    fields = [0, 0, mode, 1, 0, 0, rdev, size, 4096, 0, 1_500_000_000, 1_500_000_000, 1_500_000_000, 0, 0, stream]
    stat = " ".join(packed(field) for field in fields).encode()
    return b"%d %d %s\0%s\0%s\0%s\0" % (index, kind, name, stat, link, extended) + b"0\0"


class Records:
    """(file index, stream, payload) in order."""

    def __init__(self):
        self.list = []
        self.index = 0

    def add(self, kind, name, mode, *data, **more):
        self.index += 1
        self.list.append((self.index, ATTRIBUTES, attributes(self.index, kind, name, mode, **more)))
        for stream, payload in data:
            self.put(stream, payload)

    def file(self, name, content, **more):
        self.add(3, name, 0o100666, (DATA, content), size=len(content), **more)

    def put(self, stream, payload):
        self.list.append((self.index, stream, payload))


def bomb(size):
    packed_zeros = zlib.compress(bytes(size), 9)
    return struct.pack(">IIHH", 0x475A4950, len(packed_zeros), 9, 1) + packed_zeros


def restore(port, password, where, records):
    """Everything that the File Daemon says to its Director about the restore of these records."""
    with socket.create_server(("127.0.0.1", 0)) as listener, peer.connect(port, timeout=60) as connection:
        listener.settimeout(60)
        director = Talk(connection)
        director.say("Hello Director test-dir calling\n")
        director.answer(hashlib.md5(password.encode()).hexdigest())
        director.challenge("R_DIRECTOR::test-dir")
        director.hear_reply(b"2000 OK Hello")
        director.say(f"JobId=7 Job=hostile.2026-11-23_12.00.00_01 SDid=1 SDtime=1735689000 Authorization={KEY}\n")
        director.hear_reply(b"2000 OK Job")
        director.say(f"storage address=127.0.0.1 port={listener.getsockname()[1]} ssl=0 Authorization={KEY}\n")
        accepted, _ = listener.accept()
        with accepted:
            accepted.settimeout(60)
            storage = Talk(accepted)
            storage.hear()
            storage.challenge("R_STORAGE::hostile-sd")
            storage.answer(KEY)
            director.hear_reply(b"2000 OK storage")
            director.say(f"restore replace=a prelinks=0 where={where}\n")
            heard = director.hear_reply(b"2000 OK restore")
            heard += serve(storage, director, records)
        director.say("endrestore")
        while (packet := director.hear()) not in (None, TERMINATE):
            heard.append(packet)
    return b"\n".join(packet for packet in heard if isinstance(packet, bytes)).decode(errors="replace")


def serve(storage, director, records):
    storage.hear()
    storage.say("3000 OK open ticket = 1\n")
    storage.hear()
    storage.say("3000 OK data\n")
    try:
        for index, stream, payload in records:
            storage.say(f"rechdr 1 1735689000 {index} {stream} {len(payload)}")
            storage.say(payload)
        storage.signal(EOD)
        storage.hear()
        storage.say("3000 OK close Status = 84\n")
        storage.signal(EOD)
    except ConnectionError:
        return []  # it heard enough; why, it tells the Director
    return []
