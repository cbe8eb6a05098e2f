# SPDX-License-Identifier: AGPL-3.0-or-later
"""Jobs that do something else than a plain backup or restore: verify, admin, scripts, restores over two storages."""
import pytest

import trees

VERIFY = """
Job {{ Name = init; Type = Verify; Level = InitCatalog; JobDefs = Defaults }}
Job {{ Name = verify; Type = Verify; Level = DiskToCatalog; JobDefs = Defaults; Verify Job = backup }}
{}
"""


def verified(here, level, job="verify"):
    job = here.run(f"run job={job} level={level} yes")
    return job.status, here.job_log(job.id)


@pytest.mark.parametrize("options", ["", "Compression = GZIP6\n Sparse = yes"])
def test_what_was_just_saved_verifies_at_every_level(install, every_kind, options):
    here = install(source=every_kind, options=f"Verify = pinsugm5\n {options}", more=VERIFY.format(""))
    saved = here.backup()
    assert saved.status == "T", here.job_log(saved.id)
    for level in ("DiskToCatalog", "VolumeToCatalog", "Data"):
        status, log = verified(here, level)
        assert status == "T", log
        assert "Verify OK" in log
    assert "Files Expected:" in log
    assert verified(here, "InitCatalog", "init")[0] == "T"
    status, log = verified(here, "Catalog", "init")
    assert status == "T", log


def test_differences_are_named(install, small_tree):
    (small_tree / "changes").write_text("before")
    (small_tree / "goes").write_text("gone")
    here = install(source=small_tree, options="Verify = s5", more=VERIFY.format(""))
    assert here.backup().status == "T"
    (small_tree / "changes").write_text("afterwards")
    (small_tree / "goes").unlink()
    (small_tree / "new").write_text("new")
    status, log = verified(here, "DiskToCatalog")
    assert status == "D", log
    assert f"File: {small_tree}/changes\n" in log
    assert "st_size  differ. Cat: 6 File: 10" in log
    assert "XXH128 differs. File=" in log
    assert f"New file: {small_tree}/new\n" in log
    assert f"not on disk:\ntest-dir JobId 2:       {small_tree}/goes\n" in log
    # The volume still is what the catalog says.
    assert verified(here, "VolumeToCatalog")[0] == "T"
    assert verified(here, "Data")[0] == "T"


def test_data_that_is_not_what_was_digested_is_found(install, small_tree):
    (small_tree / "victim").write_text("the right content")
    here = install(source=small_tree, more=VERIFY.format(""))
    assert here.backup().status == "T"
    # Whatever lies between reading a file and its digest in the catalog: here the catalog is wrong.
    here.change("UPDATE File SET MD5 = 'AAAAAAAAAAAAAAAAAAAAAA' WHERE Name = 'victim'")
    status, log = verified(here, "Data")
    assert status == "D", log
    assert f"File: {small_tree}/victim\n" in log


def test_scripts_of_an_admin_job_run(install):
    here = install(more="""
Job { Name = admin; Type = Admin; JobDefs = Defaults; Run Before Job = "/bin/echo %n of %d"
  Run Script { Runs When = After; Runs On Client = no; Console = "list jobs" } }""")
    job = here.run("run job=admin yes")
    assert job.status == "T", here.job_log(job.id)
    assert "BeforeJob: admin of test-dir" in here.job_log(job.id)


SECOND_DEVICE = """
Device {{ Name = Second; Media Type = Second; Archive Device = "{0}"; Device Type = File; Label Media = yes
  Random Access = yes; Automatic Mount = yes; Removable Media = no; Always Open = no }}
"""
SECOND_STORAGE = """
Storage {{ Name = Second; Address = 127.0.0.1; Port = {port}; Password = "{password}"; Device = Second
  Media Type = Second }}
"""


def test_a_restore_reads_from_two_storages(install, small_tree, tmp_path):
    second = tmp_path / "second"
    second.mkdir()
    here = install(source=small_tree, start=False, incremental_pool="Storage = Second",
                   storage_more=SECOND_DEVICE.format(second))
    here.configure(more=SECOND_STORAGE.format(port=here.settings["storage_port"],
                                              password=here.settings["sd_password"]))
    here.start()
    full = here.backup()
    assert full.status == "T", here.job_log(full.id)
    (small_tree / "later").write_text("in the second storage")
    increment = here.backup("Incremental")
    assert increment.status == "T", here.job_log(increment.id)
    assert list(second.iterdir()), "the increment was to go to the second storage"
    restored = here.run("restore client=test-fd restorejob=restore current all done yes")
    assert restored.status == "T", here.job_log(restored.id)
    trees.assert_same(small_tree, here.restored)
