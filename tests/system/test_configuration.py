# SPDX-License-Identifier: AGPL-3.0-or-later
"""A wrong configuration is refused at the place where it is wrong; a right one is printed as it was meant."""
import json
import subprocess

import pytest

import installation as holdfast

# What is right, what is wrong instead, what the message must name, and the place it must name: the last of this text.
MISTAKES = {
    "unknown directive": ("Maximum Concurrent Jobs = 10", "Maximum Concurent Jobs = 10",
                          'Did you mean "MaximumConcurrentJobs"?', "Maximum Concurent"),
    "wrong type": ("Maximum Concurrent Jobs = 10", "Maximum Concurrent Jobs = many", "got: many", "many"),
    "missing brace": ("\n}\nCatalog {", "\nCatalog {", "Perhaps you left the trailing brace off", "Catalog {"),
    "unknown reference": ("FileSet = Tree", "FileSet = Forest", '"Forest" referenced', "Forest"),
    "missing requirement": ("Name = test-fd\n  Address = 127.0.0.1", "Name = test-fd", '"Address" directive in Client',
                            "Client {"),
    "stray word": ("Catalog {", "nonsense\nCatalog {", "got: nonsense", "nonsense"),
    "second of a name": ("Pool {\n  Name = Incremental", "Pool {\n  Name = Full", 'second Pool resource named "Full"',
                         "Pool {"),
}


def run(here, role, *options):
    return subprocess.run([here.programs / f"holdfast-{role}", "-c", here.work / f"{role}.conf", *options],
                          capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("role", holdfast.ROLES)
def test_a_right_configuration_passes_silently(install, role):
    done = run(install(start=False), role, "-t")
    assert (done.returncode, done.stdout) == (0, ""), done


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_file_line_and_column(install, mistake):
    right, wrong, named, blamed = MISTAKES[mistake]
    here = install(start=False)
    path = here.work / "dir.conf"
    assert right in path.read_text()
    text = path.read_text().replace(right, wrong, 1)
    path.write_text(text)
    before = text[:text.rindex(blamed)]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    done = run(here, "dir", "-t")
    said = done.stdout + done.stderr
    assert done.returncode != 0, said
    assert named in said and f"line {line}, col {column} of file {path}" in said, said


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
