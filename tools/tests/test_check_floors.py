# SPDX-License-Identifier: AGPL-3.0-or-later
import pathlib
import subprocess

import pytest

TOOL = pathlib.Path(__file__).resolve().parent.parent / "check-floors"
SPDX = "// SPDX-License-Identifier: AGPL-3.0-or-later\n"
CMAKE = """# SPDX-License-Identifier: AGPL-3.0-or-later
holdfast_folder(base LIBS fmt::fmt)
holdfast_folder(os USES base LIBS acl)
holdfast_folder(crypto USES base LIBS OpenSSL::SSL)
holdfast_folder(transport USES base os
    crypto)
"""


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "CMakeLists.txt").write_text(CMAKE)
    return tmp_path


def check(tree, files, *options):
    for name, text in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    run = subprocess.run([TOOL, "--root", tree, *options], capture_output=True, text=True)
    return run.returncode, run.stdout


ALLOWED = {
    "src/transport/a.cpp": '#include "transport/a.h"\n#include "os/b.h"\n#include <fmt/core.h>\n',
    "src/os/a.cpp": "#include <sys/stat.h>\n#include <unistd.h>\n#include <sys/acl.h>\n",
    "src/crypto/a.cpp": "#include <openssl/evp.h>\n",
    "src/transport/a_test.cpp": '#include <gtest/gtest.h>\n#include <unistd.h>\n#include "testing/base/golden.h"\n',
    "src/apps/x/main.cpp": '#include "apps/common/run.h"\n#include "transport/a.h"\n',
    "src/base/plain.h": "#pragma once\n#include <vector>\n",
    "tests/fuzz/a.cpp": '#include "transport/a.h"\n',
}

REFUSED = {
    "upward": ("src/os/a.cpp", '#include "transport/a.h"\n', "os may not include transport/a.h"),
    "same floor": ("src/os/a.cpp", '#include "crypto/a.h"\n', "os may not include crypto/a.h"),
    "apps from below": ("src/os/a.cpp", '#include "apps/common/run.h"\n', "only apps and benchmarks of them may include"),
    "system header": ("src/crypto/a.cpp", "#include <unistd.h>\n", "src/os only"),
    "system folder": ("src/transport/a.h", "#pragma once\n#include <sys/types.h>\n", "src/os only"),
    "openssl elsewhere": ("src/os/a.cpp", "#include <openssl/ssl.h>\n", "belongs to crypto"),
    "test header in code": ("src/os/a.cpp", "#include <gtest/gtest.h>\n", "only tests may include"),
    "doubles in code": ("src/os/a.cpp", '#include "testing/base/golden.h"\n', "only tests may include"),
    "unknown folder": ("src/os/a.cpp", '#include "nowhere/a.h"\n', "no folder named nowhere"),
    "no pragma once": ("src/os/a.h", "int a;\n", "without `#pragma once`"),
    "doubles of an upper floor": ("testing/os/a.cpp", '#include "testing/transport/a.h"\n', "os may not include"),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_accepts_what_the_floors_allow(tree, name):
    code, output = check(tree, {name: SPDX + ALLOWED[name]})
    assert code == 0, output


@pytest.mark.parametrize("case", REFUSED)
def test_names_file_and_line_of_what_breaks_the_rules(tree, case):
    name, text, message = REFUSED[case]
    code, output = check(tree, {name: SPDX + text})
    assert code == 1
    assert message in output and output.startswith(name + ":"), output


def test_a_header_with_third_party_types_stays_inside_its_folder(tree):
    inner = {"src/crypto/a.h": SPDX + "#pragma once\n#include <openssl/ssl.h>\n",
             "src/crypto/b.cpp": SPDX + '#include "crypto/a.h"\n'}
    assert check(tree, inner)[0] == 0
    code, output = check(tree, inner | {"src/transport/a.cpp": SPDX + '#include "crypto/a.h"\n'})
    assert code == 1 and "src/crypto/a.h:3: <openssl/ssl.h> reaches transport" in output


def test_every_source_file_begins_with_the_license(tree):
    assert check(tree, {"src/os/a.cpp": "int a;\n"})[0] == 1


def test_a_script_has_the_license_after_the_interpreter(tree):
    assert check(tree, {"tools/x": "#!/bin/sh\n# SPDX-License-Identifier: AGPL-3.0-or-later\n"})[0] == 0
    assert check(tree, {"tools/y": "#!/bin/sh\necho\n"})[0] == 1


def test_a_folder_may_use_only_folders_listed_above_it(tree):
    (tree / "CMakeLists.txt").write_text(CMAKE.replace("(base LIBS", "(base USES os LIBS"))
    code, output = check(tree, {})
    assert code == 1 and "folder base uses os" in output


LONG = SPDX + """namespace a {
const char* text = "{ not a brace (";  // { neither
struct Thing {
  int short_one() const { return 1; }
  void long_one(int count) {
    for (int i = 0; i < count; ++i) {
""" + "      work();\n" * 50 + "    }\n  }\n};\n}\n"


def test_reports_long_functions_without_failing(tree):
    code, output = check(tree, {"src/os/a.cpp": LONG}, "--report")
    assert code == 0
    assert "functions: 2," in output and "long_one" in output and "1 over 40" in output
