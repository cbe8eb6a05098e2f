# SPDX-License-Identifier: AGPL-3.0-or-later
"""A peer that speaks TLS, by a pre-shared key or a certificate, with the help of openssl (Python 3.11 has no PSK)."""
import hashlib
import struct
import subprocess

import peer

TERMINATE = -4


def identity(kind, name):
    """As in TLS: identity("DIRECTOR", "test-dir")."""
    return f"R_{kind}\x1e{name}"


def self_signed(certificate, key):
    """A certificate for 127.0.0.1 that is its own authority."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)


class TlsPeer:
    """Connected to a port of this machine; `with` ends it."""

    def __init__(self, port, *options):
        self.process = subprocess.Popen(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-quiet", *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    @classmethod
    def with_key(cls, port, name, password):
        """Proves to be `name`, an identity, by the password as it stands in configurations."""
        key = hashlib.md5(password.encode()).hexdigest().encode().hex()
        return cls(port, "-psk_identity", name, "-psk", key, "-tls1_3",
                   "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256")

    @classmethod
    def with_certificate(cls, port, certificate, key):
        return cls(port, "-cert", certificate, "-key", key)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def say(self, text):
        try:
            self.process.stdin.write(peer.packet(text.encode()))
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # what it said before that is still to be heard

    def hear(self):
        """The next packet as text, a signal as its number, None at the end."""
        header = self.process.stdout.read(4)
        if len(header) < 4:
            return None
        length, = struct.unpack(">i", header)
        return length if length < 0 else self.process.stdout.read(length).decode(errors="replace")

    def hear_all(self):
        """Everything up to the end."""
        heard = []
        while (each := self.hear()) is not None:
            heard.append(each)
        return heard
