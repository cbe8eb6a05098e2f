# SPDX-License-Identifier: AGPL-3.0-or-later
"""A wrong configuration is refused at the place where it is wrong; a right one is printed as it was meant."""
import json
import subprocess

import pytest

import installation as holdfast

MISTAKES = {
    "unknown directive": ("Maximum Concurrent Jobs = 10", "Maximum Concurent Jobs = 10", "MaximumConcurrentJobs"),
    "wrong type": ("Maximum Concurrent Jobs = 10", "Maximum Concurrent Jobs = many", "many"),
    "missing brace": ("\n}\nCatalog {", "\nCatalog {", ""),
    "unknown reference": ("FileSet = Tree", "FileSet = Forest", "Forest"),
    "missing requirement": ("Name = test-fd\n  Address = 127.0.0.1", "Name = test-fd", "Address"),
    "stray word": ("Catalog {", "nonsense\nCatalog {", "nonsense"),
}


def run(here, role, *options):
    return subprocess.run([here.programs / f"holdfast-{role}", "-c", here.work / f"{role}.conf", *options],
                          capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("role", holdfast.ROLES)
def test_a_right_configuration_passes_silently(install, role):
    done = run(install(start=False), role, "-t")
    assert (done.returncode, done.stdout) == (0, ""), done


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_file_and_line(install, mistake):
    right, wrong, named = MISTAKES[mistake]
    here = install(start=False)
    path = here.work / "dir.conf"
    text = path.read_text()
    assert right in text
    path.write_text(text.replace(right, wrong, 1))
    done = run(here, "dir", "-t")
    said = done.stdout + done.stderr
    assert done.returncode != 0, said
    assert "dir.conf" in said and named in said, said


def test_two_resources_of_one_name_are_refused(install):
    here = install(start=False)
    path = here.work / "dir.conf"
    path.write_text(path.read_text() + '\nPool {\n  Name = Full\n  Pool Type = Backup\n}\n')
    done = run(here, "dir", "-t")
    assert done.returncode != 0 and "Full" in done.stdout + done.stderr


@pytest.mark.parametrize("role", holdfast.ROLES)
def test_the_exported_configuration_can_be_read_again(install, role):
    here = install(start=False)
    exported = run(here, role, "--xc")
    assert exported.returncode == 0 and exported.stdout, exported.stderr
    (here.work / f"{role}.conf").write_text(exported.stdout)
    again = run(here, role, "--xc")
    assert again.stdout == exported.stdout


@pytest.mark.parametrize("role", holdfast.ROLES)
def test_the_schema_is_json(install, role):
    schema = json.loads(run(install(start=False), role, "--xs").stdout)
    assert schema["format-version"] == 2 and schema["resource"]


@pytest.mark.parametrize("role", holdfast.ROLES)
def test_unknown_options_end_with_41_and_the_help(install, role):
    done = run(install(start=False), role, "--nonsense")
    assert done.returncode == 41 and "--config" in done.stdout + done.stderr
