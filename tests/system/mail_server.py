# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mail server on this machine that takes mail, refuses it, or says nothing."""
import socket
import socketserver
import threading


class MailServer(socketserver.ThreadingTCPServer):
    """Takes every mail; `refuses` each for now while that is set, the addresses in `unknown` for good, and while it
    `hangs` says nothing to who connects."""
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), MailTalk)
        self.mails = []  # (recipients, text)
        self.refuses = False
        self.unknown = set()
        self.hangs = False
        self.hanging = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    @property
    def texts(self):
        return [text for _, text in self.mails]

    def drop(self):
        """Hangs up on all who wait."""
        for connection in self.hanging:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it has gone already

    def close(self):
        self.drop()
        self.shutdown()
        self.server_close()


class MailTalk(socketserver.StreamRequestHandler):
    def handle(self):
        if self.server.hangs:
            self.server.hanging.append(self.connection)
            self.connection.recv(1)
            return
        recipients = []
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            self.wfile.write(self.answer(line, recipients))
            if line.startswith(b"QUIT"):
                return

    def answer(self, line, recipients):
        if line.startswith(b"QUIT"):
            return b"221 bye\r\n"
        if line.startswith(b"MAIL") and self.server.refuses:
            return b"451 not now\r\n"
        if line.startswith(b"RCPT"):
            address = line[line.index(b"<") + 1:line.index(b">")].decode()
            if address in self.server.unknown:
                return b"550 no such user here\r\n"
            recipients.append(address)
        if line.startswith(b"DATA"):
            self.wfile.write(b"354 go on\r\n")
            text = b"".join(iter(self.rfile.readline, b".\r\n"))
            self.server.mails.append((recipients, text.decode()))
            return b"250 taken\r\n"
        return b"250 ok\r\n"
