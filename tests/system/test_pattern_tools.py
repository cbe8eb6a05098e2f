# SPDX-License-Identifier: AGPL-3.0-or-later
"""bregex, bwild and btestls: what the patterns and paths of a FileSet mean, tried out at a terminal."""
import os
import subprocess

import pytest

import conftest

LINES = "/home/anna/notes.txt\n/home/anna/Notes.TXT\n/var/cache/x\n\n/home/bert/a.o\n"


@pytest.fixture
def tool():
    def run(name, *arguments, typed="", code=0):
        done = subprocess.run([conftest.built(name) / name, *map(str, arguments)], input=typed, capture_output=True,
                              text=True, timeout=60)
        assert done.returncode == code, done
        return done

    return run


@pytest.fixture
def lines(tmp_path):
    path = tmp_path / "lines"
    path.write_text(LINES)
    return path


def test_expressions_are_asked_for_until_an_empty_one(tool, lines):
    done = tool("bregex", "-f", lines, typed="^/home/(anna|carl)/\n\\.o$\n\nnever read\n")
    prompt = "Enter regex pattern: "
    assert done.stdout == (prompt + "    1: /home/anna/notes.txt\n    2: /home/anna/Notes.TXT\n" + prompt +
                           "    5: /home/bert/a.o\n" + prompt)


def test_what_does_not_match_can_be_printed_without_numbers(tool, lines):
    done = tool("bregex", "-f", lines, "-n", "-l", typed="home\n")
    assert done.stdout == "Enter regex pattern: /var/cache/x\n\nEnter regex pattern: "


def test_a_wrong_expression_is_told_and_the_next_one_tried(tool, lines):
    done = tool("bregex", "-f", lines, "-l", typed="(home\n^/var\n")
    first, second, last = done.stdout.split("Enter regex pattern: ")[1:]
    assert first.startswith("Regex compile error: ") and (second, last) == ("/var/cache/x\n", "")


def test_wildcards_match_slashes_unless_enhanced(tool, lines):
    def matched(*options, pattern="/home/*.txt"):
        return tool("bwild", "-f", lines, "-l", *options, typed=pattern + "\n").stdout.split("Enter a wild-card: ")[1]

    assert matched() == "/home/anna/notes.txt\n"
    assert matched("-i") == "/home/anna/notes.txt\n/home/anna/Notes.TXT\n"
    assert matched("--enhanced-wild") == ""
    assert matched("--enhanced-wild", pattern="/home/*/*.[ot]") == "/home/bert/a.o\n"


@pytest.mark.parametrize("name", ["bregex", "bwild"])
def test_a_file_must_be_named_and_there(tool, tmp_path, name):
    assert "--filename" in tool(name, code=41).stderr
    assert tool(name, "-f", tmp_path / "gone", code=1).stderr == f"Could not open data file: {tmp_path}/gone\n"


@pytest.mark.parametrize("own, link", [("regex", "bregex"), ("wild", "bwild"), ("files", "btestls")])
def test_each_has_a_name_of_its_own(tool, own, link):
    assert tool("holdfast-tools", own, "--help").stdout == tool(link, "--help").stdout


@pytest.fixture
def tree(tmp_path):
    top = tmp_path / "tree"
    (top / "sub").mkdir(parents=True)
    (top / "text").write_text("12345")
    (top / "sub" / "object.o").write_text("1")
    (top / "link").symlink_to("text")
    return top


def names(done):
    return [line.split("  ")[-1] for line in done.stdout.splitlines() if line[0] in "-dl"]


def test_files_are_listed_as_a_backup_would_save_them(tool, tree):
    done = tool("btestls", tree)
    assert sorted(names(done)) == sorted([f"{tree}", f"{tree}/link -> text", f"{tree}/sub", f"{tree}/sub/object.o",
                                          f"{tree}/text"])
    assert done.stdout.endswith("Files seen = 5\n")
    assert tool("btestls", "-q", tree).stdout == "Files seen = 5\n"


def test_paths_and_excludes_come_from_files_and_standard_input(tool, tree, tmp_path):
    include, exclude = tmp_path / "include", tmp_path / "exclude"
    include.write_text(f"{tree}/text\n")
    exclude.write_text("*.o\n")
    done = tool("btestls", "-i", include, "-e", exclude, "-", typed=f"{tree}/sub/\n")
    assert names(done) == [f"{tree}/sub", f"{tree}/text"]
    assert done.stdout.endswith("Files seen = 2\n")
    assert "Could not open exclude file" in tool("btestls", "-e", tmp_path / "gone", tree, code=1).stderr
    assert "no path" in tool("btestls", code=41).stderr


def test_attributes_are_named_on_demand(tool, tree):
    try:
        os.setxattr(tree / "text", "user.colour", b"blue")
    except OSError:
        pytest.skip("no extended attributes here")
    assert "user.colour (4 bytes)" in tool("btestls", "-a", tree).stdout
    assert "user.colour" not in tool("btestls", tree).stdout


def test_what_cannot_be_saved_is_said(tool, tmp_path):
    done = tool("btestls", tmp_path / "gone")
    assert str(tmp_path / "gone") in done.stderr and done.stdout == "Files seen = 0\n"
