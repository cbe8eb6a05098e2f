# SPDX-License-Identifier: AGPL-3.0-or-later
"""Backups that our File Daemon encrypts and signs: what lies on the volume, and who brings it back."""
import subprocess

import pytest

import trees

SECRET = b"known to nobody but its owner"


def make_pair(folder, name):
    """Files with a private key and its certificate, as docs/manual/encryption.md has them made: (key, certificate, both)."""
    key, certificate, both = (folder / f"{name}.{kind}" for kind in ("key", "cert", "pem"))
    subprocess.run(["openssl", "req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
                    "-days", "3650", "-subj", f"/CN={name}", "-addext", "subjectKeyIdentifier=hash"],
                   check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return key, certificate, both


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    return {name: make_pair(folder, name) for name in ("client", "master", "stranger")}


@pytest.fixture
def source(every_kind):
    trees.write(every_kind / "secret.txt", SECRET)
    trees.write(every_kind / "large secret", SECRET * 100_000)
    return every_kind


def directives(keys, *more):
    return "\n  ".join([f'PKI Key Pair = "{keys["client"][2]}"', f'PKI Master Key = "{keys["master"][1]}"', *more])


def on_volumes(here):
    return b"".join(path.read_bytes() for path in here.volumes.iterdir())


def assert_restores(here, job):
    restored = here.restore(job.id)
    log = here.job_log(restored.id)
    assert restored.status == "T" and restored.errors == 0, log
    assert "Signature validation" not in log and "cryptographic signature" not in log
    trees.assert_same(here.source, here.restored)


@pytest.mark.parametrize("options, cipher", [("", ""), ("Compression = LZ4\n Sparse = yes", "PKI Cipher = aes256"),
                                             ("Compression = GZIP1", "PKI Cipher = camellia192")])
def test_encrypted_files_come_back_with_either_key_and_only_with_one(install, keys, source, tmp_path, options, cipher):
    own = directives(keys, "PKI Encryption = yes", cipher)
    here = install(source=source, options=options, client_own=own)
    job = here.backup()
    assert job.status == "T" and job.errors == 0, here.job_log(job.id)
    assert "Encryption:             yes" in here.job_log(job.id)
    assert SECRET not in on_volumes(here)
    assert_restores(here, job)

    trees.remove(here.work / "restored")
    here.stop("fd")
    here.configure(client_own=f'PKI Key Pair = "{keys["master"][2]}"\n  PKI Signer = "{keys["client"][1]}"\n'
                              "  PKI Signatures = yes")
    here.start("fd")
    assert_restores(here, job)

    target = here.extract(tmp_path / "extracted", "--key", keys["master"][0])
    trees.assert_same(source, target / source.relative_to("/"))


def test_files_are_encrypted_without_signatures_where_the_client_says_so(install, keys, source):
    own = directives(keys, "PKI Encryption = yes")
    here = install(source=source, client_own=own + "\n  Encrypt Without Signatures = yes")
    job = here.backup()
    assert job.status == "T" and job.errors == 0, here.job_log(job.id)
    assert SECRET not in on_volumes(here)
    assert_restores(here, job)

    trees.remove(here.work / "restored")
    here.stop("fd")
    here.configure(client_own=own)
    here.start("fd")
    restored = here.restore(job.id)
    assert restored.errors > 0 and "Missing cryptographic signature for" in here.job_log(restored.id)
    trees.assert_same(here.source, here.restored)


def test_a_disk_is_compared_with_what_was_encrypted(install, keys, source):
    verify = "Job { Name = verify; Type = Verify; Level = DiskToCatalog; JobDefs = Defaults; Verify Job = backup }"
    here = install(source=source, options="Sparse = yes\n Verify = pins5", more=verify,
                   client_own=directives(keys, "PKI Encryption = yes"))
    here.backup()
    job = here.run("run job=verify level=DiskToCatalog yes")
    assert job.status == "T", here.job_log(job.id)


def test_without_a_key_nothing_that_was_encrypted_comes_back(install, keys, source):
    here = install(source=source, client_own=directives(keys, "PKI Encryption = yes"))
    job = here.backup()
    here.stop("fd")
    here.configure(client_own=f'PKI Key Pair = "{keys["stranger"][2]}"')
    here.start("fd")
    restored = here.restore(job.id)
    assert "Missing private key required to decrypt encrypted backup data." in here.job_log(restored.id)
    assert restored.errors > 0
    assert not (here.restored / "secret.txt").exists()


def test_a_fileset_forces_encryption_and_without_keys_nothing_is_saved(install, keys, source):
    here = install(source=source, options="Force Encryption = yes", client_own=directives(keys))
    job = here.backup()
    assert job.status == "T", here.job_log(job.id)
    assert SECRET not in on_volumes(here)
    assert_restores(here, job)
    here.stop("fd")
    here.configure(client_own="")
    here.start("fd")
    job = here.backup()
    assert job.status == "f"
    assert "no PKI Key Pair is configured" in here.job_log(job.id)
    assert SECRET not in on_volumes(here)


def test_a_signature_finds_data_that_was_tampered_with(install, keys, source):
    here = install(source=source, client_own=directives(keys, "PKI Signatures = yes"), signature="SHA256",
                   device="Block Checksum = no")
    job = here.backup()
    assert "Encryption:             no" in here.job_log(job.id)
    assert_restores(here, job)
    trees.remove(here.work / "restored")
    here.stop("sd")
    here.has_damaged_volumes = True
    (volume,) = here.volumes.iterdir()
    content = volume.read_bytes()
    assert SECRET in content
    volume.write_bytes(content.replace(SECRET, SECRET[::-1]))
    here.start("sd")
    restored = here.restore(job.id)
    assert restored.errors > 0
    assert "Signature validation failed for file" in here.job_log(restored.id)
    assert "secret.txt" in here.job_log(restored.id)
