# SPDX-License-Identifier: AGPL-3.0-or-later
"""Random trees come back exactly: with nanoseconds, flags and every attribute, however they were saved. More of them, and
larger ones: exactness.py."""
import os

import pytest

import exactness
import manifests
import random_trees
import trees

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make every kind of file")

SEED = 20261124


@pytest.fixture
def grove(tmp_path):
    """grove(trees, entries) -> source folder. What was made, and restored, can be removed afterwards."""
    source = tmp_path / "source"

    def make(trees, entries, seed=SEED):
        exactness.plant(source, range(seed, seed + trees), entries)
        return source

    yield make
    random_trees.loosen(source)
    random_trees.loosen(tmp_path / "holdfast" / "restored")
    random_trees.loosen(tmp_path / "extracted")


@pytest.mark.parametrize("mode", exactness.MODES)
def test_random_trees_come_back_exactly(install, grove, tmp_path, mode):
    source = grove(50, 20)
    here = install(source=source, **exactness.settings(mode, tmp_path))
    exactness.save_and_restore(here)
    exactness.assert_exact(here)


def test_a_large_random_tree_comes_back_exactly(install, grove, tmp_path):
    source = grove(1, 5000)
    here = install(source=source, **exactness.settings("sparse", tmp_path))
    exactness.save_and_restore(here)
    exactness.assert_exact(here)


def test_bextract_brings_back_the_same(install, grove, tmp_path):
    source = grove(5, 30)
    here = install(source=source, **exactness.settings("gzip-sparse", tmp_path))
    assert here.backup().status == "T"
    target = here.extract(tmp_path / "extracted")
    wrong = trees.differences(manifests.exact(source), manifests.exact(target / source.relative_to("/")))
    assert not wrong, "\n".join(wrong)
