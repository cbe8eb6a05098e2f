# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fixtures for jobs with plugins, to be imported by the tests that use them."""
import textwrap

import pytest


@pytest.fixture
def plugin(install, small_tree, tmp_path):
    """plugin("bpipe:…", client_own="…"): an installation whose FileSet has this plugin beside the small tree."""
    folder = tmp_path / "modules"

    def make(command, client_own="", has_directory=True, **settings):
        quoted = command.replace("\\", "\\\\").replace('"', '\\"')
        if has_directory:
            folder.mkdir(exist_ok=True)
            client_own = f'Plugin Directory = "{folder}"\n  {client_own}'
        more = settings.pop("more_files", "")
        return install(source=small_tree, files=f'Plugin = "{quoted}"\n    {more}', client_own=client_own, **settings)

    return make


@pytest.fixture
def python_plugin(plugin, tmp_path):
    """python_plugin(text, ":key=value"): a client with that module, and an installation that uses it."""

    def make(text, plugin_options="", **settings):
        folder = tmp_path / "modules"
        folder.mkdir()
        (folder / "the_plugin.py").write_text(textwrap.dedent(text))
        return plugin(f"python3:module_path={folder}:module_name=the_plugin{plugin_options}", **settings)

    return make
