# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stands between two daemons, counts what passes, TLS records or packets, and disturbs it at a chosen one."""
import collections
import dataclasses
import socket
import struct
import threading

RECORD_HEADER = 5
PACKET_HEADER = 4
JOB = "job"  # a connection between client and storage for one job; its TLS identity says so, unencrypted
DIRECTOR = "director"


@dataclasses.dataclass(frozen=True)
class Fault:
    """What happens after `after` records of a connection:

    cut     it ends
    freeze  half of the next one passes, and nothing more
    hold    nothing passes, and nothing is taken in, until the proxy is told to go on
    insert  `what` is put in front of the next one
    """
    after: int
    how: str
    what: bytes = b""


class Proxy:
    """Listens on `port` and passes on to the port of `target`. Each new connection of a kind, JOB or DIRECTOR, takes
    the next fault of that kind; without one it passes whole. `split` is what is counted: records or packets."""

    def __init__(self, target, split=None):
        self.target = target
        self.split = split or records
        self.lock = threading.Lock()
        self.faults = collections.defaultdict(collections.deque)
        self.lines = []
        self.is_held = threading.Event()
        self.may_go_on = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.acceptor = threading.Thread(target=self.accept, daemon=True)
        self.acceptor.start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            line = Line(self, near)
            with self.lock:
                self.lines.append(line)
            line.start()

    def plan(self, kind, *faults):
        with self.lock:
            self.faults[kind].extend(faults)

    def take_fault(self, kind):
        with self.lock:
            return self.faults[kind].popleft() if self.faults[kind] else None

    def reset(self):
        """Ends all connections and forgets the plan; how many records passed on each, with its kind."""
        self.may_go_on.set()
        with self.lock:
            lines, self.lines = self.lines, []
            self.faults.clear()
        for line in lines:
            line.close()
        return [(line.kind, line.passed) for line in lines]

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.acceptor.join()
        self.reset()


class Line:
    """One connection through the proxy, a thread for each direction."""

    def __init__(self, proxy, near):
        self.proxy = proxy
        self.near = near
        self.far = None
        self.kind = None
        self.fault = None
        self.passed = 0
        self.lock = threading.Lock()
        self.threads = []

    def start(self):
        self.threads.append(threading.Thread(target=self.open, daemon=True))
        self.threads[0].start()

    def open(self):
        try:
            hello = next(self.proxy.split(self.near))
            self.far = socket.create_connection(("127.0.0.1", self.proxy.target))
        except (OSError, StopIteration):
            self.near.close()
            return
        self.kind = JOB if b"R_JOB" in hello or b"Start Job" in hello else DIRECTOR
        self.fault = self.proxy.take_fault(self.kind)
        back = threading.Thread(target=self.pump, args=(self.far, self.near), daemon=True)
        self.threads.append(back)
        back.start()
        self.pump(self.near, self.far, hello)

    def pump(self, source, target, first=None):
        try:
            if first is not None:
                self.forward(first, target)
            for record in self.proxy.split(source):
                self.forward(record, target)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the other direction, or somebody's end, has closed it

    def forward(self, record, target):
        with self.lock:
            place = self.passed
            self.passed += 1
        if self.fault is None or place < self.fault.after:
            target.sendall(record)
        elif self.fault.how == "cut":
            self.cut()
        elif self.fault.how == "hold":
            self.proxy.is_held.set()
            self.proxy.may_go_on.wait()
            target.sendall(record)
        elif self.fault.how == "insert":
            target.sendall(self.fault.what + record if place == self.fault.after else record)
        elif place == self.fault.after:
            target.sendall(record[:len(record) // 2])

    def cut(self):
        for end in (self.near, self.far):
            # The rest is not sent, and the other side learns it at once.
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self):
        for end in (self.near, self.far):
            if end is not None:
                quietly(end.shutdown, socket.SHUT_RDWR)
                quietly(end.close)


def quietly(action, *arguments):
    try:
        action(*arguments)
    except OSError:
        pass


def split(source, header_size, length_of):
    """What comes in, each with its header; what is cut off, as it comes."""
    buffered = b""
    while part := source.recv(65536):
        buffered += part
        while len(buffered) >= header_size:
            whole = header_size + length_of(buffered)
            if len(buffered) < whole:
                break
            yield buffered[:whole]
            buffered = buffered[whole:]
    if buffered:
        yield buffered


def records(source):
    """Of TLS."""
    return split(source, RECORD_HEADER, lambda header: int.from_bytes(header[3:5], "big"))


def packets(source):
    """Of daemons that talk without TLS; a negative length is a signal, which has no more."""
    return split(source, PACKET_HEADER, lambda header: max(0, struct.unpack(">i", header[:4])[0]))
