# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mail server that is away, refuses or hangs: no job notices, the Director says what failed, and no mail is lost."""
import pytest

import installation
from mail_server import MailServer
from waiting import eventually

JOBS = """
Messages {{
  Name = Mailed
  Catalog = all, !skipped, !saved
  Mail Server = "smtp://127.0.0.1:{port}"
  Mail = {to} = all, !skipped, !saved
}}
Job {{ Name = mailed; JobDefs = Defaults; Messages = Mailed }}
"""


@pytest.fixture
def mail_server():
    server = MailServer()
    yield server
    server.close()


def mailing(install, source, port, to="root@example.org"):
    return install(source=source, more=JOBS.format(port=port, to=to))


def run(here):
    """A job that must not notice what becomes of its mail, and a Director that answers."""
    job = here.run("run job=mailed level=Full yes")
    assert job.status == "T" and job.errors == 0, here.job_log(job.id)
    assert "test-dir Version" in here.console("status director")
    return job


def told(here, *texts):
    eventually(lambda: any(all(text in line for text in texts) for line in here.director_messages().splitlines()),
               otherwise=here.director_messages)


def kept(here):
    return list((here.work / "dir").glob("*.mail"))


def restart_and_expect(here, count):
    here.kill("dir")
    assert len(kept(here)) == count
    here.start("dir")
    eventually(lambda: not kept(here))


def test_mail_waits_on_disk_for_a_server_that_is_away(install, small_tree):
    port, = installation.free_ports(1)
    here = mailing(install, small_tree, port)
    jobs = [run(here), run(here)]
    for job in jobs:
        told(here, f"The mail about job {job.name} to root@example.org could not be sent", "tried again in 1 minute",
             f"port {port}")
    server = MailServer(port)
    try:
        restart_and_expect(here, 2)
    finally:
        server.close()
    assert len(server.mails) == 2
    for job in jobs:
        assert any(f"JobId {job.id}:" in text and "Termination:" in text for text in server.texts)


def test_an_address_that_is_refused_keeps_the_mail_from_nobody_else(install, small_tree, mail_server):
    mail_server.unknown = {"gone@example.org"}
    here = mailing(install, small_tree, mail_server.server_address[1],
                   to="root@example.org, gone@example.org, ops@example.org")
    job = run(here)
    told(here, f"The mail about job {job.name} to gone@example.org could not be sent: the server answered 550 no such",
         "Given up after 1 attempt")
    assert [to for to, _ in mail_server.mails] == [["root@example.org"], ["ops@example.org"]]
    mail_server.unknown = set()
    restart_and_expect(here, 1)
    assert mail_server.mails[2][0] == ["gone@example.org"] and f"JobId {job.id}:" in mail_server.texts[2]
    assert len(mail_server.mails) == 3


def test_a_server_that_hangs_holds_up_nothing_but_mail(install, small_tree, mail_server):
    mail_server.hangs = True
    here = mailing(install, small_tree, mail_server.server_address[1])
    jobs = [run(here)]
    eventually(lambda: mail_server.hanging)
    jobs.append(run(here))
    mail_server.drop()
    told(here, f"The mail about job {jobs[0].name} to root@example.org could not be sent", "tried again in 1 minute")
    eventually(lambda: len(mail_server.hanging) == 2)
    jobs.append(run(here))
    assert not mail_server.mails
    mail_server.hangs = False
    restart_and_expect(here, 3)
    assert len(mail_server.mails) == 3
    for job in jobs:
        assert any(f"JobId {job.id}:" in text for text in mail_server.texts)
