# SPDX-License-Identifier: AGPL-3.0-or-later
"""bsmtp: what a mail server is told, and what becomes of one that does not answer, or not kindly."""
import os
import re
import socket
import subprocess

import pytest

import conftest
from mail_server import MailServer


@pytest.fixture
def server():
    running = MailServer()
    yield running
    running.close()


@pytest.fixture
def bsmtp():
    program = conftest.built("bsmtp") / "bsmtp"

    def run(*arguments, text="", code=0, **environment):
        done = subprocess.run([program, *map(str, arguments)], input=text.encode(), capture_output=True, timeout=60,
                              env={**os.environ, "TZ": "UTC", **environment})
        assert done.returncode == code, done
        return done.stderr.decode()

    return run


def host(server):
    return f"127.0.0.1:{server.server_address[1]}"


USUAL = ("-f", "(Bareos) <dir@example.com>", "-s", "Backup OK")


def test_a_mail_has_its_headers_in_the_order_of_the_peer(bsmtp, server):
    bsmtp("-h", host(server), *USUAL, "-r", "answers@example.com", "-c", "Copy <copy@example.com>", "root@example.com",
          "Op <op@example.com>", text="hello\n.hidden\n..two\nend")
    (recipients, text), = server.mails
    assert recipients == ["root@example.com", "op@example.com", "copy@example.com"]
    headers, body = text.split("\r\n\r\n", 1)
    lines = headers.split("\r\n")
    assert lines[:-1] == [
        "From: (Bareos) <dir@example.com>", "Subject: Backup OK", "Reply-To: answers@example.com",
        "To: root@example.com, Op <op@example.com>", "Cc: Copy <copy@example.com>", "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=us-ascii", "Content-Transfer-Encoding: 7bit"]
    assert re.fullmatch(r"Date: \w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} \+0000 \(UTC\)", lines[-1])
    # As it is on the wire: dots at the beginnings of lines are doubled.
    assert body == "hello\r\n..hidden\r\n...two\r\nend\r\n"


def test_lines_beyond_the_limit_are_counted(bsmtp, server):
    bsmtp("-h", host(server), *USUAL, "-l", 2, "a@b", text="1\n2\n3\n4\n5\n")
    assert server.texts[0].endswith("1\r\n2\r\n\r\n\r\n[maximum of 2 lines exceeded, skipped 3 lines of output]\r\n")


def test_text_that_is_not_ascii_says_so(bsmtp, server):
    bsmtp("-h", host(server), "-f", "a@b", "-s", "für dich", "a@b", text="grün\n")
    bsmtp("-h", host(server), *USUAL, "-8", "a@b", text="plain\n")
    first, second = server.texts
    assert "Subject: =?utf-8?Q?f=C3=BCr_dich?=\r\n" in first and "grün\r\n" in first
    for text in server.texts:
        assert "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n" in text


def test_the_server_can_stand_in_the_environment(bsmtp, server):
    bsmtp(*USUAL, "a@b", text="x", SMTPSERVER=host(server))
    assert len(server.mails) == 1


def test_a_server_that_refuses_is_quoted(bsmtp, server):
    server.refuses = True
    assert bsmtp("-h", host(server), *USUAL, "a@b", code=1).startswith(
        f"Fatal malformed reply from {host(server)}: the server answered 451 not now")
    server.refuses = False
    server.unknown = {"nobody@b"}
    assert "550 no such user here" in bsmtp("-h", host(server), *USUAL, "nobody@b", "a@b", text="x", code=1)
    assert [recipients for recipients, _ in server.mails] == [["a@b"]]


def test_a_server_that_is_not_there_is_told(bsmtp):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert bsmtp("-h", f"127.0.0.1:{port}", *USUAL, "a@b", code=1) == f"Failed to connect to mailhost 127.0.0.1:{port}\n"


def test_an_unknown_host_is_replaced_by_this_machine(bsmtp):
    told = bsmtp("-h", "no-such-host.invalid", *USUAL, "a@b", code=1)
    assert told.startswith('Error unknown mail host "no-such-host.invalid": ERR=')
    assert '\nRetrying connection using "localhost".\n' in told


def test_what_must_be_given_is_asked_for(bsmtp):
    for arguments in (["-s", "x", "a@b"], ["-f", "x", "a@b"], ["-f", "x", "-s", "x"]):
        assert "required" in bsmtp(*arguments, code=41)
    done = subprocess.run([conftest.PROGRAMS / "bsmtp", "-?"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "-h,--mailhost" in done.stdout
