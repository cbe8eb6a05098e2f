# SPDX-License-Identifier: AGPL-3.0-or-later
"""A bad peer: raw connections to a daemon, and how to see that it survived them."""
import socket
import struct
import time


def connect(port, timeout=10):
    return socket.create_connection(("127.0.0.1", port), timeout)


def packet(payload):
    return struct.pack(">i", len(payload)) + payload


def say(connection, data):
    try:
        connection.sendall(data)
    except ConnectionError:
        pass  # the daemon heard enough and hung up


def read_all(connection):
    """What the daemon says until it closes; raises TimeoutError if it does not."""
    received = b""
    try:
        while part := connection.recv(65536):
            received += part
    except ConnectionError:
        pass
    return received


def is_closed_after_our_end(connection):
    """Whether the daemon closes once it saw the end of what we send."""
    end_sending(connection)
    try:
        read_all(connection)
    except TimeoutError:
        return False
    return True


def end_sending(connection):
    try:
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the daemon was faster and reset the connection


def wait_until(condition, timeout=15, why=""):
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(f"not within {timeout} s: {why}")
