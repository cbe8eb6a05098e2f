# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where messages of real daemons go: mail through a server and a command, webhooks, files that are moved away; and a reload."""
import http.server
import json
import os
import signal
import ssl
import threading
import time

import pytest

from mail_server import MailServer
from tls_peer import self_signed
from waiting import eventually


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.messages += body["messages"]
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def mail_server():
    server = MailServer()
    yield server
    server.close()


@pytest.fixture
def hook():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.messages = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


JOBS = """
Messages {{
  Name = Everywhere
  Catalog = all, !skipped, !saved
  Mail Server = "{url}"
  Mail From = "backup@example.org"
  Mail = root@example.org = all, !skipped, !saved
  Mail On Error = trouble@example.org = all
  Webhook = "http://127.0.0.1:{hook}/" = all, !skipped, !saved
  Mail Command = "sh -c 'cat > {folder}/sent-%n-%r'"
  Mail On Success = joy = all, !skipped, !saved
}}
Job {{ Name = told; JobDefs = Defaults; Messages = Everywhere }}
"""


def test_a_job_reaches_mail_command_server_and_webhook(install, small_tree, tmp_path, mail_server, hook):
    more = JOBS.format(url=mail_server.url, hook=hook.server_address[1], folder=tmp_path)
    here = install(source=small_tree, more=more)
    job = here.run("run job=told level=Full yes")
    assert job.status == "T"
    eventually(lambda: mail_server.mails and (tmp_path / "sent-told-joy").exists())
    assert len(mail_server.mails) == 1, "MailOnError is for failed jobs"
    mail = mail_server.texts[0]
    assert "Subject: Holdfast: Backup OK of test-fd Full (told)" in mail and "To: root@example.org" in mail
    assert "Termination:" in mail and f"JobId {job.id}:" in mail
    eventually(lambda: any("Termination:" in each["text"] for each in hook.messages))
    assert {each["job"]["id"] for each in hook.messages} == {job.id}
    eventually(lambda: not list((here.work / "dir").glob("*.mail*")))


def test_a_webhook_whose_certificate_nobody_vouches_for_gets_nothing(install, small_tree, tmp_path, hook):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    self_signed(certificate, key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    hook.socket = context.wrap_socket(hook.socket, server_side=True)
    here = install(source=small_tree, more=f"""
Messages {{ Name = Hooked; Catalog = all; Webhook = "https://127.0.0.1:{hook.server_address[1]}/secret" = all }}
Job {{ Name = hooked; JobDefs = Defaults; Messages = Hooked }}
""")
    assert here.run("run job=hooked level=Full yes").status == "T"
    eventually(lambda: "did not reach the webhook https://127.0.0.1" in here.director_messages())
    assert "certificate" in here.director_messages().lower() and "secret" not in here.director_messages()
    assert not hook.messages


def test_mail_that_a_killed_director_left_is_sent_at_its_next_start(install, small_tree, tmp_path, mail_server, hook):
    mail_server.refuses = True
    more = JOBS.format(url=mail_server.url, hook=hook.server_address[1], folder=tmp_path)
    here = install(source=small_tree, more=more)
    job = here.run("run job=told level=Full yes")
    eventually(lambda: "451 not now" in here.director_messages())
    here.kill("dir")
    mail_server.refuses = False
    here.start("dir")
    eventually(lambda: mail_server.mails)
    assert f"JobId {job.id}:" in mail_server.texts[0]
    eventually(lambda: not list((here.work / "dir").glob("*.mail*")))


def test_the_end_of_the_director_does_not_wait_for_a_mail_command_that_hangs(install, small_tree):
    here = install(source=small_tree, more="""
Messages { Name = Slow; Catalog = all; Mail Command = "sleep 1000"; Mail = root = all }
Job { Name = slow; JobDefs = Defaults; Messages = Slow }
""")
    here.run("run job=slow level=Full yes")
    began = time.monotonic()
    assert here.stop("dir") == {"dir": 0}
    assert time.monotonic() - began < 15
    assert list((here.work / "dir").glob("*.mail")), "it is sent at the next start"


def test_a_log_file_may_be_moved_away(install, small_tree):
    here = install(source=small_tree)
    assert here.backup().status == "T"
    os.rename(here.work / "dir" / "jobs.log", here.work / "dir" / "jobs.log.1")
    assert here.backup().status == "T"
    assert "JobId 2:" in (here.work / "dir" / "jobs.log").read_text()
    assert "JobId 2:" not in (here.work / "dir" / "jobs.log.1").read_text()


def test_daemons_write_their_own_files_too(install, small_tree, tmp_path):
    here = install(source=small_tree, client_own="Messages = Own", storage_own="Messages = Own",
                   client_more=f'Messages {{ Name = Own; Director = test-dir = all; Append = "{tmp_path}/fd.log" = all }}',
                   storage_more=f'Messages {{ Name = Own; Director = test-dir = all; Append = "{tmp_path}/sd.log" = all }}')
    assert here.backup().status == "T"
    assert "test-sd JobId 1:" in (tmp_path / "sd.log").read_text()
    assert "test-sd JobId 1:" in here.job_log(1)
    assert here.backup(level="Full").status == "T"


def test_sighup_reloads_and_says_what_changed(install, small_tree):
    here = install(source=small_tree)
    here.configure(more="Pool { Name = Extra; Pool Type = Backup }")
    here.processes["dir"].send_signal(signal.SIGHUP)
    eventually(lambda: 'Pool "Extra" added' in here.director_messages())
    assert here.query("SELECT Name FROM Pool WHERE Name = 'Extra'")
    here.configure(more="Pool { Name = Extra; Pool Type = Nonsense }\nClient { Name = x; Address = y }")
    assert "failed to reload" in here.console("reload")
    text = here.director_messages()
    assert "Nonsense" in text and '"Password" directive in Client "x"' in text
    assert "Resetting to previous configuration." in text
    assert here.backup().status == "T"


def test_start_reports_all_errors_of_a_configuration_together(install):
    here = install(start=False, more="Pool { Name = Extra; Pool Type = Nonsense }\nClient { Name = x; Address = y }\n"
                                     "Job { Name = bare }")
    with pytest.raises(RuntimeError) as failure:
        here.start("dir")
    here.processes.clear()
    for error in ("Nonsense", '"Password" directive in Client "x"'):
        assert error in str(failure.value)
