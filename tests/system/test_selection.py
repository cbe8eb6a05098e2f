# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a FileSet chooses: every option that decides about files, and lists of files from elsewhere, through real daemons."""
import re
import subprocess

import pytest

import trees

FILES = {
    "a.txt": b"abc",
    "b.o": b"",
    "big": bytes(5000),
    "dir/inner.txt": b"x",
    "dir/UPPER.TXT": b"x",
    "cache/.nobackup": b"",
    "cache/x": b"x",
    "deep/er/leaf": b"leaf",
    "with blank/na me": b"x",
}
EVERYTHING = {"", "a.txt", "b.o", "big", "dir", "dir/inner.txt", "dir/UPPER.TXT", "cache", "cache/.nobackup", "cache/x",
              "deep", "deep/er", "deep/er/leaf", "with blank", "with blank/na me"}


def only(*names):
    return set(names)


def without(*names):
    return EVERYTHING - set(names)


# What stands in the FileSet, with {source} for the tree and {lists} for the folder of lists; what is chosen below the source.
CASES = {
    "all": ('Include {{ File = "{source}" }}', EVERYTHING),
    "slash": ('Include {{ File = "{source}//" }}', EVERYTHING),
    "recurse": ('Include {{ Options {{ Recurse = no }} File = "{source}" }}',
                only("", "a.txt", "b.o", "big", "dir", "cache", "deep", "with blank")),
    "wildfile": ('Include {{ Options {{ Exclude = yes; WildFile = "*.txt" }} File = "{source}" }}', without("a.txt", "dir/inner.txt")),
    "ignorecase": ('Include {{ Options {{ Exclude = yes; Ignore Case = yes; WildFile = "*.txt" }} File = "{source}" }}',
                   without("a.txt", "dir/inner.txt", "dir/UPPER.TXT")),
    "regexcase": ('Include {{ Options {{ Exclude = yes; Ignore Case = yes; RegexFile = "\\\\.txt$" }} File = "{source}" }}',
                  without("a.txt", "dir/inner.txt", "dir/UPPER.TXT")),
    "wilddir": ('Include {{ Options {{ Exclude = yes; WildDir = "*/d*" }} File = "{source}" }}',
                without("dir", "dir/inner.txt", "dir/UPPER.TXT", "deep", "deep/er", "deep/er/leaf")),
    "regexdir": ('Include {{ Options {{ Exclude = yes; RegexDir = "/er$" }} File = "{source}" }}', without("deep/er", "deep/er/leaf")),
    "regex": ('Include {{ Options {{ Exclude = yes; Regex = "/(b[^/]*|x)$" }} File = "{source}" }}', without("b.o", "big", "cache/x")),
    "keeponly": ('Include {{ Options {{ WildFile = "*.txt"; WildDir = "*/dir" }} Options {{ Exclude = yes; Wild = "*" }} File = "{source}" }}',
                 only("", "a.txt", "dir", "dir/inner.txt")),
    "nothingelse": ('Include {{ Options {{ Wild = "*/big" }} Options {{ Exclude = yes }} File = "{source}" }}', only("", "big")),
    "smaller": ('Include {{ Options {{ Size = "<1k" }} File = "{source}" }}', without("big")),
    "larger": ('Include {{ Options {{ Size = ">3" }} File = "{source}" }}',
               only("", "big", "dir", "cache", "deep", "deep/er", "deep/er/leaf", "with blank")),
    "range": ('Include {{ Options {{ Size = "3-4" }} File = "{source}" }}',
              only("", "a.txt", "dir", "cache", "deep", "deep/er", "deep/er/leaf", "with blank")),
    "about": ('Include {{ Options {{ Size = "5020" }} File = "{source}" }}', only("", "big", "dir", "cache", "deep", "deep/er", "with blank")),
    "containing": ('Include {{ File = "{source}"; Exclude Dir Containing = .nobackup }}', without("cache", "cache/.nobackup", "cache/x")),
    "fstype": ('Include {{ Options {{ FsType = "nosuchfs" }} File = "{source}" }}', only("")),
    "meaningless": ('Include {{ Options {{ HFS Plus Support = yes; Auto Exclude = no; Drive Type = fixed; Portable = yes; Keep Atime = yes }}'
                    ' File = "{source}" }}', EVERYTHING),
    "excluded": ('Include {{ File = "{source}" }} Exclude {{ File = "{source}/dir"; File = "*/b.o" }}',
                 without("dir", "dir/inner.txt", "dir/UPPER.TXT", "b.o")),
    "directorlist": ('Include {{ File = "<{lists}/names" }}', only("a.txt", "deep", "deep/er", "deep/er/leaf", "with blank/na me")),
    "clientlist": ('Include {{ File = "\\\\<{lists}/names" }}', only("a.txt", "deep", "deep/er", "deep/er/leaf", "with blank/na me")),
    "directorprogram": ('Include {{ File = "|cat {lists}/names" }}', only("a.txt", "deep", "deep/er", "deep/er/leaf", "with blank/na me")),
    "clientprogram": ('Include {{ File = "\\\\|cat {lists}/names" }}', only("a.txt", "deep", "deep/er", "deep/er/leaf", "with blank/na me")),
    # As patterns, "…/deep/" matches no path: none ends with a slash.
    "excludelist": ('Include {{ File = "{source}" }} Exclude {{ File = "\\\\<{lists}/names" }}', without("a.txt", "with blank/na me")),
}

MARKED = {"nodump": ('Include {{ Options {{ Honor No Dump Flag = yes }} File = "{source}" }}',)}

