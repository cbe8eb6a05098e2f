# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who proves to be one and calls itself another is turned away, and the log says so."""
import subprocess

import pytest

import installation as holdfast
import peer
import tls_peer
from tls_peer import TlsPeer, identity

OTHER = "other password"
CONSOLE = f'Console {{\n Name = other\n Password = "{OTHER}"\n Profile = operator\n}}\n' \
          'Profile {\n Name = operator\n Command ACL = *all*\n}\n'
DIRECTOR = f'Director {{\n Name = other-dir\n Password = "{OTHER}"\n}}\n'

JOB = "backup.2026-11-22_21.51.04_03"

# Who is proved, what is said, and whom that claims to be.
LIES = {
    "dir": [(identity("CONSOLE", "other"), "Hello *UserAgent* calling version 25.1.0\n", "*UserAgent*"),
            (identity("CONSOLE", "other"), "Hello nobody calling version 25.1.0\n", "nobody")],
    "sd": [(identity("DIRECTOR", "other-dir"), "Hello Director test-dir calling\n", "test-dir"),
           (identity("DIRECTOR", "other-dir"), f"Hello Start Job {JOB}\n", JOB)],
    "fd": [(identity("DIRECTOR", "other-dir"), "Hello Director test-dir calling\n", "test-dir"),
           (identity("DIRECTOR", "other-dir"), f"Hello Storage calling Start Job {JOB}\n", JOB)],
}
TRUTHS = {
    "dir": (identity("CONSOLE", "other"), "Hello other calling version 25.1.0\n"),
    "sd": (identity("DIRECTOR", "other-dir"), "Hello Director other-dir calling\n"),
    "fd": (identity("DIRECTOR", "other-dir"), "Hello Director other-dir calling\n"),
}


def log_has(here, role, *words):
    peer.wait_until(lambda: any(all(word in line for word in words) for line in
                                here.log(role).read_text(errors="replace").splitlines()),
                    why=f"holdfast-{role} says {words}\n{here.log(role).read_text(errors='replace')}")


@pytest.fixture
def with_another(install):
    """Each daemon knows one more console or Director, by a password of its own."""
    return install(more=CONSOLE, storage_more=DIRECTOR, client_more=DIRECTOR)


@pytest.mark.parametrize("role", holdfast.ROLES)
def test_a_key_does_not_stand_for_the_name_of_another(with_another, role):
    before = with_another.open_descriptors(role)
    for proved, said, claimed in LIES[role]:
        with TlsPeer.with_key(with_another.port(role), proved, OTHER) as liar:
            liar.say(said)
            assert liar.hear_all() == [tls_peer.TERMINATE], said
        log_has(with_another, role, f'says that it is "{claimed}"', proved.split("\x1e")[1])
    peer.wait_until(lambda: with_another.open_descriptors(role) <= before, why="descriptors are closed again")


@pytest.mark.parametrize("role", holdfast.ROLES)
def test_the_same_key_with_its_own_name_is_challenged(with_another, role):
    proved, said = TRUTHS[role]
    with TlsPeer.with_key(with_another.port(role), proved, OTHER) as honest:
        honest.say(said)
        assert honest.hear().startswith("auth cram-md5 <")


@pytest.mark.parametrize("role", holdfast.ROLES)
def test_a_name_nobody_knows_gets_no_tls(with_another, role):
    kind = "CONSOLE" if role == "dir" else "DIRECTOR"
    with TlsPeer.with_key(with_another.port(role), identity(kind, "nobody"), OTHER) as stranger:
        stranger.say("Hello Director nobody calling\n")
        assert stranger.hear_all() == []
    log_has(with_another, role, "TLS")


def make_certificates(folder):
    """A CA and certificates it signed, by their common names."""
    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test CA",
            "-keyout", folder / "ca.key", "-out", folder / "ca.pem")
    for name in ("daemon", "friend", "foe"):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}",
                "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.csr")
        openssl("x509", "-req", "-in", folder / f"{name}.csr", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key",
                "-CAcreateserial", "-days", "2", "-out", folder / f"{name}.pem")


@pytest.mark.parametrize("role", holdfast.ROLES)
def test_a_certificate_of_another_name_is_refused_where_names_are_given(install, tmp_path, role):
    make_certificates(tmp_path)
    tls = (f'TLS Verify Peer = yes\n TLS Allowed CN = friend\n TLS CA Certificate File = "{tmp_path}/ca.pem"\n'
           f' TLS Certificate = "{tmp_path}/daemon.pem"\n TLS Key = "{tmp_path}/daemon.key"')
    own = {"dir": "director", "sd": "storage_own", "fd": "client_own"}[role]
    here = install(start=False, more=CONSOLE, storage_more=DIRECTOR, client_more=DIRECTOR, **{own: tls})
    here.start(role)
    _, said = TRUTHS[role]
    with TlsPeer.with_certificate(here.port(role), tmp_path / "foe.pem", tmp_path / "foe.key") as foe:
        foe.say(said)
        assert foe.hear_all() == []
    log_has(here, role, "did not match a required commonName")
    with TlsPeer.with_certificate(here.port(role), tmp_path / "friend.pem", tmp_path / "friend.key") as friend:
        friend.say(said)
        assert friend.hear().startswith("auth cram-md5 <")
