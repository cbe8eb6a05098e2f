# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a running Director foretells, and that foretelling changes nothing."""
import json
import os
import re

MORE = """
Schedule {{ Name = Nightly
  Run = Full at 1:00
}}
Job {{ Name = nightly; JobDefs = Defaults; Schedule = Nightly{} }}
"""


def other_configuration(here, path, change):
    """The Director's, changed, in another file."""
    path.write_text(change((here.work / "dir.conf").read_text()))
    return path


def test_the_next_days_are_foretold_with_sizes_of_the_past(install, small_tree):
    here = install(source=small_tree, more=MORE.format("; Pool = Full"))
    saved = here.run("run job=nightly yes")
    assert saved.status == "T", here.job_log(saved.id)
    before = here.query("SELECT COUNT(*) FROM Job"), here.volume_rows()
    answer = here.console("simulate days=3")
    assert len(re.findall(r"  nightly  +Full ", answer)) == 3, answer
    assert "No pool runs out of volumes." in answer
    assert "?  Full" not in answer, "the job of before tells the size"
    said = here.console(".api json", "simulate days=3")
    answer, _ = json.JSONDecoder().raw_decode(said, said.rindex("\n{") + 1)
    jobs = answer["result"]["simulate"]["jobs"]
    size, = here.query("SELECT JobBytes FROM Job WHERE JobId = ?", saved.id)[0]
    assert [job["bytes"] for job in jobs] == [size] * 3
    assert (here.query("SELECT COUNT(*) FROM Job"), here.volume_rows()) == before


def test_another_configuration_is_tried_and_the_present_one_stays(install, small_tree, tmp_path):
    here = install(source=small_tree, more=MORE.format(""))
    other = other_configuration(here, tmp_path / "other.conf", lambda text: text + MORE.replace("nightly", "tried").replace(
        "Name = Nightly", "Name = Other").replace("Schedule = Nightly", "Schedule = Other").format(""))
    answer = here.console(f"simulate days=2 config={other}")
    assert "  tried  " in answer and "  nightly  " in answer, answer
    assert "  tried  " not in here.console("simulate days=2")
    assert "tried" not in here.console("show jobs")


def test_all_errors_of_a_configuration_are_told_with_their_places(install, tmp_path):
    here = install()
    wrong = "Pool { Name = z; Pool Tpe = Backup }\nJob { Name = y; Tpye = Backup }\n"
    other = other_configuration(here, tmp_path / "other.conf", lambda text: wrong + text)
    answer = here.console(f"simulate config={other}")
    assert re.search(rf"{other}:1:\d+: .*PoolTpe", answer), answer
    assert re.search(rf"{other}:2:\d+: .*Tpye", answer), answer
    assert "Jobs:" not in answer


def test_a_configuration_that_is_only_looked_at_can_do_nothing(install, tmp_path):
    here = install()
    witness = tmp_path / "witness"
    other = other_configuration(here, tmp_path / "other.conf", lambda text: text + f'\n@|"/usr/bin/touch {witness}"\n')
    assert "commands are not run" in here.console(f"simulate config={other}")
    assert not witness.exists()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "regular file" in here.console(f"simulate config={pipe}")
    assert "regular file" in here.console("simulate config=/dev/zero")
    assert "no absolute path" in here.console("simulate config=dir.conf")
    assert "Simulation from" in here.console("simulate days=1")