# Paths of which more than one entry is chosen.
TWICE = {
    "shadows": ('Include {{ File = "{source}/deep"; File = "{source}/deep/er/leaf" }}', ["deep/er/leaf"], ""),
    "localwarn": ('Include {{ Options {{ Shadowing = localwarn }} File = "{source}/deep"; File = "{source}/deep/er/leaf" }}', ["deep/er/leaf"],
                  "saved twice"),
    "localremove": ('Include {{ Options {{ Shadowing = localremove }} File = "{source}/deep/er/leaf"; File = "{source}/deep" }}', [], "left out"),
    "localonly": ('Include {{ Options {{ Shadowing = localremove }} File = "{source}/deep/er/leaf" }} Include {{ File = "{source}/deep" }}',
                  ["deep/er/leaf"], ""),
    "globalremove": ('Include {{ Options {{ Shadowing = globalremove }} File = "{source}/deep/er/leaf" }} Include {{ File = "{source}/deep" }}',
                     [], "left out"),
}

# Lists that cannot be read, and a text that must be said.
BROKEN = {
    "nodirectorlist": ('Include {{ File = "<{lists}/nowhere" }}', "/nowhere"),
    "noclientlist": ('Include {{ File = "\\\\<{lists}/nowhere" }}', "/nowhere"),
    "directorfolder": ('Include {{ File = "<{lists}" }}', "Is a directory"),
    "clientfolder": ('Include {{ File = "\\\\<{lists}" }}', "Is a directory"),
    "directorfails": ('Include {{ File = "|false" }}', "false"),
    "clientfails": ('Include {{ File = "\\\\|false" }}', "false"),
    "noprogram": ('Include {{ File = "\\\\|/nowhere/program" }}', "/nowhere/program"),
}


def test_files_marked_not_to_be_dumped_are_left_out_where_told(here):
    for name in ("dir", "a.txt"):
        if subprocess.run(["chattr", "+d", here.source / name], capture_output=True).returncode != 0:
            pytest.skip("this file system has no flags")
    paths, said = listing(here, "nodump")
    assert set(paths) == without("a.txt", "dir", "dir/inner.txt", "dir/UPPER.TXT"), said
    assert set(listing(here, "all")[0]) == EVERYTHING


@pytest.fixture
def here(install, tmp_path):
    source, lists = tmp_path / "source", tmp_path / "lists"
    for name, content in FILES.items():
        trees.write(source / name, content)
    lists.mkdir()
    (lists / "names").write_text(f"{source}/a.txt\n\n{source}/deep/\r\n   \n{source}/with blank/na me\n")
    texts = {name: case[0] for table in (CASES, TWICE, BROKEN, MOUNTS, MARKED) for name, case in table.items()}
    sets = "".join(f"FileSet {{\n  Name = {name}\n{text.format(source=source, lists=lists)}\n}}\n" for name, text in texts.items())
    sets = sets.replace(" }", "\n}").replace("{ ", "{\n").replace("; ", "\n").replace("} ", "}\n")
    return install(source=source, more=sets)


def listing(here, name):
    """The paths below the source in the order they are found, and all that was said."""
    said = here.console(f"estimate job=backup level=Full fileset={name} listing")
    paths = re.findall(rf"^[-dlpcbs][-rwxsStT]{{9}} .*? {re.escape(str(here.source))}(.*)$", said, re.MULTILINE)
    return [path.strip("/") for path in paths], said


def test_every_option_chooses_what_it_says(here):
    for name, (_, expected) in CASES.items():
        paths, said = listing(here, name)
        assert sorted(paths) == sorted(expected), f"{name}: {said}"


def test_what_is_saved_twice_is_told_or_left_out(here):
    for name, (_, expected, text) in TWICE.items():
        paths, said = listing(here, name)
        assert sorted({path for path in paths if paths.count(path) > 1}) == expected, f"{name}: {said}"
        assert set(paths) >= {"deep", "deep/er", "deep/er/leaf"}, f"{name}: {said}"
        assert (text in said) if text else ("of the FileSet" not in said), f"{name}: {said}"


def test_a_list_that_cannot_be_had_ends_the_job_and_is_named(here):
    for name, (_, text) in BROKEN.items():
        paths, said = listing(here, name)
        assert paths == [] and text in said, f"{name}: {said}"
    for name in ("clientfails", "directorfolder"):
        job = here.backup(more=f"fileset={name}")
        assert job.status == "f", here.job_log(job.id)
        assert BROKEN[name][1] in here.job_log(job.id)


# Beside the tree: a tmpfs at deep/er, and the source once more at dir/again.
MOUNTS = {
    "onefs": ('Include {{ File = "{source}" }}', only("deep/er", "dir/again"), 'different filesystem. Will not descend from'),
    "allfs": ('Include {{ Options {{ OneFS = no }} File = "{source}" }}', only("deep/er", "deep/er/other", "dir/again"), "once more"),
    "tmpfs": ('Include {{ Options {{ OneFS = no; FsType = nosuchfs }} File = "{source}" }}', only(), "Disallowed filesystem"),
}


def test_mounts_are_crossed_when_told_and_never_in_circles(here):
    source = here.source
    mounted = []

    def mount(target, *arguments):
        target.mkdir(exist_ok=True)
        if subprocess.run(["mount", *arguments, target], capture_output=True).returncode != 0:
            pytest.skip("mounting is not permitted")
        mounted.append(target)

    try:
        mount(source / "deep/er", "-t", "tmpfs", "none")
        trees.write(source / "deep/er/other", b"x")
        mount(source / "dir/again", "--bind", str(source))
        for name, (_, expected, text) in MOUNTS.items():
            paths, said = listing(here, name)
            of_mounts = {path for path in paths if path.startswith(("deep/er", "dir/again"))}
            assert of_mounts == expected and len(paths) == len(set(paths)), f"{name}: {said}"
            assert text in said, f"{name}: {said}"
    finally:
        for target in reversed(mounted):
            subprocess.run(["umount", target], check=True)
