# SPDX-License-Identifier: AGPL-3.0-or-later
"""What passes between the daemon and the host of a plugin: docs/protocol/plugin-host.md."""
import os
import struct
import threading


def to_bytes(value):
    if isinstance(value, (bytes, bytearray, memoryview)):
        return value
    return os.fsencode(str(value))


def to_text(value):
    return os.fsdecode(bytes(value))


class Wire:
    """Messages: four bytes of length, then fields, each with four bytes of length."""

    def __init__(self, reads, writes):
        self.input = os.fdopen(reads, "rb", buffering=512 * 1024)
        self.output = writes
        self.sending = threading.Lock()  # a plugin may send messages from any thread

    def receive(self):
        """The fields of the next message; None at the end."""
        head = self.input.read(4)
        if len(head) < 4:
            return None
        body = memoryview(self.input.read(struct.unpack(">I", head)[0]))
        fields, at = [], 0
        while at < len(body):
            (length,) = struct.unpack_from(">I", body, at)
            fields.append(body[at + 4:at + 4 + length])
            at += 4 + length
        return fields

    def send(self, *fields):
        fields = [to_bytes(field) for field in fields]
        parts = [struct.pack(">I", sum(4 + len(field) for field in fields))]
        for field in fields:
            parts += [struct.pack(">I", len(field)), field]
        views = [memoryview(part) for part in parts if len(part)]
        with self.sending:
            while views:
                sent = os.writev(self.output, views[:64])
                while views and sent >= len(views[0]):
                    sent -= len(views[0])
                    del views[0]
                if sent:
                    views[0] = views[0][sent:]
