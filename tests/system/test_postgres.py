# SPDX-License-Identifier: AGPL-3.0-or-later
"""A Director with its catalog in PostgreSQL: set up, backup and restore, and a server that comes and goes."""
import signal
import subprocess

import pytest

import postgres
import trees
from installation import free_ports
from tls_peer import self_signed


@pytest.fixture
def server():
    yield from postgres.for_tests()


@pytest.fixture
def on_postgres(server, install):
    """As install(), with the catalog set up in PostgreSQL."""
    def make(**settings):
        here = install(start=False, database=server, **settings)
        done = set_up(here)
        assert done.returncode == 0, done.stdout + done.stderr
        here.start()
        return here
    return make


def set_up(here):
    return subprocess.run([here.programs / "holdfast-dir", "--setup-catalog", "-c", here.work / "dir.conf"],
                          env=here.database.administrator(), capture_output=True, text=True, timeout=60)


def test_what_is_backed_up_comes_back(on_postgres, every_kind):
    here = on_postgres(source=every_kind)
    job = here.backup()
    assert job.status == "T", here.job_log(job.id)
    assert job.files == len(trees.manifest(every_kind))
    assert here.query("SELECT count(*) FROM File WHERE JobId = ?", job.id) == [(job.files,)]
    trees.let_a_second_pass()
    (every_kind / "new file").write_text("new")
    incremental = here.backup("Incremental")
    assert incremental.status == "T", here.job_log(incremental.id)
    restored = here.run("restore client=test-fd restorejob=restore select current all done yes")
    assert restored.status == "T", here.job_log(restored.id)
    trees.assert_same(every_kind, here.restored)
    assert "test-fd" in here.console("list clients")


def test_setting_up_again_changes_nothing(on_postgres, small_tree):
    here = on_postgres(source=small_tree)
    job = here.backup()
    done = set_up(here)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "tables of version 2250 were there" in done.stdout
    assert here.job(job.id).status == "T"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_server_that_was_restarted_is_used_again(on_postgres, server, small_tree, how):
    here = on_postgres(source=small_tree)
    assert here.backup().status == "T"
    server.stop(how)
    assert "Unable to connect to PostgreSQL server" in here.console("list jobs", timeout=100)
    assert here.is_running("dir")
    server.start()
    job = here.backup()
    assert job.status == "T", here.job_log(job.id)


def test_a_director_that_shall_not_run_without_its_catalog_ends(on_postgres, server, small_tree):
    here = on_postgres(source=small_tree, catalog=server.directives() + "\n  Reconnect = no\n  Exit On Fatal = yes")
    assert here.backup().status == "T"
    server.stop()
    server.start()
    here.console("run job=backup yes")
    assert here.processes["dir"].wait(60) == 1
    here.start("dir")
    assert here.backup().status == "T"


def test_another_schema_version_is_refused(on_postgres, server, small_tree):
    here = on_postgres(source=small_tree)
    here.stop("dir")
    server.query("UPDATE Version SET VersionId = 2240")
    checked = subprocess.run([here.programs / "holdfast-dir", "-t", "-c", here.work / "dir.conf"], capture_output=True,
                             text=True, timeout=60)
    assert checked.returncode != 0
    assert 'Version error for database "catalog". Wanted 2250, got 2240' in checked.stderr
    assert "update_bareos_tables" in checked.stderr
    server.query("UPDATE Version SET VersionId = 2250")
    here.start("dir")


def test_the_way_to_the_database_is_encrypted_and_its_certificate_checked(install, server, small_tree, tmp_path):
    [port] = free_ports(1)
    server.stop()
    authority = server.listen_with_tls(port)
    server.start()
    strange = tmp_path / "strange.pem"
    self_signed(strange, tmp_path / "strange.key")

    def over_tls(certificate):
        return server.directives().replace(f'"{server.folder}"', "127.0.0.1") + f"""
  DB Port = {port}
  DB SSL Mode = verify-full
  DB SSL CA Certificate File = "{certificate}\""""

    refused = install(source=small_tree, start=False, database=server, catalog=over_tls(strange))
    done = set_up(refused)
    assert done.returncode == 1 and "certificate verify failed" in done.stderr, done.stdout + done.stderr
    here = install(source=small_tree, start=False, database=server, catalog=over_tls(authority))
    assert set_up(here).returncode == 0
    here.start()
    assert here.backup().status == "T"
    assert here.query("SELECT DISTINCT S.ssl FROM pg_stat_ssl S JOIN pg_stat_activity A ON A.pid = S.pid "
                      "WHERE A.application_name = 'holdfast'") == [("t",)]
