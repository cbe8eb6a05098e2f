# SPDX-License-Identifier: AGPL-3.0-or-later
"""The console against a living Director: what an administrator types, in all three API modes."""
import json
import re

import pytest


@pytest.fixture
def used(install, small_tree):
    """An installation in which a backup and a restore have run."""
    here = install(source=small_tree)
    assert here.backup().status == "T"
    assert here.restore(1).status == "T"
    return here


COMMANDS = ["list jobs", "list joblog jobid=1", "list jobmedia jobid=1", "list files jobid=1", "list volumes",
            "list pools", "list clients", "list filesets", "llist jobs", "llist volumes", "show jobs", "show pools",
            "status director", "status client=test-fd", "status storage=File", "version", "whoami", "time", "help",
            "messages", ".jobs", ".clients", ".pools", ".help item=run"]


@pytest.mark.parametrize("mode", [0, 1, 2])
def test_every_command_answers(used, mode):
    for command in COMMANDS:
        output = used.console(f".api {mode}", command)
        answer = output.split(command, 1)[-1]
        assert answer.strip() or command == "messages", f"{command} says nothing in api {mode}"
        assert "is an invalid command" not in answer and "not implemented" not in answer, f"{command}: {answer}"


def test_json_answers_are_json(used):
    for command in COMMANDS:
        output = used.console(".api 2", command)
        start = output.find("{", output.find(command))
        assert start >= 0, f"{command}: {output}"
        answer, _ = json.JSONDecoder().raw_decode(output[start:])
        assert "result" in answer or "error" in answer or "jsonrpc" in answer, f"{command}: {answer}"


def test_the_job_report_stands_in_the_log(used):
    log = used.console("list joblog jobid=1")
    for line in ("Backup Level:", "FD Files Written:", "SD Bytes Written:", "Termination:", "Backup OK"):
        assert line in log, log


def test_the_tree_browser_marks_and_restores(used, small_tree):
    folder = f"{small_tree}/folder-1"
    output = used.console("restore client=test-fd restorejob=restore jobid=1", f"cd {folder}", "ls", "mark file-1.txt",
                          "lsmark", "done", "yes", "wait")
    queued = re.search(r"Job queued\. JobId=(\d+)", output)
    assert queued, output
    job = used.wait_for(int(queued[1]))
    assert (job.status, job.files) == ("T", 1), used.job_log(job.id)


def test_web_interfaces_browse_and_restore(used, small_tree):
    def answer(command):
        output = used.console(".api 2 compact=yes", command)
        start = output.find("{", output.find(command))
        return json.JSONDecoder().raw_decode(output[start:])[0]["result"]

    used.console(".bvfs_update jobid=1")
    jobs = ",".join(job["id"] for job in answer(".bvfs_get_jobids jobid=1")["jobids"])
    folder = f"{small_tree}/folder-1/"
    path, names = "", [name for name in folder.split("/") if name]
    for name in ["", *names]:  # from the roots down, as a person clicks
        path += name + "/"
        row = [row for row in answer(f".bvfs_lsdirs jobid={jobs} path={path[:-len(name) - 1]}")["directories"]
               if row["fullpath"] == path]
        assert row, path
    files = answer(f".bvfs_lsfiles jobid={jobs} pathid={row[0]['pathid']}")["files"]
    file = next(file for file in files if file["name"] == "file-1.txt")
    assert file["stat"]["size"] == (small_tree / "folder-1" / "file-1.txt").stat().st_size
    versions = answer(f".bvfs_versions jobid=0 client=test-fd path={folder} fname=file-1.txt")["versions"]
    assert [version["fileid"] for version in versions] == [file["fileid"]]
    for chosen, count in ((f"fileid={file['fileid']}", 1), (f"dirid={row[0]['pathid']}", len(files) + 1)):
        assert "OK" in used.console(f".bvfs_restore jobid={jobs} path=b2001 {chosen}")
        job = used.run("restore file=?b2001 client=test-fd restoreclient=test-fd restorejob=restore yes")
        assert (job.status, job.files) == ("T", count), used.job_log(job.id)
    used.console(".bvfs_cleanup path=b2001")
    assert not used.query("SELECT name FROM sqlite_master WHERE name = 'b2001'")


def test_a_volume_can_be_labelled_by_hand(install, small_tree):
    here = install(source=small_tree, device="", full_pool="")
    output = here.console("label storage=File volume=Manual-0001 pool=Full slot=0 drive=0")
    assert "Manual-0001" in here.volume_rows(), output
    assert here.backup().status == "T"


def test_unknown_words_are_answered_with_help(used):
    assert "is an invalid command" in used.console("frobnicate the volumes")


def test_bconsole_says_where_it_is_connected(used):
    output = used.console("quit")
    assert "Connecting to Director" in output and "Encryption: TLS_" in output and "1000 OK: test-dir" in output
